import {describe, expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {groupWrites} from '../../source/tasks/group-writes.js';
import {createStatisticsWorld} from './statistics-world.js';

/** The real store, with the number of its transactions. */
const counting = (store: FencedStore) => {
	const seen = {transactions: 0};
	const counted: FencedStore = {
		...store,
		async write(change) {
			seen.transactions++;
			return store.write(change);
		},
	};
	return {seen, store: groupWrites(counted)};
};

const moveTo = async (store: FencedStore, vmId: number, to: number) => store.write(async ({traffic}) => traffic.add({
	vmId, from: null, to, rows: [], now: 1,
}));

describe('small transactions', () => {
	test('become durable together, each with its own answer', async () => {
		const world = await createStatisticsWorld();
		const {vm} = await world.addVm();
		const others = await Promise.all(Array.from({length: 29}, async (_, index) => world.store.write(async ({vms}) => vms.insertImported({
			...vm, reference: `other-${index}`, hostname: `other${index}.example.net`, vmid: 11_000 + index,
		}))));
		const {seen, store} = counting(world.fenced);
		const answers = await Promise.all([vm, ...others].map(async ({id}) => moveTo(store, id, 60)));
		expect(answers).toEqual([false, ...others.map(() => true)]);
		expect(seen.transactions).toBe(3);
		expect(await world.store.read.traffic.listMarks()).toHaveLength(30);
	});

	test('do not undo each other: one that fails fails alone', async () => {
		const world = await createStatisticsWorld();
		const {vm} = await world.addVm();
		const {store} = counting(world.fenced);
		const wrong = moveTo(store, 999_999, 60);
		const right = store.write(async ({vms}) => vms.set(vm.id, {remoteStatus: 'stopped'}));
		await expect(wrong).rejects.toThrow();
		await right;
		expect((await world.store.read.vms.get(vm.id)).remoteStatus).toBe('stopped');
	});

	test('all hear that the lock is lost', async () => {
		const world = await createStatisticsWorld();
		const {vm} = await world.addVm();
		await world.store.leases.clear('task:collect_statistics', true);
		const {seen, store} = counting(world.fenced);
		const heard = await Promise.allSettled([moveTo(store, vm.id, 1), moveTo(store, vm.id, 2)]);
		expect(heard.map(one => one.status === 'rejected' && one.reason instanceof LockLost)).toEqual([true, true]);
		expect(seen.transactions).toBe(1);
	});
});
