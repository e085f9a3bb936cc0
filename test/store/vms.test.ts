import {expect, test} from 'vitest';
import {StatusChanged} from '../../source/store/store.js';
import {addRunningVm, makeStore, newVm} from './support/temporary-store.js';

const log = {
	operationId: 1, operation: 'create', outcome: 'done', reason: null, attempt: 0, startedAt: 5000, durationMs: 20, upid: null, log: null,
} as const;

test('a VM comes back as it was ordered, and ids start at 101', async () => {
	const store = await makeStore();
	const vm = await store.write(async ({vms}) => vms.insert(newVm()));
	expect(vm).toMatchObject({
		...newVm(), id: 101, status: 'creation', remoteStatus: 'unknown', node: null, vmid: null, suspended: [], needsAttention: null, removedAt: null, version: 1,
	});
	expect(await store.read.vms.get(101)).toEqual(vm);
	await expect(store.read.vms.get(102)).rejects.toThrow('There is no VM v102.');
});

test('a status moves on once, together with its step-log row', async () => {
	const store = await makeStore();
	const {vm, operation} = await addRunningVm(store);
	await store.write(async ({vms}) => vms.advance(vm, 'set_ip', {...log, operationId: operation.id}));
	await expect(store.write(async ({vms}) => vms.advance(vm, 'set_ip', {...log, operationId: operation.id}))).rejects.toThrow(StatusChanged);
	expect(await store.read.vms.get(vm.id)).toMatchObject({status: 'set_ip', version: 2});
	expect(await store.read.stepLog.list(vm.id)).toEqual([{
		...log, operationId: operation.id, from: 'creation', to: 'set_ip',
	}]);
});

test('a reference belongs to one living VM; that of a removed one may be ordered again', async () => {
	const store = await makeStore();
	const {vm, operation} = await addRunningVm(store);
	await expect(store.write(async ({vms}) => vms.insert(newVm()))).rejects.toThrow('UNIQUE');
	await store.write(async ({vms}) => vms.advance(vm, 'removed', {...log, operationId: operation.id}));
	expect(await store.read.vms.findByReference('order-1')).toMatchObject({id: vm.id, removedAt: 5020});
	const again = await store.write(async ({vms}) => vms.insert(newVm()));
	expect(await store.read.vms.findByReference('order-1')).toEqual(again);
	expect(await store.read.vms.resolve('web1.example.net')).toEqual([again]);
	expect(await store.read.vms.resolve('v101')).toMatchObject([{id: 101, status: 'removed'}]);
});

test('a REF may be our id, a reference, a hostname or a place, and each VM comes once', async () => {
	const store = await makeStore();
	const vm = await store.write(async ({vms}) => vms.insert(newVm({reference: 'web1.example.net'})));
	await store.write(async ({vms}) => vms.reserveVmid(vm, [500, 600], new Set([500])));

	for (const ref of ['v101', 'web1.example.net', 'WEB1.example.net', 'fra1/501']) {
		expect((await store.read.vms.resolve(ref)).map(({id}) => id), ref).toEqual([101]);
	}

	expect(await store.read.vms.resolve('501')).toEqual([]);
	await store.write(async ({vms}) => vms.set(vm.id, {
		mac: 'bc:24:11:00:00:01', node: 'pve1', remoteStatus: 'running', password: null,
	}));
	expect(await store.read.vms.get(vm.id)).toMatchObject({
		mac: 'BC:24:11:00:00:01', node: 'pve1', remoteStatus: 'running', password: null,
	});

	for (const what of ['BC:24:11:00:00:01', 'bc:24:11:00:00:01', '501', 'ada@example.org']) {
		expect((await store.read.vms.search(what)).map(({id}) => id), what).toEqual([101]);
	}
});

test('VMs are listed by the first word that holds of them', async () => {
	const store = await makeStore();
	const {vm: inWork} = await addRunningVm(store);
	const needy = await store.write(async ({vms}) => vms.insert(newVm({reference: 'b', hostname: 'b.example.net', cluster: 'nyc1'})));
	await store.write(async ({vms}) => vms.setAttention(needy.id, {reason: 'no address', since: 7, command: 'cronsole pool list'}));
	const ids = async (filter?: Parameters<typeof store.read.vms.list>[0]) => (await store.read.vms.list(filter)).map(({id}) => id);
	expect(await ids()).toEqual([inWork.id, needy.id]);
	expect(await ids({state: 'inWork'})).toEqual([inWork.id]);
	expect(await ids({state: 'needsAttention'})).toEqual([needy.id]);
	expect(await ids({state: 'creation'})).toEqual([inWork.id, needy.id]);
	expect(await ids({state: 'suspended'})).toEqual([]);
	expect(await ids({cluster: 'nyc1', client: 'Ada'})).toEqual([needy.id]);
	await store.write(async ({vms}) => vms.setAttention(needy.id, null));
	expect(await ids({state: 'inWork'})).toEqual([inWork.id, needy.id]);
});

test('a VMID is never given out twice, not even after its VM is gone, and goes round the end of the range', async () => {
	const store = await makeStore();
	const vm = await store.write(async ({vms}) => vms.insert(newVm()));
	const reserve = async (taken: readonly number[] = [], isAgain = true) =>
		store.write(async ({vms}) => vms.reserveVmid(vm, [1000, 1004], new Set(taken), isAgain));
	expect(await reserve([1000])).toBe(1001);
	expect(await reserve([], false)).toBe(1001);
	expect(await reserve([1002])).toBe(1003);
	expect(await reserve()).toBe(1004);
	expect(await reserve()).toBe(1000);
	expect(await reserve()).toBe(1002);
	expect(await reserve()).toBeUndefined();
	expect(await store.read.vms.get(vm.id)).toMatchObject({vmid: 1002});
});
