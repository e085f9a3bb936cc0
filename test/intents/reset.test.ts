import {describe, expect, test} from 'vitest';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	order,
	refusalOf,
} from './world.js';

const start = async () => {
	const world = await createWorld();
	const vm = await deploy(world, {package: 'kvm-l', password: 'correct horse'});
	const listOpen = async () => world.store.read.operations.listOpen(vm.id);
	return {
		...world, world, vm, listOpen,
	};
};

test('a reset into a deploy goes on from there, and sent again it is the same', async () => {
	const {intents, store, listOpen} = await start();
	const first = await intents.resetVm('whmcs-1', 'set_dns', 'the node\nwas \u{1B}[1mrebuilt');
	expect(first).toMatchObject({
		changed: true, message: 'web1.example.net is reset from ready to set_dns', subject: {status: 'set_dns'}, operation: {kind: 'create', state: 'waiting'},
	});
	await expect(lastActivity(store)).resolves.toBe('warning anna web1.example.net: reset from ready to set_dns: the node ⏎ was rebuilt');
	await expect(intents.resetVm('whmcs-1', 'set_dns', 'again')).resolves.toMatchObject({changed: false, message: 'web1.example.net stands at set_dns already', operation: {id: first.operation!.id}});
	await expect(listOpen()).resolves.toHaveLength(1);
});

test('a reset ends what is open and takes the need of a person away', async () => {
	const {intents, world, store, vm, listOpen} = await start();
	const {operation, backup} = await intents.backUpVm('whmcs-1', null);
	await begin(world, operation!);
	await intents.powerVm('whmcs-1', 'stop');
	await store.write(async tables => tables.vms.setAttention(vm.id, {reason: 'x', since: 1, command: 'y'}));
	await expect(intents.resetVm('whmcs-1', 'ready', 'it is fine')).resolves.toMatchObject({changed: true, subject: {status: 'ready', needsAttention: null}, operation: null});
	await expect(listOpen()).resolves.toHaveLength(0);
	await expect(store.read.operations.find(operation!.id)).resolves.toMatchObject({state: 'cancelled', message: 'anna reset the VM to ready: it is fine'});
	await expect(store.read.backups.find(backup.id)).resolves.toMatchObject({state: 'failed'});
	await expect(intents.resetVm('whmcs-1', 'ready', 'it is fine')).resolves.toMatchObject({changed: false});
});

test('a reset to change_package makes the VM what its row says', async () => {
	const {intents, vm} = await start();
	await expect(intents.resetVm('whmcs-1', 'change_package', 'somebody changed it by hand')).resolves.toMatchObject({
		subject: {status: 'change_package'}, operation: {
			kind: 'change', params: {
				packageName: 'kvm-l', package: vm.package, overrides: {}, allowDataLoss: false,
			},
		},
	});
});

test('a reset while an operation runs comes after its present step, and a termination can be reset too', async () => {
	const {intents, world} = await start();
	const {operation} = await intents.terminateVm('whmcs-1');
	await begin(world, operation!);
	await expect(intents.resetVm('whmcs-1', 'ready', 'it was the wrong one')).resolves.toMatchObject({
		message: 'web1.example.net is reset from ready to ready after the present step', operation: null,
	});
	await expect(intents.powerVm('whmcs-1', 'start')).resolves.toMatchObject({changed: true});
});

test('a reset to terminate terminates anew from the beginning', async () => {
	const {intents, store, vm, listOpen} = await start();
	await store.write(async tables => tables.vms.enter(vm, 'error_terminate', 3000));
	await expect(intents.resetVm('whmcs-1', 'terminate', 'try it again')).resolves.toMatchObject({subject: {status: 'terminate'}, operation: {kind: 'terminate', position: null}});
	await expect(listOpen()).resolves.toHaveLength(1);
});

