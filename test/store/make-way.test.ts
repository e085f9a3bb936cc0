import {expect, test} from 'vitest';
import {type OperationKind} from '../../source/domain/operation-kind.js';
import {taskNames} from '../../source/domain/task.js';
import {type Store} from '../../source/store/store.js';
import {makeStore, newVm} from './support/temporary-store.js';

const add = async (store: Store, vmId: number, kind: OperationKind) => store.write(async ({operations}) => {
	const {operation} = await operations.add(vmId, {
		kind, params: {}, requestedBy: 'anna', now: 1000,
	});
	return operation;
});
const begin = async (store: Store, id: number) => store.write(async ({operations}) => operations.begin(id, 2000));
const waitForSlot = async (store: Store, id: number) => store.write(async ({operations}) => operations.wait(id, {
	waitingFor: 'a backup slot', nextAttemptAt: null, remoteTaskId: null, slot: {key: 'backup:fra1/pve1', limit: 0}, pausedByNode: null,
}));
const listReady = async (store: Store) => {
	const ready = await store.read.operations.listReady({
		now: 3000, tasks: taskNames, clusters: ['fra1'], nodesDown: [], start: true, limit: 10,
	});
	return ready.map(({id}) => id);
};

const prepare = async (kind: OperationKind) => {
	const store = await makeStore();
	const vm = await store.write(async ({vms}) => vms.insert(newVm()));
	const backup = await add(store, vm.id, kind);
	await begin(store, backup.id);
	return {store, vm, backup};
};

test.each(['backup', 'scheduled-backup'] as const)('what a person asks for goes before a %s that stands in the queue for a slot, which then waits its turn again', async kind => {
	const {store, vm, backup} = await prepare(kind);
	await waitForSlot(store, backup.id);
	const start = await add(store, vm.id, 'start');
	expect(await listReady(store)).toEqual([start.id]);
	expect(await begin(store, start.id)).toBe(true);
	expect(await store.read.operations.find(backup.id)).toMatchObject({
		state: 'waiting', slot: null, waitingFor: null, startedAt: null,
	});
	await store.write(async ({operations}) => operations.finish(start.id, 'done', 4000));
	expect(await listReady(store)).toEqual([backup.id]);
	expect(await begin(store, backup.id)).toBe(true);
});

test('a backup that is under way in the cluster makes no way', async () => {
	const {store, vm, backup} = await prepare('backup');
	const task = await store.write(async ({remoteTasks}) => remoteTasks.intend({
		operationId: backup.id, vmId: vm.id, cluster: 'fra1', node: 'pve1', type: 'vzdump', taskVmid: 10_000, step: 'backed_up', intentAt: 1, deadlineAt: 2,
	}, {key: 'backup:fra1/pve1', limit: 1}));
	await store.write(async ({operations}) => operations.wait(backup.id, {
		waitingFor: 'the backup', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
	}));
	const start = await add(store, vm.id, 'start');
	expect(await listReady(store)).toEqual([]);
	expect(await begin(store, start.id)).toBe(false);
	expect(await store.read.operations.find(backup.id)).toMatchObject({state: 'running'});
});

test('no other operation that waits for a slot makes way, and one backup none for another', async () => {
	const {store, vm, backup} = await prepare('backup');
	await waitForSlot(store, backup.id);
	const scheduled = await add(store, vm.id, 'scheduled-backup');
	expect(await listReady(store)).toEqual([]);
	expect(await begin(store, scheduled.id)).toBe(false);

	const other = await prepare('create');
	await waitForSlot(other.store, other.backup.id);
	const stop = await add(other.store, other.vm.id, 'stop');
	expect(await listReady(other.store)).toEqual([]);
	expect(await begin(other.store, stop.id)).toBe(false);
});

test('of stop, start and stop that all wait, the last word counts', async () => {
	const {store, vm} = await prepare('create');
	const stop = await add(store, vm.id, 'stop');
	const start = await add(store, vm.id, 'start');
	const again = await add(store, vm.id, 'stop');
	expect(new Set([stop.id, start.id, again.id]).size).toBe(3);
	expect(await add(store, vm.id, 'stop')).toEqual(again);
});
