import fs from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {hasNspawn, runInSystemd} from '../support/nspawn.js';

const root = path.resolve(import.meta.dirname, '../..');
const unit = path.join(root, 'recipes/systemd/cronsole.service');

/** Where they are in the container. */
const build = '/opt/cronsole/build';
const node = fs.realpathSync(process.execPath).replace(`${root}/`, '/opt/cronsole/');

/** Nothing but shorter times, and where this machine's cronsole is. */
const dropIn = `[Service]
WatchdogSec=4
RestartSec=200ms
LimitCORE=0
LoadCredential=hook:/etc/machine-id-hook
StandardOutput=append:/out/daemon.log
StandardError=append:/out/daemon.err
`;

test.runIf(hasNspawn())('the shipped unit under a real systemd: ready, reloaded, started anew when its loop hangs or its database is locked', async () => {
	const {code, out, remove} = await runInSystemd({
		script: path.join(import.meta.dirname, 'service-in-systemd.sh'),
		files: {
			'/etc/systemd/system/cronsole.service': fs.readFileSync(unit, 'utf8'),
			'/etc/systemd/system/cronsole.service.d/test.conf': dropIn,
			'/etc/machine-id-hook': 'https://hooks.example.net/only-root-may-read-this',
			'/usr/bin/cronsole': `#!/bin/sh\nexec ${node} ${build}/cli.js "$@"\n`,
		},
		folders: {'/opt/cronsole': root},
		env: {CRONSOLE_NODE: node, CRONSOLE_BUILD: build},
		timeoutMs: 110_000,
	});
	onTestFinished(remove);
	expect(out('seen').trimEnd().split('\n'), `${code} ${out('errors')} ${out('daemon.err')}`).toEqual([
		'start: 0 active running',
		'status: StatusText=leading',
		'owner: cronsole 700 cronsole 600 ',
		'healthz: 200 ok',
		'metrics: 200 cronsole_led 1',
		'reload: 0',
		'reloaded: ActiveState=active',
		'well for longer than the watchdog: NRestarts=0',
		'hung loop: NRestarts=1',
		'after it: StatusText=leading',
		'locked database: NRestarts=2',
		'after that: StatusText=leading',
		'wrong config: 1 failed 2',
		'code: cronsole 700 kept',
		'stop: success inactive',
	]);
	expect(out('daemon.log')).not.toContain('only-root-may-read-this');
	expect(JSON.parse(out('daemon.log').trimEnd().split('\n').at(-1)!)).toMatchObject({event: 'stopped'});
}, 120_000);
