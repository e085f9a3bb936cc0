import {describe, expect, test} from 'vitest';
import {type MoveOn} from '../../source/pipelines/move.js';
import {type Store} from '../../source/store/store.js';
import {
	addVm,
	finishAtOnce,
	makeFolder,
	moved,
	openStoreIn,
	settingsWith,
	startScheduler as startSchedulerWith,
	until,
	useCluster,
	type WorldOptions,
} from './world.js';

const cluster = useCluster();
const startScheduler = async (store: Store, kind: 'daemon' | 'console' = 'daemon', options: WorldOptions = {}) => startSchedulerWith(store, kind, {...cluster(), ...options});

const isDone = async (store: Store, id: number) => (await store.read.operations.find(id))?.state === 'done';
const everyTaskIn = (seconds: number) => Object.fromEntries(['process_vms', 'remove_snapshots', 'restore_backup', 'backup_status', 'schedule_backup', 'collect_statistics', 'process_installs']
	.map(name => [name, {intervalSeconds: seconds, lockTimeoutMs: null}]));

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

describe('the scheduler', () => {
	test('runs every task that never ran, once, and releases every lease when it stops', async () => {
		const store = await openStoreIn(makeFolder());
		const {scheduler, end} = await startScheduler(store);
		await until(async () => (await store.read.runs.listLast()).filter(({result}) => result === 'ok').length === 7);
		await pause(700);
		expect(await store.read.runs.listRecent(5)).toHaveLength(7);
		expect(scheduler.isLeading()).toBe(true);
		await end();
		expect(scheduler.isLeading()).toBe(false);
		expect(await store.leases.list()).toEqual([]);
	});

	test('starts a task again when its interval has passed since its last start, to a few milliseconds', async () => {
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {
			settings: settingsWith({
				tasks: {...everyTaskIn(0), process_vms: {intervalSeconds: 1, lockTimeoutMs: null}}, scheduler: {
					cycleMs: 60_000, leaseMs: 6000, maxAttempts: 20, startAt: 'once',
				},
			}),
		});
		await until(async () => (await store.read.runs.listRecent(9)).length >= 4);
		const starts = (await store.read.runs.listRecent(9)).map(({startedAt}) => startedAt).toReversed();
		for (const [index, start] of starts.slice(1).entries()) {
			expect(start - starts[index]!).toBeGreaterThanOrEqual(1000);
			// No cycle comes within a minute here.
			expect(start - starts[index]!).toBeLessThan(20_000);
		}
	});

	test('goes on with a new intent at once when the bell rings, without a run', async () => {
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {
			settings: settingsWith({
				tasks: {process_vms: {intervalSeconds: 3600, lockTimeoutMs: null}}, scheduler: {
					cycleMs: 60_000, leaseMs: 6000, maxAttempts: 20, startAt: 'once',
				},
			}),
		});
		await until(async () => (await store.read.runs.listLast()).filter(({result}) => result === 'ok').length === 7);
		const {operation} = await addVm(store);
		await store.ring();
		// No cycle comes within a minute here.
		await until(async () => isDone(store, operation.id));
		expect(await store.read.runs.listRecent(9)).toHaveLength(7);
	});

	test('leaves new intents to the next run where the config says so', async () => {
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {
			settings: settingsWith({
				scheduler: {
					cycleMs: 100, leaseMs: 1500, maxAttempts: 20, startAt: 'run',
				},
			}),
		});
		await until(async () => (await store.read.runs.listLast()).filter(({result}) => result === 'ok').length === 7);
		const {operation} = await addVm(store);
		await store.ring();
		await pause(400);
		expect(await store.read.operations.find(operation.id)).toMatchObject({state: 'waiting'});
		await store.write(async ({runRequests}) => runRequests.add('process_vms', 'anna', Date.now()));
		await store.ring();
		await until(async () => isDone(store, operation.id));
	});

	test('goes on when an operation\'s moment comes, precisely', async () => {
		const store = await openStoreIn(makeFolder());
		const looks: number[] = [];
		const pipeline: MoveOn = async (operation, context) => {
			looks.push(Date.now());
			if (looks.length > 1) {
				return finishAtOnce(operation, context);
			}

			await context.store.write(async ({operations}) => {
				await operations.begin(operation.id, Date.now());
				await operations.wait(operation.id, {
					waitingFor: 'a moment', nextAttemptAt: looks[0]! + 700, remoteTaskId: null, slot: null, pausedByNode: null,
				});
			});
			return moved('waiting');
		};

		await startScheduler(store, 'daemon', {
			pipeline, settings: settingsWith({
				scheduler: {
					cycleMs: 60_000, leaseMs: 6000, maxAttempts: 20, startAt: 'once',
				},
			}),
		});
		const {operation} = await addVm(store);
		await store.ring();
		await until(async () => isDone(store, operation.id));
		expect(looks[1]! - looks[0]!).toBeGreaterThanOrEqual(700);
		expect(looks[1]! - looks[0]!).toBeLessThan(20_000);
	});

	test('moves no VM twice at a time, and never lets one that gets nowhere keep it busy', async () => {
		const store = await openStoreIn(makeFolder());
		let present = 0;
		let most = 0;
		let goes = 0;
		const pipeline: MoveOn = async () => {
			goes++;
			present++;
			most = Math.max(most, present);
			await pause(20);
			present--;
			return moved('waiting', 0);
		};

		await startScheduler(store, 'daemon', {pipeline});
		await addVm(store);
		await store.ring();
		await until(() => goes > 1, 10_000);
		const before = goes;
		await pause(1000);
		expect(most).toBe(1);
		expect(goes - before).toBeLessThan(8);
	});

	test('answers a requested run with its number, and refuses it during a hold with the reason', async () => {
		const store = await openStoreIn(makeFolder());
		await startScheduler(store);
		await until(async () => (await store.read.runs.listLast()).filter(({result}) => result === 'ok').length === 7);
		const request = await store.write(async ({runRequests}) => runRequests.add('process_vms', 'anna', Date.now()));
		await store.ring();
		await until(async () => (await store.read.runRequests.find(request.id))?.runId !== null);
		const {runId} = (await store.read.runRequests.find(request.id))!;
		expect(await store.read.runs.find(runId!)).toMatchObject({trigger: 'manual', by: 'anna'});

		await store.write(async ({taskSettings}) => taskSettings.setHold({
			by: 'ben', reason: 'new switch', since: Date.now(), until: null,
		}));
		const held = await store.write(async ({runRequests}) => runRequests.add('process_vms', 'anna', Date.now()));
		await store.ring();
		await until(async () => (await store.read.runRequests.find(held.id))?.refusal === 'on hold by ben: new switch');
	});

	test('refuses a requested run of a task that runs, with its holder', async () => {
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {settings: settingsWith({tasks: everyTaskIn(0)})});
		const other = await store.sessions.start({
			kind: 'run', actor: 'ben', address: null, isReadOnly: false,
		});
		await store.leases.acquire('task:process_vms', other.id, 60_000);
		const request = await store.write(async ({runRequests}) => runRequests.add('process_vms', 'anna', Date.now()));
		await store.ring();
		await until(async () => /^running since \d\d:\d\d:\d\d by /.test((await store.read.runRequests.find(request.id))?.refusal ?? ''));
		await store.sessions.end(other.id);
	});
});

