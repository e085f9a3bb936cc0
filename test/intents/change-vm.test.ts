import {describe, expect, test} from 'vitest';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
} from './world.js';

const plain = {isPlan: false, allowDataLoss: false};

const start = async (more: Readonly<Record<string, unknown>> = {}) => {
	const world = await createWorld();
	const vm = await deploy(world, more);
	const change = async (body: unknown, options = plain) => world.intents.changeVm('whmcs-1', body, options);
	const listOpen = async () => world.store.read.operations.listOpen(vm.id);
	return {
		...world, world, vm, change, listOpen,
	};
};

test('another package is asked for with what the VM will be, and its activity row says what changes', async () => {
	const {change, store} = await start();
	const answer = await change({package: 'kvm-m'});
	expect(answer).toMatchObject({
		changed: true, message: 'web1.example.net: change of package asked for', plan: {stops: true, losesData: null, rejected: []},
		operation: {
			kind: 'change', state: 'waiting', requestedBy: 'anna',
			// What kvm-m leaves out stays.
			params: {
				packageName: 'kvm-m', allowDataLoss: false, overrides: {}, package: {
					cores: 2, memoryMib: 2048, diskGib: 10, ipv4: 1,
				},
			},
		},
	});
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: change of package asked for: package from kvm-s to kvm-m, cores from 1 to 2, memoryMib from 1024 to 2048');
});

test('the same change sent twice is one, waiting or running', async () => {
	const {change, world, listOpen} = await start();
	const {operation} = await change({package: 'kvm-m'});
	await expect(change({package: 'kvm-m'})).resolves.toMatchObject({changed: false, message: 'web1.example.net: that change is asked for already, by anna', operation: {id: operation!.id}});
	await begin(world, operation!);
	await expect(change({package: 'kvm-m'})).resolves.toMatchObject({changed: false, operation: {id: operation!.id}});
	await expect(listOpen()).resolves.toHaveLength(1);
});

test('what the VM is already is so already', async () => {
	const {change, listOpen} = await start();
	for (const body of [{package: 'kvm-s'}, {overrides: {memoryMib: 1024}}, {package: 'kvm-s', overrides: {cores: 1}}]) {
		await expect(change(body)).resolves.toMatchObject({changed: false, message: 'web1.example.net is so already', operation: null});
	}

	await expect(listOpen()).resolves.toHaveLength(0);
});

test('what is absent stays: overrides of the order and of earlier changes go on top of the next package', async () => {
	const {change} = await start({overrides: {memoryMib: 3000, firewall: {dhcp: false}}});
	await change({overrides: {cores: 3}});
	const {operation} = await change({package: 'kvm-l'});
	expect(operation).toMatchObject({
		params: {
			packageName: 'kvm-l', overrides: {memoryMib: 3000, cores: 3, firewall: {dhcp: false}}, package: {
				memoryMib: 3000, cores: 3, diskGib: 40, firewall: {enable: true, dhcp: false},
			},
		},
	});
});

test('overrides alone read nothing anew from the config', async () => {
	const {change, settings} = await start();
	(settings.packages as Record<string, unknown>)['kvm-s'] = {cores: 64};
	await expect(change({overrides: {memoryMib: 4096}})).resolves.toMatchObject({operation: {params: {packageName: 'kvm-s', package: {cores: 1, memoryMib: 4096}}}});
});

test('a newer change replaces one that waits and adds to it; it waits for one that runs', async () => {
	const {change, world, listOpen, store} = await start();
	const {operation: first} = await change({overrides: {cores: 2}});
	const {operation: second} = await change({overrides: {memoryMib: 2048}});
	await expect(store.read.operations.find(first!.id)).resolves.toMatchObject({state: 'cancelled'});
	expect(second).toMatchObject({params: {overrides: {cores: 2, memoryMib: 2048}}});
	await begin(world, second!);
	await expect(change({overrides: {cores: 4}})).resolves.toMatchObject({
		message: 'web1.example.net: change of package asked for after the present operation', operation: {params: {overrides: {cores: 4, memoryMib: 2048}}},
	});
	await expect(listOpen()).resolves.toMatchObject([{id: second!.id, state: 'running'}, {state: 'waiting'}]);
});

test('a change that is taken back before it began replaces it by one that changes nothing', async () => {
	const {change, listOpen} = await start();
	await change({overrides: {cores: 2}});
	await expect(change({overrides: {cores: 1}})).resolves.toMatchObject({changed: true, operation: {params: {package: {cores: 1}}}});
	await expect(listOpen()).resolves.toHaveLength(1);
});

