import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {
	config,
	newVm,
	keys,
	otherSecret,
	requestOf,
	secret,
} from '../intake/world.js';
import {createShell} from './shell.js';

test('the daemon takes orders where --intake says, by the keys of the config as it is now, and says who was not let in', async () => {
	const {cronsole, send, soFar, file} = createShell(`${config}${keys()}`);
	const daemon = cronsole('--daemon --intake 127.0.0.1:0');
	onTestFinished(async () => {
		send('SIGTERM');
		await daemon;
	});
	await expect.poll(soFar, {timeout: 20_000}).toContain('orders are taken at http://127.0.0.1:');
	const [place] = /http:\/\/127\.0\.0\.1:\d+/.exec(soFar())!;
	const post = async (own = {}) => {
		const {headers, body, path} = requestOf('POST', '/v1/orders', newVm, own);
		const response = await fetch(`${place}${path}`, {method: 'POST', headers: headers as Record<string, string>, body: Buffer.from(body)});
		return response.status;
	};

	expect([await post(), await post(), await post({secret: otherSecret}), await post({key: 'nobody'})]).toEqual([202, 200, 401, 401]);
	expect(soFar()).toContain('bad-signature: a request of the key whmcs from 127.0.0.1 was refused');
	writeFileSync(file, `${config}intake: {keys: {whmcs: "${otherSecret}"}}\n`);
	send('SIGHUP');
	await expect.poll(soFar).toContain('the config was read again');
	expect([await post(), await post({secret: otherSecret})]).toEqual([401, 200]);
	send('SIGTERM');
	expect((await daemon).code).toBe(143);
	await expect(fetch(`${place}/v1/ping`)).rejects.toThrow();
	for (const text of [secret, otherSecret]) {
		expect(soFar()).not.toContain(text);
	}
});

test('a place that others can reach, or where somebody listens already, is refused before anything is done', async () => {
	const {cronsole} = createShell(`${config}${keys()}`);
	const other = createServer().listen(0, '127.0.0.1');
	onTestFinished(() => {
		other.close();
	});
	await once(other, 'listening');
	const {port} = other.address() as AddressInfo;
	for (const [place, wrong] of [['192.0.2.1:8444', '192.0.2.1 can be reached by others, and the config has no certificate for TLS'], [`127.0.0.1:${port}`, 'somebody listens there already']] as const) {
		const {code, out, err} = await cronsole(`--daemon --intake ${place}`);
		expect([code, out]).toEqual([2, '']);
		expect(err).toContain(wrong);
	}
});
