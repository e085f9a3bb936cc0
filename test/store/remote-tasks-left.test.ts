import {describe, expect, test} from 'vitest';
import {type OperationKind} from '../../source/domain/operation-kind.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Store} from '../../source/store/store.js';
import {makeStore, newVm} from './support/temporary-store.js';

const hour = 3_600_000;
const now = 100 * hour;
const rate = {limit: 2, withinMs: hour};

const insertVm = async (store: Store, index = 1) => store.write(async ({vms}) => vms.insert(newVm({reference: `order-${index}`, hostname: `h${index}.example.net`})));
const begin = async (store: Store, vmId: number, kind: OperationKind = 'reinstall') => store.write(async ({operations}) => {
	const {operation: {id}} = await operations.add(vmId, {
		kind, params: {}, requestedBy: 'anna', now,
	});
	await operations.begin(id, now);
	return id;
});
const end = async (store: Store, id: number) => store.write(async ({operations}) => operations.finish(id, 'cancelled', now, 'terminated'));

type Own = {readonly type?: string; readonly at?: number; readonly step?: string; readonly cluster?: string};

/** A remote task of that operation, intended at that moment; undefined where the rate is reached. */
const intend = async (store: Store, {id, operationId}: {readonly id: number; readonly operationId: number}, own: Own = {}) => {
	const {type = 'qmdestroy', at = now, cluster = 'fra1', step = type} = own;
	return store.write(async ({remoteTasks}) => remoteTasks.intend({
		operationId, vmId: id, cluster, node: 'pve1', type, taskVmid: 5000, step, intentAt: at, deadlineAt: at,
	}, undefined, type === 'qmdestroy' ? rate : undefined));
};

const count = async (store: Store) => store.read.remoteTasks.countSince('fra1', 'qmdestroy', now - hour);

describe('what earlier operations of a VM left in the cluster', () => {
	test('is listed until it is settled or forgotten, whether it was intended, runs or has ended', async () => {
		const store = await makeStore();
		const [vm, other] = [await insertVm(store), await insertVm(store, 2)];
		const operationId = await begin(store, vm.id);
		const [intent, running, finished, settled] = [
			await intend(store, {...vm, operationId}, {type: 'qmclone'}),
			await intend(store, {...vm, operationId}, {type: 'qmstart'}),
			await intend(store, {...vm, operationId}, {type: 'qmstop'}),
			await intend(store, {...vm, operationId}, {type: 'resize'}),
		].map(task => task!.id) as [number, number, number, number];
		await intend(store, {...other, operationId: await begin(store, other.id)});
		await store.write(async ({remoteTasks}) => {
			await remoteTasks.record(running, 'UPID:1');
			await remoteTasks.record(finished, 'UPID:2');
			await remoteTasks.finish(finished, 'OK', now);
			await remoteTasks.settle(settled);
		});
		expect(await store.read.remoteTasks.listLeft(vm.id, operationId)).toEqual([]);
		await end(store, operationId);
		const next = await begin(store, vm.id, 'terminate');
		const left = async () => (await store.read.remoteTasks.listLeft(vm.id, next)).map(({id, state}) => [id, state]);
		expect(await left()).toEqual([[intent, 'intent'], [running, 'running'], [finished, 'finished']]);
		await store.write(async ({remoteTasks}) => {
			await remoteTasks.forget(intent);
			await remoteTasks.settle(finished);
			await remoteTasks.finish(running, 'OK', now);
		});
		expect(await left()).toEqual([[running, 'finished']]);
	});

	test('a task that runs is not forgotten as an intent would be', async () => {
		const store = await makeStore();
		const vm = await insertVm(store);
		const {id} = (await intend(store, {...vm, operationId: await begin(store, vm.id)}))!;
		await store.write(async ({remoteTasks}) => {
			await remoteTasks.record(id, 'UPID:1');
			await remoteTasks.forget(id);
		});
		expect(await store.read.remoteTasks.find(id)).toMatchObject({state: 'running'});
	});
});

