import {describe, expect, test} from 'vitest';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type LogLine} from '../../source/domain/log.js';
import {createInstance} from '../../source/scheduler/instance.js';
import {type Store} from '../../source/store/store.js';
import {makeFolder, openStoreIn} from './world.js';

const open = async (store: Store, clock: Clock = systemClock) => {
	const session = await store.sessions.start({
		kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
	});
	const log: LogLine[] = [];
	const instance = createInstance({
		store, session, clock, log(line) {
			log.push(line);
		},
	});
	return {instance, session, log};
};

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

const acquire = async ({instance}: Awaited<ReturnType<typeof open>>, name: string, ttlMs: number) => {
	const {lock} = await instance.acquire(name, ttlMs);
	return lock!;
};

describe('an instance', () => {
	test('holds a lease once, for all parts of its process', async () => {
		const store = await openStoreIn(makeFolder());
		const {instance, session} = await open(store);
		const all = await Promise.all(Array.from({length: 20}, async () => instance.acquire('vm:1', 60_000)));
		expect(all.filter(({lock}) => lock !== null)).toHaveLength(1);
		expect(all.find(({lock}) => lock === null)).toMatchObject({by: {name: 'vm:1', owner: {instance: session.id, pid: process.pid}, stale: false}});
		await instance.releaseAll();
		expect(await store.leases.list()).toEqual([]);
	});

	test('renews all its leases, the short ones in time and the long ones too', async () => {
		const store = await openStoreIn(makeFolder());
		const one = await open(store);
		const long = await acquire(one, 'task:process_vms', 60_000);
		const short = await acquire(one, 'vm:1', 240);
		await pause(800);
		expect([long.isAlive(), short.isAlive()]).toEqual([true, true]);
		short.guard();
		expect((await store.leases.list()).every(({stale}) => !stale)).toBe(true);
		await one.instance.releaseAll();
	});

	test('lets nothing change any more once half of the time went by without a renewal, long before somebody else may take the lease', async () => {
		const store = await openStoreIn(makeFolder());
		let passed = 0;
		const one = await open(store, {now: systemClock.now, monotonic: () => systemClock.monotonic() + passed});
		const lock = await acquire(one, 'vm:1', 60_000);
		passed = 29_000;
		lock.guard();
		passed = 30_001;
		expect(lock.guard).toThrow('The lease vm:1 was lost');
		expect([lock.isAlive(), lock.isLost()]).toEqual([false, false]);
		expect(await store.leases.list()).toMatchObject([{stale: false}]);
		await one.instance.releaseAll();
	});

	test('learns that a lease was cleared: its guard throws, its writes bounce, and it may be acquired anew with a higher number', async () => {
		const store = await openStoreIn(makeFolder());
		const one = await open(store);
		const lock = await acquire(one, 'vm:1', 300);
		await store.leases.clear('vm:1', true);
		await expect(lock.store.write(async ({operations}) => operations.nextStep(1, 1))).rejects.toThrow('was lost');
		await pause(150);
		expect(lock.isLost()).toBe(true);
		expect(lock.guard).toThrow('was lost');
		expect(one.log).toMatchObject([{event: 'lock-lost', level: 'error'}]);
		const again = await acquire(one, 'vm:1', 300);
		expect(again.held.fence).toBeGreaterThan(lock.held.fence);
		await lock.release();
		expect(await store.leases.list()).toMatchObject([{name: 'vm:1', fence: again.held.fence}]);
		await one.instance.releaseAll();
	});

	test('takes over from an owner that lives but does not renew with an alarm that stands in the activity log', async () => {
		const store = await openStoreIn(makeFolder());
		const silent = await store.sessions.start({
			kind: 'run', actor: 'ben', address: null, isReadOnly: false,
		});
		await store.leases.acquire('vm:1', silent.id, 120);
		const one = await open(store);
		expect((await one.instance.acquire('vm:1', 1000)).lock).toBeNull();
		await pause(200);
		await acquire(one, 'vm:1', 1000);
		expect(one.log).toMatchObject([{event: 'lock-taken', level: 'warning'}]);
		expect(await store.read.activity.list({limit: 9})).toMatchObject([{level: 'warning', subject: 'vm:1', message: expect.stringContaining('is alive but has not renewed it')}]);
		await one.instance.releaseAll();
		await store.sessions.end(silent.id);
	});

	test('releases what it holds without knowing, because a release failed', async () => {
		const store = await openStoreIn(makeFolder());
		const one = await open(store);
		await acquire(one, 'leader', 300);
		await store.leases.acquire('vm:1', one.session.id, 300);
		await pause(200);
		expect(await store.leases.list()).toMatchObject([{name: 'leader'}]);
		await one.instance.releaseAll();
	});
});
