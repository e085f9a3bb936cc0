import {describe, expect, test} from 'vitest';
import {type ReadyFilter} from '../../source/store/operations.js';
import {type Store} from '../../source/store/store.js';
import {addRunningVm, makeStore, newVm} from './support/temporary-store.js';

const wish = {
	kind: 'create', params: {a: 1}, requestedBy: 'anna', now: 1000,
} as const;
const ready = async (store: Store, filter: Partial<ReadyFilter> = {}) => (await store.read.operations.listReady({
	now: 10_000, tasks: ['process_vms'], clusters: ['fra1'], nodesDown: [], start: true, limit: 100, ...filter,
})).map(({id}) => id);
const nothing = {
	waitingFor: null, nextAttemptAt: null, remoteTaskId: null, slot: null, pausedByNode: null,
};
const intent = (operationId: number, vmId: number) => ({
	operationId, vmId, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: 1, deadlineAt: 2,
});

describe('the order of what is wanted of a VM', () => {
	test('the same waiting verb answers with the same operation, another one queues', async () => {
		const store = await makeStore();
		await store.write(async ({vms, operations}) => {
			const {id} = await vms.insert(newVm());
			const first = await operations.add(id, wish);
			expect(first).toMatchObject({
				isNew: true, operation: {
					state: 'waiting', task: 'process_vms', params: {a: 1}, attempt: 0,
				},
			});
			expect(await operations.add(id, {...wish, requestedBy: 'berta', now: 2000})).toEqual({operation: first.operation, isNew: false});
			const second = await operations.add(id, {...wish, params: {a: 2}});
			expect(second).toMatchObject({isNew: true});
			expect((await operations.listOpen(id)).map(operation => operation.id)).toEqual([first.operation.id, second.operation.id]);
		});
	});

	test('one operation of a VM runs at a time, the oldest first', async () => {
		const store = await makeStore();
		const {vm, operation} = await addRunningVm(store);
		const [second, third] = await store.write(async ({operations}) => [
			(await operations.add(vm.id, wish)).operation,
			(await operations.add(vm.id, {...wish, params: null})).operation,
		]);
		expect(await ready(store)).toEqual([operation.id]);
		await store.write(async ({operations}) => {
			expect(await operations.begin(operation.id, 1)).toBe(false);
			expect(await operations.begin(second.id, 1)).toBe(false);
			await operations.finish(operation.id, 'done', 3000, 'well');
		});
		expect(await store.read.operations.find(operation.id)).toMatchObject({state: 'done', finishedAt: 3000, message: 'well'});
		expect(await ready(store)).toEqual([second.id]);
		expect(await ready(store, {start: false})).toEqual([]);
		expect(await store.write(async ({operations}) => operations.begin(second.id, 4000))).toBe(true);
		expect((await store.read.operations.listOpen(vm.id)).map(({id, state}) => [id, state])).toEqual([[second.id, 'running'], [third.id, 'waiting']]);
		expect((await store.read.operations.listFor(vm.id)).map(({id}) => id)).toEqual([third.id, second.id, operation.id]);
		expect((await store.read.operations.listUnderWay(['process_vms'])).map(({id}) => id)).toEqual([second.id, third.id]);
		expect(await store.read.operations.listUnderWay([])).toEqual([]);
	});
});

