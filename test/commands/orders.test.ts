import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createShell, order} from './shell.js';

test('an order from standard input becomes a VM; again it is the same; another one is refused', async () => {
	const {cronsole} = createShell();
	const first = await cronsole('vm create --file - --json', {stdin: order()});
	expect(first.code).toBe(0);
	expect(first.err).toContain('warning: it is kept, but nobody leads');
	expect(first.json()).toMatchObject({
		id: expect.stringMatching(/^v\d+$/), reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', node: null, vmid: null, status: 'creation', remoteStatus: 'unknown', suspended: [],
		operation: {
			kind: 'create', state: 'waiting', step: 1, of: 15, attempt: 0, nextAttemptAt: null, waitingFor: null,
		}, needsAttention: null, addresses: [], package: {cores: 1, memoryMib: 1024}, created: true,
	});
	expect(first.out).not.toContain('password');

	const again = await cronsole('vm create --json', {stdin: order()});
	expect(again.code).toBe(0);
	expect(again.json()).toMatchObject({id: first.json().id, created: false});

	const other = await cronsole('vm create', {stdin: order({package: 'kvm-v4'})});
	expect(other).toMatchObject({code: 2, out: ''});
	expect(other.err).toContain('package: "kvm-s" before, "kvm-v4" now');
});

test('an order from a file, with what is wrong with files and their JSON', async () => {
	const {cronsole, folder} = createShell();
	writeFileSync(path.join(folder, 'order.json'), order());
	await expect(cronsole(`vm create --file ${folder}/order.json`)).resolves.toMatchObject({code: 0, out: expect.stringContaining('web1.example.net ordered')});
	await expect(cronsole('vm create --file /nonexistent')).resolves.toMatchObject({code: 2, err: expect.stringContaining('the order /nonexistent: there is no such file')});
	await expect(cronsole('vm create', {stdin: '{'})).resolves.toMatchObject({code: 2, err: expect.stringContaining('the order is no JSON')});
	await expect(cronsole('vm create', {isTerminal: true})).resolves.toMatchObject({code: 2, err: expect.stringContaining('there is no order')});
});

