import {execFile} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {createSecret} from '../../source/config/secret.js';
import {openIntakeServer, readIntakePlace} from '../../source/intake/server.js';
import {blocksOf, findPage} from '../docs/pages.js';
import {hasProgram} from '../support/needs.js';
import {createWorld, secret} from './world.js';

const canSign = hasProgram(['bash', 'curl', 'openssl'].every(name => existsSync(`/usr/bin/${name}`)), 'curl or openssl', 'apt-get install curl openssl');

test.runIf(canSign)('the lines of the guide sign a request that is let in', async () => {
	const {answering, shell} = await createWorld();
	const server = await openIntakeServer(readIntakePlace('127.0.0.1:0', {keys: {whmcs: createSecret(secret)}, tls: null, ordersPerMinute: 1}), null, () => undefined);
	onTestFinished(server.close);
	server.tell(answering);
	const file = path.join(shell.folder, 'secret');
	writeFileSync(file, secret);
	const [lines] = blocksOf(findPage('docs/guide/intake.md'), 'bash');
	const {stdout} = await promisify(execFile)('bash', ['-c', lines!.replace('/etc/cronsole/whmcs.secret', () => file).replace('http://127.0.0.1:8444', () => server.place)]);
	expect(JSON.parse(stdout)).toMatchObject({leader: false, installation: expect.any(String)});
});
