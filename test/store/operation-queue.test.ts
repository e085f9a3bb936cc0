import {describe, expect, test} from 'vitest';
import {type OperationKind, operationKinds} from '../../source/domain/operation-kind.js';
import {type Operation} from '../../source/domain/operation.js';
import {taskTable, type TaskName} from '../../source/domain/task.js';
import {StatusChanged, type Store} from '../../source/store/store.js';
import {makeStore, newVm} from './support/temporary-store.js';

const insertVm = async (store: Store, index = 1) => store.write(async ({vms}) => vms.insert(newVm({reference: `order-${index}`, hostname: `h${index}.example.net`})));
const add = async (store: Store, vmId: number, kind: OperationKind, parameters: unknown = {}) => store.write(async ({operations}) => operations.add(vmId, {
	kind, params: parameters, requestedBy: 'anna', now: 1000,
}));
const addRunning = async (store: Store, vmId: number, kind: OperationKind, parameters: unknown = {}): Promise<Operation> => {
	const {operation} = await add(store, vmId, kind, parameters);
	expect(await store.write(async ({operations}) => operations.begin(operation.id, 2000))).toBe(true);
	return (await store.read.operations.find(operation.id))!;
};

const queue = async (store: Store, vmId: number) => (await store.read.operations.listOpen(vmId)).map(({kind, state, params}) => [kind, state, params]);
const ready = async (store: Store, tasks: readonly TaskName[], start = true) => (await store.read.operations.listReady({
	now: 10_000, tasks, clusters: ['fra1'], nodesDown: [], start, limit: 100,
})).map(({id}) => id);
const log = (operation: Operation) => ({
	operationId: operation.id, operation: operation.kind, outcome: 'done' as const, reason: null, attempt: 1, startedAt: 1, durationMs: 2, upid: null, log: null,
});

describe('what is asked for of one VM', () => {
	test('the same verb sent again while it waits answers with the same operation, wherever it stands in the queue', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		await addRunning(store, id, 'create');
		const stop = await add(store, id, 'stop');
		await add(store, id, 'take-snapshot', {name: 'a', note: null});
		expect(await add(store, id, 'stop')).toEqual({operation: stop.operation, isNew: false});
		expect(await add(store, id, 'take-snapshot', {name: 'b', note: null})).toMatchObject({isNew: true});
		expect((await queue(store, id)).map(([kind]) => kind)).toEqual(['create', 'stop', 'take-snapshot', 'take-snapshot']);
	});

	test('the verb that runs and was asked for last answers with itself; after another one it is wanted anew', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		const reboot = await addRunning(store, id, 'reboot');
		expect(await add(store, id, 'reboot')).toEqual({operation: reboot, isNew: false});
		await add(store, id, 'stop');
		expect(await add(store, id, 'reboot')).toMatchObject({isNew: true});
		await store.write(async ({operations}) => operations.finish(reboot.id, 'done', 3000));
		expect((await queue(store, id)).map(([kind]) => kind)).toEqual(['stop', 'reboot']);
	});

	test('what has ended answers to nothing: the verb is wanted anew', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);

		for (const state of ['done', 'failed', 'cancelled'] as const) {
			const {operation, isNew} = await add(store, id, 'terminate');
			expect(isNew).toBe(true);
			await store.write(async ({operations}) => operations.finish(operation.id, state, 3000));
		}
	});

	test('a newer change cancels the one that waits, never the one that runs nor another VM\'s', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		const other = await insertVm(store, 2);
		await addRunning(store, id, 'change', {cores: 1});
		const older = await add(store, id, 'change', {cores: 2});
		await add(store, id, 'stop');
		await add(store, other.id, 'change', {cores: 2});
		await add(store, id, 'change', {cores: 4});
		expect(await store.read.operations.find(older.operation.id)).toMatchObject({
			state: 'cancelled', finishedAt: 1000, startedAt: null, message: 'a newer change came before it began',
		});
		expect(await queue(store, id)).toEqual([['change', 'running', {cores: 1}], ['stop', 'waiting', {}], ['change', 'waiting', {cores: 4}]]);
		expect(await queue(store, other.id)).toEqual([['change', 'waiting', {cores: 2}]]);
	});

	test('many who ask at once get one operation, and one of many runs', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		const asked = await Promise.all(Array.from({length: 8}, async () => add(store, id, 'start')));
		expect(asked.filter(({isNew}) => isNew)).toHaveLength(1);
		expect(new Set(asked.map(({operation}) => operation.id)).size).toBe(1);
		const {operation} = await add(store, id, 'stop');
		const begun = await Promise.all([asked[0]!.operation.id, operation.id].map(async one => store.write(async ({operations}) => operations.begin(one, 1))));
		expect(begun.filter(Boolean)).toHaveLength(1);
	});
});

test('everything that is open ends as cancelled, but for the one that is spared; what had ended stays as it was', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const failed = await addRunning(store, id, 'start');
	await store.write(async ({operations}) => operations.finish(failed.id, 'failed', 2500, 'no'));
	const running = await addRunning(store, id, 'create');
	await store.write(async ({operations}) => operations.wait(running.id, {
		waitingFor: 'a slot', nextAttemptAt: 9, remoteTaskId: null, slot: {key: 'clone:a', limit: 1}, pausedByNode: 'pve1',
	}));
	await add(store, id, 'reboot');
	const spared = await add(store, id, 'terminate');
	const ended = await store.write(async ({operations}) => operations.cancelOpen(id, 3000, 'anna terminated the VM', spared.operation.id));
	expect(ended.map(({kind, state}) => [kind, state])).toEqual([['create', 'running'], ['reboot', 'waiting']]);
	expect(await store.read.operations.find(running.id)).toMatchObject({
		state: 'cancelled', finishedAt: 3000, message: 'anna terminated the VM', waitingFor: null, nextAttemptAt: null, slot: null, pausedByNode: null,
	});
	expect(await queue(store, id)).toEqual([['terminate', 'waiting', {}]]);
	expect(await store.read.operations.find(failed.id)).toMatchObject({state: 'failed', finishedAt: 2500, message: 'no'});
	expect(await store.write(async ({operations}) => operations.cancelOpen(id, 4000, 'again'))).toHaveLength(1);
	expect(await store.write(async ({operations}) => operations.cancelOpen(id, 5000, 'again'))).toEqual([]);
});