describe('nothing starts and nothing goes on', () => {
	const held = {
		'during a hold': async (store: Store, endsAt: number) => store.write(async ({taskSettings}) => taskSettings.setHold({
			by: 'anna', reason: null, since: Date.now(), until: endsAt,
		})),
		'while its task is paused': async (store: Store, endsAt: number) => store.write(async ({taskSettings}) => taskSettings.setPaused('process_vms', {
			by: 'anna', reason: null, since: Date.now(), until: endsAt,
		})),
		'while its cluster is in maintenance': async (store: Store, endsAt: number) => store.write(async ({clusters}) => clusters.setMaintenance({
			cluster: 'fra1', node: null, by: 'anna', reason: null, since: Date.now(), until: endsAt,
		})),
	};

	test.each(Object.entries(held))('%s', async (_title, hold) => {
		const store = await openStoreIn(makeFolder());
		const {operation} = await addVm(store);
		await hold(store, Date.now() + 3_600_000);
		await startScheduler(store);
		await pause(600);
		expect(await store.read.operations.find(operation.id)).toMatchObject({state: 'waiting'});
		// It goes on by itself when the end has come.
		await hold(store, Date.now() + 300);
		await until(async () => isDone(store, operation.id));
	});

	test('of a VM whose cluster is not in the config, which says so and needs nobody', async () => {
		const store = await openStoreIn(makeFolder());
		const {vm, operation} = await addVm(store, {cluster: 'ams1'});
		await startScheduler(store);
		await until(async () => (await store.read.operations.find(operation.id))?.waitingFor === 'cluster ams1 is not in the config');
		expect(await store.read.vms.get(vm.id)).toMatchObject({needsAttention: null, status: 'creation'});
	});
});