describe('what can be moved on', () => {
	test('an operation waits for its moment, and the next moment is known', async () => {
		const store = await makeStore();
		const {operation} = await addRunningVm(store);
		expect(await store.read.operations.nextMoment()).toBeUndefined();
		await store.write(async ({operations}) => operations.postpone(operation.id, {attempt: 3, nextAttemptAt: 10_001, waitingFor: 'fra1 said no'}));
		expect(await ready(store)).toEqual([]);
		expect(await store.read.operations.nextMoment()).toBe(10_001);
		expect(await ready(store, {now: 10_001})).toEqual([operation.id]);
		await store.write(async ({operations}) => operations.wait(operation.id, {...nothing, nextAttemptAt: 20_000}));
		expect(await store.read.operations.find(operation.id)).toMatchObject({attempt: 3, nextAttemptAt: 20_000});
		await store.write(async ({operations}) => operations.nextStep(operation.id, 12_000));
		expect(await store.read.operations.find(operation.id)).toMatchObject({attempt: 0, nextAttemptAt: null, stepSince: 12_000});
	});

	test('a VM that needs a person, a cluster that cannot be worked on and a node that is down make theirs wait', async () => {
		const store = await makeStore();
		const {vm, operation} = await addRunningVm(store);
		expect(await ready(store, {clusters: ['nyc1']})).toEqual([]);
		expect(await ready(store, {clusters: []})).toEqual([]);
		expect(await ready(store, {tasks: ['restore_backup']})).toEqual([]);
		expect(await ready(store, {nodesDown: ['fra1/pve1']})).toEqual([operation.id]);
		await store.write(async ({vms}) => vms.set(vm.id, {node: 'pve1'}));
		expect(await ready(store, {nodesDown: ['fra1/pve2']})).toEqual([operation.id]);
		expect(await ready(store, {nodesDown: ['fra1/pve1']})).toEqual([]);
		await store.write(async ({operations}) => operations.wait(operation.id, {...nothing, pausedByNode: 'pve3'}));
		expect(await ready(store, {nodesDown: ['fra1/pve3']})).toEqual([]);
		expect(await ready(store, {nodesDown: []})).toEqual([operation.id]);
		await store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'r', since: 1, command: 'c'}));
		expect(await ready(store)).toEqual([]);
	});

	test('an operation waits for its remote task, and for none that ended before it came to wait', async () => {
		const store = await makeStore();
		const {vm, operation} = await addRunningVm(store);
		const task = await store.write(async ({remoteTasks, operations}) => {
			const task = await remoteTasks.intend(intent(operation.id, vm.id));
			await remoteTasks.record(task!.id, 'UPID:1');
			await operations.wait(operation.id, {
				...nothing, waitingFor: 'the clone', nextAttemptAt: 99_000, remoteTaskId: task!.id,
			});
			return task!;
		});
		expect(await ready(store)).toEqual([]);
		expect(await store.write(async ({remoteTasks}) => remoteTasks.finish(task.id, 'OK', 5000))).toBe(true);
		expect(await store.write(async ({remoteTasks}) => remoteTasks.finish(task.id, 'again', 6000))).toBe(false);
		expect(await store.read.remoteTasks.find(task.id)).toMatchObject({state: 'finished', exitStatus: 'OK', finishedAt: 5000});
		expect(await ready(store)).toEqual([operation.id]);
		await store.write(async ({operations}) => operations.wait(operation.id, {...nothing, nextAttemptAt: 99_000, remoteTaskId: task.id}));
		expect(await ready(store)).toEqual([operation.id]);
	});

	test('of those that wait for a slot as many are ready as are free, oldest first', async () => {
		const store = await makeStore();
		const slot = {key: 'clone:fra1/pve1/local-lvm', limit: 2};
		const running: Array<Awaited<ReturnType<typeof addRunningVm>>> = [];

		for (let index = 0; index < 4; index++) {
			running.push(await addRunningVm(store, {reference: `order-${index}`, hostname: `h${index}.example.net`}));
		}

		const [holder, ...waiters] = running.map(({operation}) => operation.id);
		const task = await store.write(async ({remoteTasks, operations}) => {
			for (const id of waiters) {
				await operations.wait(id, {...nothing, slot});
			}

			const task = await remoteTasks.intend(intent(holder!, running[0]!.vm.id), slot);
			await operations.wait(holder!, {...nothing, remoteTaskId: task!.id});
			return task!;
		});
		expect(await store.read.remoteTasks.inUse(slot.key)).toBe(1);
		expect(await ready(store)).toEqual([waiters[0]]);
		await store.write(async ({remoteTasks}) => {
			expect(await remoteTasks.intend(intent(waiters[0]!, running[1]!.vm.id), slot)).toBeDefined();
			expect(await remoteTasks.intend(intent(waiters[1]!, running[2]!.vm.id), slot)).toBeUndefined();
		});
		expect(await ready(store)).toEqual([]);
		await store.write(async ({remoteTasks}) => remoteTasks.forget(task.id));
		expect(await ready(store)).toEqual([holder, waiters[0]]);
	});
});