test('what has ended stays ended: it is neither finished again, nor begun, moved on, put off or made to wait', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const operation = await addRunning(store, id, 'suspend');
	await store.write(async ({operations}) => operations.finish(operation.id, 'cancelled', 3000, 'terminated'));
	const before = await store.read.operations.find(operation.id);
	await store.write(async ({operations}) => {
		await operations.finish(operation.id, 'done', 4000);
		expect(await operations.begin(operation.id, 4000)).toBe(false);
		await operations.nextStep(operation.id, 4000);
		await operations.postpone(operation.id, {attempt: 9, nextAttemptAt: 1, waitingFor: 'x'});
		await operations.wait(operation.id, {
			waitingFor: 'x', nextAttemptAt: 1, remoteTaskId: null, slot: null, pausedByNode: null,
		});
		await expect(operations.advance(operation, 'set_onboot', log(operation))).rejects.toBeInstanceOf(StatusChanged);
	});
	expect(await store.read.operations.find(operation.id)).toEqual(before);
	expect(await store.read.stepLog.list(id)).toEqual([]);
});

test('the position of an operation moves from what it is, with a row in the step log, or not at all', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const operation = await addRunning(store, id, 'suspend');
	expect(operation.position).toBeNull();
	await store.write(async ({operations}) => operations.advance(operation, 'set_onboot', log(operation)));
	// Whoever still believes that it stands at the beginning is refused, and so is who began with its first position.
	for (const position of [null, 'asked']) {
		await expect(store.write(async ({operations}) => operations.advance({...operation, position}, 'done', log(operation)))).rejects.toThrow('is not at asked any more');
	}

	await store.write(async ({operations}) => operations.advance({...operation, position: 'set_onboot'}, 'done', log(operation)));
	expect(await store.read.operations.find(operation.id)).toMatchObject({position: 'done', state: 'running'});
	expect((await store.read.stepLog.list(id)).map(({from, to}) => [from, to])).toEqual([['asked', 'set_onboot'], ['set_onboot', 'done']]);
	expect((await store.read.vms.get(id)).status).toBe('creation');
});

test('what a step remembers is kept as it was given, name by name, until it is forgotten', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const {operation} = await add(store, id, 'rollback', {name: 'a'});
	const note = async (notes: Readonly<Record<string, unknown>>) => {
		await store.write(async ({operations}) => operations.note(operation.id, notes));
		return (await store.read.operations.find(operation.id))!.notes;
	};

	expect(await note({wasRunning: true, volumes: {a: 1, b: {c: 2}}, last: null})).toEqual({wasRunning: true, volumes: {a: 1, b: {c: 2}}, last: null});
	expect(await note({volumes: {d: null}})).toEqual({wasRunning: true, volumes: {d: null}, last: null});
	expect(await note({wasRunning: false, tried: [1, null], last: undefined})).toEqual({wasRunning: false, volumes: {d: null}, tried: [1, null]});
	expect(await note({})).toEqual({wasRunning: false, volumes: {d: null}, tried: [1, null]});
	await expect(store.write(async ({operations}) => operations.note(4711, {a: 1}))).resolves.toBeUndefined();
});

describe('what can be moved on', () => {
	test('every kind belongs to the task that owns it, waiting or running', async () => {
		const store = await makeStore();
		const kinds = Object.keys(operationKinds) as OperationKind[];
		const owned = new Map<TaskName, number[]>();

		for (const [index, kind] of kinds.entries()) {
			const {id} = await insertVm(store, index);
			const {operation} = await add(store, id, kind);
			expect(operation.task).toBe(operationKinds[kind].task);
			owned.set(operation.task, [...owned.get(operation.task) ?? [], operation.id]);
		}

		for (const {name} of taskTable) {
			expect(await ready(store, [name]), name).toEqual(owned.get(name) ?? []);
			expect(await ready(store, [name], false), name).toEqual([]);
		}

		await store.write(async ({operations}) => {
			for (const id of owned.values().toArray().flat()) {
				await operations.begin(id, 1);
			}
		});

		for (const {name} of taskTable) {
			expect(await ready(store, [name], false), name).toEqual(owned.get(name) ?? []);
		}

		expect(await ready(store, taskTable.map(({name}) => name))).toHaveLength(kinds.length);
	});

	test('what waits for another task\'s operation of its VM is not ready, whichever task is asked', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		const {operation: backup} = await add(store, id, 'backup', {note: null});
		const {operation: reboot} = await add(store, id, 'reboot');
		expect(await ready(store, ['process_vms'])).toEqual([]);
		expect(await ready(store, ['process_vms', 'backup_status'])).toEqual([backup.id]);
		await store.write(async ({operations}) => operations.begin(backup.id, 1));
		expect(await ready(store, ['process_vms', 'backup_status'])).toEqual([backup.id]);
		await store.write(async ({operations}) => operations.finish(backup.id, 'failed', 1, 'no'));
		expect(await ready(store, ['process_vms'])).toEqual([reboot.id]);
	});
});