test('a VM is listed, shown and explained by every kind of REF', async () => {
	const {cronsole} = createShell();
	const {json} = await cronsole('vm create --json', {stdin: order()});
	const {id} = json();
	for (const ref of [id, 'whmcs-1', 'web1.example.net', 'WEB1.example.net']) {
		const shown = await cronsole(['vm', 'show', ref, '--json']);
		expect(shown.json()).toMatchObject({id, steps: []});
	}

	expect((await cronsole('vm list --json')).json()).toMatchObject({vms: [{id, operation: {state: 'waiting'}}]});
	expect((await cronsole('vm list --json')).json().vms[0]).not.toHaveProperty('steps');
	expect((await cronsole('vm list --json --state ready')).json()).toEqual({vms: []});
	expect((await cronsole('vm list --json --state in-work')).json().vms).toHaveLength(1);
	expect((await cronsole('vm list')).out).toMatch(/^ID +REFERENCE +HOSTNAME.*\nv\d+ +whmcs-1 +web1\.example\.net/);
	expect((await cronsole('vm explain whmcs-1 --json')).json()).toMatchObject({
		id, waitsFor: 'somebody who leads: nobody does', next: 'creation → set_ip', command: expect.stringContaining('--daemon'),
	});
	const explained = await cronsole('vm explain whmcs-1');
	expect(explained.out).toMatch(/doing +deploy, step 1 of 15: creation → set_ip\n +waits for +somebody who leads/);
	expect(explained.out).toMatch(/since +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d CES?T \(/);
	expect((await cronsole('vm show wmcs-1')).err).toContain('did you mean whmcs-1?');
});

test('--wait ends when the time is over, and says that it goes on', async () => {
	const {cronsole} = createShell();
	const {code, err, json} = await cronsole('vm create --json --wait=1s', {stdin: order()});
	expect(code).toBe(1);
	expect(err).toMatch(/the time is over: v\d+ goes on/);
	expect(json()).toMatchObject({created: true, operation: {state: 'waiting'}});
});

test('--wait ends when the operation does: 0 if it is done, 1 if it needs attention', async () => {
	const {cronsole, openStore} = createShell();
	await cronsole('vm create', {stdin: order()});
	const store = await openStore();
	const vm = (await store.read.vms.findByReference('whmcs-1'))!;
	const [operation] = await store.read.operations.listOpen(vm.id);
	const waiting = cronsole('vm create --wait=20s', {stdin: order()});
	await store.write(async tables => {
		await tables.vms.setAttention(vm.id, {reason: 'the template is gone', since: Date.now(), command: 'cronsole vm retry v1'});
	});
	await expect(waiting).resolves.toMatchObject({code: 1, err: expect.stringContaining('needs attention: the template is gone')});
	expect((await cronsole('vm retry whmcs-1 --json')).json()).toMatchObject({changed: true, needsAttention: null});
	const again = cronsole('vm create --wait=20s', {stdin: order()});
	await store.write(async tables => {
		await tables.operations.begin(operation!.id, Date.now());
		await tables.operations.finish(operation!.id, 'done', Date.now());
	});
	await expect(again).resolves.toMatchObject({code: 0});
});

test('a signal ends the waiting and hands over', async () => {
	const {cronsole, send, soFar} = createShell();
	const waiting = cronsole('vm create --wait', {stdin: order()});
	await expect.poll(soFar).toContain('ordered');
	await expect.poll(async () => {
		send('SIGTERM');
		return Promise.race([waiting.then(({code}) => code), new Promise(resolve => {
			setTimeout(resolve, 50, 'waiting');
		})]);
	}).toBe(143);
});

test('a VM that needs attention is retried, and one that does not says so', async () => {
	const {cronsole} = createShell();
	await cronsole('vm create', {stdin: order()});
	const {code, out} = await cronsole('vm retry whmcs-1');
	expect([code, out]).toEqual([0, 'web1.example.net needs no retry: it is under way\n']);
});

test('what is ordered is found by what one knows of it', async () => {
	const {cronsole} = createShell();
	await cronsole('vm create', {stdin: order()});
	for (const what of ['whmcs-1', 'web1.example.net', 'ada@example.org']) {
		expect((await cronsole(['find', what, '--json'])).json()).toMatchObject({matches: [{kind: 'vm', reference: 'whmcs-1'}]});
	}

	await expect(cronsole('find 203.0.113.77')).resolves.toMatchObject({code: 0, out: 'nothing is known of 203.0.113.77\n'});
});

test('a run by hand that was waited for fails where a VM needs a person at its end', async () => {
	const {cronsole, openStore} = createShell('packages: {}\n');
	const store = await openStore();
	const vm = await store.write(async tables => {
		const made = await tables.vms.insert({
			reference: 'r1', hostname: 'web1.example.net', cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {},
			template: {
				name: 'debian-12', vmid: 9000, clone: 'full', storage: null,
			}, client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: true, order: {}, createdAt: Date.now(),
		});
		const {operation} = await tables.operations.add(made.id, {
			kind: 'create', params: {}, requestedBy: 'ben', now: Date.now(),
		});
		await tables.operations.begin(operation.id, Date.now());
		await tables.vms.setAttention(made.id, {reason: 'the template is gone', since: Date.now(), command: 'cronsole check'});
		return made;
	});
	const {code, err} = await cronsole('--run-task=process_vms --wait=10s');
	expect(code).toBe(1);
	expect(err).toBe(`v${vm.id} web1.example.net needs attention: the template is gone; see \`cronsole vm explain v${vm.id}\`\n`);
	await expect(cronsole('--run-task=process_vms')).resolves.toMatchObject({code: 0});
});