describe('so many in a time', () => {
	test('are counted by VM, cluster and type, however they ended; those that provably never began are not', async () => {
		const store = await makeStore();
		let vms = 0;
		const ask = async (own: Parameters<typeof intend>[2]) => {
			vms++;
			const vm = await insertVm(store, vms);
			return intend(store, {...vm, operationId: await begin(store, vm.id)}, own);
		};

		const first = await ask({at: now - 10});
		await ask({cluster: 'nyc1', step: 'there'});
		await ask({type: 'qmstop'});
		expect(await count(store)).toBe(1);
		const second = await ask({step: 'again'});
		expect(second).toBeDefined();
		expect(await ask({step: 'third'})).toBeUndefined();
		await store.write(async ({remoteTasks}) => {
			await remoteTasks.record(first!.id, 'UPID:1');
			await remoteTasks.finish(first!.id, 'command failed', now);
			await remoteTasks.settle(first!.id);
			await remoteTasks.forget(second!.id);
		});
		expect(await count(store)).toBe(1);
		expect(await ask({step: 'third'})).toBeDefined();
	});

	test('one VM that must be asked again and again counts once, and is never in its own way', async () => {
		const store = await makeStore();
		const [stubborn, other] = [await insertVm(store), await insertVm(store, 2)];
		const operationId = await begin(store, stubborn.id);
		for (const step of ['first', 'second', 'third', 'fourth']) {
			expect(await intend(store, {...stubborn, operationId}, {step})).toBeDefined();
		}

		expect(await count(store)).toBe(1);
		expect(await intend(store, {...other, operationId: await begin(store, other.id)})).toBeDefined();
		expect(await intend(store, {...stubborn, operationId}, {step: 'fifth'})).toBeDefined();
	});

	test('are forgotten when their time is over, and so are those of a clock that was ahead', async () => {
		const store = await makeStore();
		const vm = await insertVm(store);
		const operationId = await begin(store, vm.id);
		await intend(store, {...vm, operationId}, {at: now - hour, step: 'long ago'});
		await intend(store, {...vm, operationId}, {at: now + (30 * hour), step: 'next year'});
		await intend(store, {...vm, operationId}, {at: now + 1000, step: 'a little ahead'});
		expect(await count(store)).toBe(1);
	});

	test('hold for many who ask at once', async () => {
		const store = await makeStore();
		const vms: Vm[] = [];

		for (let index = 0; index < 5; index++) {
			vms.push(await insertVm(store, index));
		}

		const tasks = await Promise.all(vms.map(async vm => intend(store, {...vm, operationId: await begin(store, vm.id)})));
		expect(tasks.filter(task => task !== undefined)).toHaveLength(2);
	});
});

test('of operations before the last fifty those stay whose remote tasks run, are not settled, or still count; the records of their backups stay too', async () => {
	const store = await makeStore();
	const vm = await insertVm(store);
	const make = async (change: (store: Store, operationId: number) => Promise<unknown>) => {
		const operationId = await begin(store, vm.id, 'backup');
		await store.write(async ({backups}) => backups.add({
			vmId: vm.id, kind: 'manual', localDate: null, storage: 'shared', note: null, createdAt: now, operationId,
		}));
		await change(store, operationId);
		await end(store, operationId);
		return operationId;
	};

	const withTask = (at: number, change: (tables: Parameters<Parameters<Store['write']>[0]>[0], id: number) => Promise<unknown>) => async (_: Store, operationId: number) => {
		const {id} = (await intend(store, {...vm, operationId}, {type: 'vzdump', at}))!;
		await store.write(async tables => change(tables, id));
	};

	const longAgo = now - hour;
	const bare = await make(async () => undefined);
	const settled = await make(withTask(longAgo, async ({remoteTasks}, id) => {
		await remoteTasks.finish(id, 'OK', now);
		await remoteTasks.settle(id);
	}));
	const kept = [
		await make(withTask(longAgo, async ({remoteTasks}, id) => {
			await remoteTasks.record(id, 'UPID:1');
			await remoteTasks.settle(id);
		})),
		await make(withTask(longAgo, async ({remoteTasks}, id) => remoteTasks.finish(id, 'OK', now))),
		await make(withTask(longAgo + 1, async ({remoteTasks}, id) => {
			await remoteTasks.finish(id, 'OK', now);
			await remoteTasks.settle(id);
		})),
	];
	await store.write(async ({operations}) => {
		for (let index = 0; index < 49; index++) {
			const {operation: {id}} = await operations.add(vm.id, {
				kind: 'reboot', params: {index}, requestedBy: 'anna', now,
			});
			await operations.finish(id, 'done', now);
		}
	});
	const open = await begin(store, vm.id, 'backup');
	await store.write(async ({stepLog}) => stepLog.prune(now));
	const find = async (id: number) => (await store.read.operations.find(id))?.id;
	expect(await Promise.all([bare, settled].map(async id => find(id)))).toEqual([undefined, undefined]);
	expect(await Promise.all([...kept, open].map(async id => find(id)))).toEqual([...kept, open]);
	expect((await store.read.backups.list(vm.id)).map(({operationId}) => operationId)).toEqual([bare, settled, ...kept]);
	await store.write(async ({stepLog, remoteTasks}) => {
		await remoteTasks.finish((await remoteTasks.findByUpid('UPID:1'))!.id, 'OK', now);

		for (const {id} of await remoteTasks.listLeft(vm.id, open)) {
			await remoteTasks.settle(id);
		}

		await stepLog.prune(now + 1);
	});
	expect(await Promise.all(kept.map(async id => find(id)))).toEqual([undefined, undefined, undefined]);
	expect(await store.read.operations.listFor(vm.id)).toHaveLength(50);
});