describe('a reset to removed', () => {
	test('touches nothing in Proxmox and says so loudly; the addresses rest, the password is erased, the reference is free', async () => {
		const {intents, store, settings, vm} = await start();
		await store.write(async tables => {
			await tables.vms.set(vm.id, {password: 'correct horse'});
			await tables.snapshots.add({
				vmId: vm.id, name: 'daily', note: null, createdAt: 1, keep: false, ours: true,
			});
		});
		const answer = await intents.resetVm('whmcs-1', 'removed', 'destroyed by hand');
		expect(answer).toMatchObject({changed: true, operation: null, subject: {status: 'removed', password: null, removedAt: expect.any(Number) as number}});
		const untouched = `nothing was touched in Proxmox: VMID ${vm.vmid} on fra1 may still be there`;
		expect(answer.message).toBe(`web1.example.net is reset from ready to removed; ${untouched}`);
		await expect(lastActivity(store)).resolves.toBe(`warning anna web1.example.net: reset from ready to removed: destroyed by hand; ${untouched}`);
		await expect(store.read.addresses.listFor(vm.id)).resolves.toEqual([]);
		await expect(store.read.addresses.use(settings.pools, Date.now())).resolves.toMatchObject([{used: 0, quarantined: 1}]);
		await expect(store.read.snapshots.list(vm.id)).resolves.toEqual([]);
		expect(await refusalOf(intents.resetVm('whmcs-1', 'ready', 'no'))).toMatchObject({code: 'not-allowed', message: 'vm reset is refused for web1.example.net: it was removed'});
		await expect(intents.createVm(order())).resolves.toMatchObject({created: true});
	});

	test('gives the names in DNS up: what was never written is forgotten, what was is to go', async () => {
		const {intents, store, vm} = await start();
		const set = (name: string) => ({
			zone: 'example.net', nameServer: 'powerdns', name, type: 'A', values: ['203.0.113.10'], generic: null,
		} as const);
		await store.write(async ({dnsRecords}) => {
			await dnsRecords.want(vm.id, [set('web1.example.net'), set('web2.example.net')], 1);
			const [{id, revision} = {id: 0, revision: 0}] = await dnsRecords.listFor(vm.id);
			await dnsRecords.settle(id, revision, {
				state: 'done', mine: ['203.0.113.10'], error: null, attempt: 0, nextAttemptAt: null,
			}, 2);
		});
		await intents.resetVm('whmcs-1', 'removed', 'destroyed by hand');
		await expect(store.read.dnsRecords.listFor(vm.id)).resolves.toMatchObject([{
			name: 'web1.example.net', values: [], state: 'owed', mine: ['203.0.113.10'],
		}]);
	});

	test('is how a termination ends that cannot', async () => {
		const {intents, store, vm, listOpen} = await start();
		await intents.terminateVm('whmcs-1');
		await store.write(async tables => tables.vms.enter(vm, 'error_terminate', 3000));
		await expect(intents.resetVm('whmcs-1', 'removed', 'the cluster is gone')).resolves.toMatchObject({subject: {status: 'removed'}});
		await expect(listOpen()).resolves.toEqual([]);
	});
});

test.each(['cp_stop', 'reinstall', 'error_terminate', 'Ready', '', 'ready\n', '\u{1B}[2J', 'x'.repeat(1_000_000)])('a VM cannot be reset to %.20j', async status => {
	const {intents, listOpen} = await start();
	const refusal = await refusalOf(intents.resetVm('whmcs-1', status, 'why not'));
	expect(refusal.code).toBe('invalid');
	expect(refusal.message).toMatch(/is none that a VM can be reset to$/);
	expect(refusal.hint).toMatch(/^did you mean \w+\?$|^write one of creation, set_ip, clone,.* starting, ready, change_package, terminate, removed$/);
	expect(refusal.message).not.toMatch(/\p{Control}/u);
	await expect(listOpen()).resolves.toEqual([]);
});

test.each(['', ' \n', '\u{1B}[2J'])('a reset needs a reason, and %j is none', async reason => {
	const {intents, vm, store} = await start();
	expect(await refusalOf(intents.resetVm('whmcs-1', 'ready', reason))).toMatchObject({code: 'invalid', message: 'a reset needs a reason'});
	await expect(store.read.vms.get(vm.id)).resolves.toEqual(vm);
});