test('a remote task is intended once, known by its UPID, and settled when its step took notice', async () => {
	const store = await makeStore();
	const {vm, operation} = await addRunningVm(store);
	const task = await store.write(async ({remoteTasks}) => (await remoteTasks.intend(intent(operation.id, vm.id)))!);
	expect(task).toMatchObject({
		...intent(operation.id, vm.id), state: 'intent', slotKey: null, upid: null, isSettled: false,
	});
	expect(await store.read.remoteTasks.listRunning()).toEqual([]);
	await expect(store.write(async ({remoteTasks}) => remoteTasks.intend(intent(operation.id, vm.id)))).rejects.toThrow('UNIQUE');
	await store.write(async ({remoteTasks}) => {
		await remoteTasks.renew(task.id, {intentAt: 11, deadlineAt: 12, node: 'pve2'});
		await remoteTasks.record(task.id, 'UPID:1');
		await remoteTasks.record(task.id, 'UPID:1');
		await remoteTasks.setProgress(task.id, 41.6);
	});
	await expect(store.write(async ({remoteTasks}) => remoteTasks.record(task.id, 'UPID:2'))).rejects.toThrow('UPID:2 was not recorded');
	expect(await store.read.remoteTasks.listRunning('fra1')).toMatchObject([{
		id: task.id, upid: 'UPID:1', node: 'pve2', intentAt: 11, progress: 42,
	}]);
	expect(await store.read.remoteTasks.listRunning('nyc1')).toEqual([]);
	expect(await store.read.remoteTasks.findByUpid('UPID:1')).toMatchObject({id: task.id});
	await store.write(async ({remoteTasks}) => remoteTasks.finish(task.id, 'OK', 3));
	expect(await store.read.remoteTasks.findUnsettled(operation.id, 'clone')).toMatchObject({id: task.id});
	await store.write(async ({remoteTasks}) => remoteTasks.settle(task.id));
	expect(await store.read.remoteTasks.findUnsettled(operation.id, 'clone')).toBeUndefined();
	const again = await store.write(async ({remoteTasks}) => (await remoteTasks.intend(intent(operation.id, vm.id)))!);
	await expect(store.write(async ({remoteTasks}) => remoteTasks.record(again.id, 'UPID:1'))).rejects.toThrow('belongs to operation');
});

test('the last fifty operations of a VM are kept, with their steps', async () => {
	const store = await makeStore();
	const {vm, operation: first} = await addRunningVm(store);
	const log = {
		operation: 'create', from: 'creation', to: 'set_ip', outcome: 'failed', reason: 'no', attempt: 1, startedAt: 1, durationMs: 2, upid: null, log: 'line',
	} as const;
	await store.write(async ({operations, stepLog}) => {
		let {id} = first;

		for (let index = 0; index < 52; index++) {
			await stepLog.addFailure(vm.id, {...log, operationId: id});
			await operations.finish(id, 'done', 1);
			({id} = (await operations.add(vm.id, {...wish, params: index})).operation);
			await operations.begin(id, 1);
		}

		await stepLog.addFailure(vm.id, {...log, operationId: id});
	});
	expect(await store.read.stepLog.list(vm.id)).toHaveLength(50);
	await store.write(async ({stepLog}) => stepLog.prune(10_000));
	expect(await store.read.operations.find(first.id)).toBeUndefined();
	expect(await store.read.operations.listFor(vm.id)).toHaveLength(50);
	expect((await store.read.stepLog.list(vm.id))[0]).toEqual({...log, operationId: first.id + 3});
});