describe('a smaller disk', () => {
	test('is rejected, said and logged, and the rest is applied', async () => {
		const {change, store} = await start({package: 'kvm-l'});
		const answer = await change({package: 'kvm-s', overrides: {additionalDiskGib: 5}});
		expect(answer.plan.rejected).toHaveLength(2);
		expect(answer.message).toContain('asked for; not done: system_disk_shrink_rejected: the system disk has 40 GiB and stays so, 10 was asked for');
		expect(answer.operation).toMatchObject({params: {overrides: {}, package: {cores: 1, diskGib: 40, additionalDiskGib: 20}}});
		const rows = await store.read.activity.list({limit: 9});
		expect(rows.at(-2)).toMatchObject({level: 'warning', actor: 'anna', message: expect.stringMatching(/^not changed: system_disk_shrink_rejected.*; additional_disk_shrink_rejected/) as string});
	});

	test('alone changes nothing, and says so', async () => {
		const {change, store, listOpen} = await start();
		const answer = await change({overrides: {diskGib: 5}});
		expect(answer).toMatchObject({changed: false, operation: null});
		expect(answer.message).toContain('is so already; not done: system_disk_shrink_rejected');
		await expect(lastActivity(store)).resolves.toContain('warning anna web1.example.net: not changed: system_disk_shrink_rejected');
		await expect(listOpen()).resolves.toHaveLength(0);
	});
});

describe('a change that loses data', () => {
	test('needs to be allowed by name', async () => {
		const {change, listOpen} = await start({package: 'kvm-l'});
		const refusal = await refusalOf(change({overrides: {additionalDiskGib: 0}}));
		expect(refusal).toMatchObject({code: 'confirmation', hint: 'look at it with --plan; if that is wished, send it again with --allow-data-loss'});
		expect(refusal.message).toContain('data would be lost: the additional disk of 20 GiB');
		await expect(listOpen()).resolves.toHaveLength(0);
		await expect(change({overrides: {additionalDiskGib: 0}}, {...plain, allowDataLoss: true})).resolves.toMatchObject({changed: true, operation: {params: {allowDataLoss: true}}});
	});

	test('stays allowed in the change that replaces it before it began', async () => {
		const {change} = await start({package: 'kvm-l'});
		await change({overrides: {additionalDiskGib: 0}}, {...plain, allowDataLoss: true});
		await expect(change({overrides: {cores: 2}})).resolves.toMatchObject({operation: {params: {allowDataLoss: true, package: {cores: 2, additionalDiskGib: 0}}}});
	});
});

test('a plan writes nothing, and shows what would be lost', async () => {
	const {change, store, listOpen, vm} = await start({package: 'kvm-l'});
	const before = await lastActivity(store);
	const answer = await change({package: 'kvm-m', overrides: {additionalDiskGib: 0}}, {...plain, isPlan: true});
	expect(answer).toMatchObject({
		changed: false, operation: null, message: 'web1.example.net: this would change, nothing has been yet', plan: {stops: true, losesData: expect.any(String) as string},
	});
	expect(answer.plan.changes).toContainEqual({field: 'cores', from: '4', to: '2'});
	await expect(change({package: 'kvm-l'}, {...plain, isPlan: true})).resolves.toMatchObject({message: 'web1.example.net: nothing would change', plan: {changes: []}});
	await expect(listOpen()).resolves.toHaveLength(0);
	await expect(lastActivity(store)).resolves.toBe(before);
	await expect(store.read.vms.get(vm.id)).resolves.toEqual(vm);
});

test.each([
	['text', 'invalid', 'the change must be a map of keys', 'mend the change'],
	[null, 'invalid', 'the change must be a map of keys', 'mend the change'],
	[[], 'invalid', 'the change must be a map of keys', 'mend the change'],
	[{}, 'invalid', 'the change names neither a package nor overrides', 'mend the change'],
	[{package: 5, overrides: {memory: 1, cores: '2'}}, 'invalid', 'package: must be a text; overrides.cores: must be a number; overrides.memory: unknown key, did you mean memoryMib?', 'mend'],
	[{pakage: 'kvm-m'}, 'invalid', 'pakage: unknown key, did you mean package?', 'mend the change'],
	[{package: 'kvm-n'}, 'unknown', 'package: there is no kvm-n', 'did you mean kvm-s?'],
	[{package: '__proto__'}, 'unknown', 'package: there is no __proto__', 'there is kvm-s, kvm-m'],
	[{package: '\u{1B}[31mred'}, 'unknown', 'package: there is no red', 'there is kvm-s'],
	[{package: 'x'.repeat(1_000_000)}, 'invalid', 'package: must have at most 63 characters', 'mend the change'],
	[{overrides: {ipv6: 1}}, 'not-allowed', 'the package wants 1 IPv6, but the cluster fra1 has no IPv6 pool', 'add a pool for fra1'],
	[{overrides: {cores: -1, diskGib: 1.5}}, 'invalid', 'overrides.cores: must be at least 1; overrides.diskGib: must be a whole number', 'mend the change'],
])('%.80j is refused with what to do', async (body, code, message, hint) => {
	const {change, listOpen} = await start();
	const refusal = await refusalOf(change(body));
	expect(refusal).toMatchObject({code, message});
	expect(refusal.hint).toContain(hint);
	await expect(listOpen()).resolves.toHaveLength(0);
});
