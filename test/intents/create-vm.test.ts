import {expect, test} from 'vitest';
import {
	createWorld,
	lastActivity,
	order,
	refusalOf,
} from './world.js';

test('an order becomes a VM, an operation and an activity row, and rings', async () => {
	const {store, intents} = await createWorld();
	const rings: string[] = [];
	await store.onRing(() => {
		rings.push('ring');
	});
	const {vm, created, operation} = await intents.createVm(order({hostname: 'WEB1.Example.NET', overrides: {memoryMib: 2048, firewall: {dhcp: false}}}));
	expect(created).toBe(true);
	expect(vm).toMatchObject({
		reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', status: 'creation', user: 'root', mail: true, sshKeys: [], backup: null, timezone: null,
		package: {cores: 1, memoryMib: 2048, firewall: {enable: true, dhcp: false}}, template: {
			name: 'debian-12', vmid: 9000, clone: 'full', storage: 'local-lvm',
		},
	});
	expect(operation).toMatchObject({
		kind: 'create', state: 'waiting', requestedBy: 'anna', task: 'process_vms',
	});
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: ordered: kvm-s from debian-12 on fra1, reference whmcs-1');
	await expect.poll(() => rings.length).toBeGreaterThan(0);
});

test('a password is generated only where neither one nor a key was given', async () => {
	const {intents} = await createWorld();
	const {vm: generated} = await intents.createVm(order());
	const {vm: keyed} = await intents.createVm(order({reference: 'r2', hostname: 'b.example.net', sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada@home']}));
	const {vm: given} = await intents.createVm(order({reference: 'r3', hostname: 'c.example.net', password: 'correct horse'}));
	expect(generated.password).toMatch(/^[\w+,\-.:=]{20}$/);
	expect(keyed.password).toBeNull();
	expect(given.password).toBe('correct horse');
	expect(JSON.stringify(given.order)).not.toContain('correct horse');
});

test('the same order again is the same VM, with its defaults spelled out or not', async () => {
	const {intents} = await createWorld();
	const {vm} = await intents.createVm(order());
	const again = await intents.createVm(order({mail: true, hostname: 'Web1.example.net', overrides: {}}));
	expect(again).toMatchObject({created: false, vm: {id: vm.id}, operation: {kind: 'create'}});
});

test('another order under the same reference is refused with the difference', async () => {
	const {intents, store} = await createWorld();
	await intents.createVm(order({password: 'first one'}));
	const refusal = await refusalOf(intents.createVm(order({package: 'kvm-m', overrides: {cores: 4}, password: 'first one'})));
	expect(refusal.code).toBe('conflict');
	expect(refusal.message).toContain('package: "kvm-s" before, "kvm-m" now; overrides.cores: nothing before, 4 now');
	expect(refusal.message).not.toContain('first one');
	await expect(store.read.vms.list()).resolves.toHaveLength(1);
});

test('an order that the config no longer knows is still found by its reference', async () => {
	const {intents, settings} = await createWorld();
	await intents.createVm(order());
	(settings.packages as Record<string, unknown>)['kvm-s'] = undefined;
	await expect(intents.createVm(order())).resolves.toMatchObject({created: false});
});

test('every problem of an order stands in one refusal', async () => {
	const {intents, store} = await createWorld();
	const refusal = await refusalOf(intents.createVm({
		reference: '5546', hostname: 'my_host', cluster: 'fra1', template: 'debian-12', client: {name: 'Ada', email: 'ada@example.org\nBcc: x@y.z'},
		sshKeys: ['no key'], overrides: {memory: 1}, pasword: 'x', backup: {mon: '25:00'},
	}));
	expect(refusal.code).toBe('invalid');
	const parts = [
		'reference: must be',
		'hostname: must be',
		'package: is missing',
		'client.email: must be an e-mail address',
		'sshKeys[0]: must be a public key',
		'overrides.memory: unknown key, did you mean memoryMib?',
		'pasword: unknown key, did you mean password?',
		'backup.mon: must be a time of day',
	];
	for (const part of parts) {
		expect(refusal.message).toContain(part);
	}

	await expect(store.read.vms.list()).resolves.toHaveLength(0);
	await expect(store.read.activity.list({limit: 9})).resolves.toHaveLength(0);
});

test.each([
	[{cluster: 'fra2'}, 'unknown', 'cluster: there is no fra2', 'did you mean fra1?'],
	[{template: 'debain-12'}, 'unknown', 'template: there is no debain-12', 'did you mean debian-12?'],
	[{package: 'kvm-x'}, 'unknown', 'package: there is no kvm-x', 'did you mean kvm-s?'],
	[{package: 'constructor'}, 'unknown', 'package: there is no constructor', 'there is kvm-s, kvm-m'],
	[{cluster: 'ams1', package: 'kvm-m'}, 'not-allowed', 'template: debian-12 does not lie on ams1', 'it lies on fra1'],
	[{overrides: {ipv6: 1}}, 'not-allowed', 'the package wants 1 IPv6, but the cluster fra1 has no IPv6 pool', 'add a pool for fra1 to the config, or order with "overrides": {"ipv6": 0}'],
	[{hostname: 'WWW.example.net'}, 'not-allowed', 'hostname: www.example.net is reserved in the zone example.net', 'choose another hostname'],
	[{hostname: 'example.net'}, 'not-allowed', 'hostname: example.net is reserved', 'choose another'],
	[{node: '../pve1'}, 'invalid', 'node: must be the name of a node', 'mend the order'],
	[{hostname: '10.0.0.1'}, 'invalid', 'hostname: must be a DNS name', 'mend the order'],
	['text', 'invalid', 'the order must be a map of keys', 'mend the order'],
])('%j is refused with what to do', async (more, code, message, hint) => {
	const {intents} = await createWorld();
	const refusal = await refusalOf(intents.createVm(typeof more === 'string' ? more : order(more)));
	expect(refusal.code).toBe(code);
	expect(refusal.message).toContain(message);
	expect(refusal.hint).toContain(hint);
});

test('a hostname that a living VM has is refused', async () => {
	const {intents} = await createWorld();
	const {vm} = await intents.createVm(order());
	const refusal = await refusalOf(intents.createVm(order({reference: 'other'})));
	expect(refusal).toMatchObject({code: 'conflict', message: `hostname: web1.example.net belongs to v${vm.id} (reference whmcs-1)`});
});

test('two of the same order at once make one VM', async () => {
	const {intents, as, store} = await createWorld();
	const answers = await Promise.all([intents.createVm(order()), as('ben').createVm(order())]);
	expect(answers.filter(({created}) => created)).toHaveLength(1);
	await expect(store.read.vms.list()).resolves.toHaveLength(1);
});

test('a read-only session orders nothing', async () => {
	const {as, store} = await createWorld();
	const refusal = await refusalOf(as('ben', true).createVm(order()));
	expect(refusal.code).toBe('read-only');
	await expect(store.read.vms.list()).resolves.toHaveLength(0);
});
