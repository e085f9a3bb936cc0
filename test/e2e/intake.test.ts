import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {
	newVm,
	keys,
	onVm,
	requestOf,
	vmOrder,
	type Own,
} from '../intake/world.js';
import {startSitePanel} from '../support/site-panel.js';
import {
	program,
	start,
	until,
	type Running,
} from '../support/program.js';

const createPlace = async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-intake-'));
	const file = path.join(folder, 'cronsole.yaml');
	const panel = await startSitePanel();
	// The cluster cannot be reached: orders are taken all the same.
	fs.writeFileSync(file, `database: ${folder}/state/cronsole.db
clusters:
  - {name: fra1, urls: ["https://127.0.0.1:9"], tokenId: cronsole@pve!ops, tokenSecret: 5f0c3a52-0000-4000-8000-000000000000, vmids: [10000, 19999], timeout: 1s}
templates: {debian-12: [{cluster: fra1, vmid: 9000}]}
packages: {kvm-s: {cores: 1, memoryMib: 1024}}
installs:
  panels:
    web1: {kind: command, command: ${JSON.stringify(panel.command)}, timeout: 10s}
scheduler: {lease: 3s}
${keys()}`, {mode: 0o600});
	const running: Running[] = [];
	onTestFinished(async () => {
		await Promise.all(running.map(async one => one.end('SIGKILL')));
		fs.rmSync(folder, {recursive: true, force: true});
	});
	return {
		panel,
		async daemon() {
			const one = start(program, ['--config', file, '--daemon', '--intake', '127.0.0.1:0']);
			running.push(one);
			const line = await until('orders are taken', () => one.lines.find(text => text.includes('orders are taken at')));
			const [place] = /http:\/\/127\.0\.0\.1:\d+/.exec(line)!;
			const send = async (method: string, where: string, body?: unknown, own?: Own) => {
				const request = requestOf(method, where, body, own);
				const response = await fetch(`${place}${where}`, {method, headers: request.headers as Record<string, string>, ...method === 'POST' && {body: Buffer.from(request.body)}});
				return {status: response.status, body: await response.json() as any};
			};

			return {...one, send};
		},
		async usage() {
			const one = start(program, ['--config', file, 'usage', '--json']);
			running.push(one);
			await one.exited;
			return JSON.parse(one.lines.join('\n')).usage as ReadonlyArray<Record<string, unknown>>;
		},
	};
};

test('a real daemon takes orders over HTTP, forgets none when it is killed, and does what was ordered', async () => {
	const {daemon, usage, panel} = await createPlace();
	const first = await daemon();
	const nonce = 'a-nonce-that-outlives-it';
	expect((await first.send('POST', '/v1/orders', newVm, {nonce})).status).toBe(202);
	// Killed while twenty orders are on their way: whoever got no answer sends the same again.
	const wishes = Array.from({length: 20}, (_, number) => ({
		...newVm, orderKey: `Create:${number}`, service: {id: number + 100}, order: vmOrder({reference: `order-${number}`, hostname: `web${number}.example.net`}),
	}));
	const sent = Promise.allSettled(wishes.map(async wish => first.send('POST', '/v1/orders', wish)));
	await new Promise(resolve => {
		setTimeout(resolve, 15);
	});
	await first.end('SIGKILL');
	await sent;
	const second = await daemon();
	expect((await second.send('POST', '/v1/orders', newVm, {nonce})).body.error.code).toBe('replay');
	expect((await second.send('POST', '/v1/orders', newVm)).status).toBe(200);
	for (const wish of wishes) {
		expect([200, 202]).toContain((await second.send('POST', '/v1/orders', wish)).status);
	}

	const {services} = (await second.send('GET', '/v1/usage')).body;
	expect(services.map(({reference}: {readonly reference: string}) => reference).toSorted()).toEqual(['whmcs-77', ...wishes.map(({order}) => order.reference)].toSorted());
	expect(services.map(({inBytes, outBytes, billableBytes}: Record<string, unknown>) => [inBytes, outBytes, billableBytes])).toEqual((await usage()).map(row => [row.in, row.out, row.billable]));
	expect((await second.send('POST', '/v1/orders', onVm('suspend', 'Suspend:77:1'))).body).toMatchObject({operation: {state: 'accepted'}, vm: {suspended: ['overdue']}});
	const site = {
		orderKey: 'CreateAccount:901:1', action: 'create', kind: 'site', order: {
			reference: 'whmcs-901', panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', client: {email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org',
		},
	};
	expect((await second.send('POST', '/v1/orders', site)).status).toBe(202);
	await until('the account is made', async () => (await second.send('GET', '/v1/services/whmcs-901')).body.install.accountState === 'active');
	expect(panel.asked()).toContain('create-account');
	await until('somebody leads', async () => (await second.send('GET', '/v1/ping')).body.leader === true);
	expect(await second.end('SIGTERM')).toBe(143);
});
