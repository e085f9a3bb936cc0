import {describe, expect, test} from 'vitest';
import {type MoveOn} from '../../source/pipelines/move.js';
import {createWork, type Work} from '../../source/scheduler/work.js';
import {type Store} from '../../source/store/store.js';
import {type Task} from '../../source/tasks/task.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {
	addVm,
	makeFolder,
	moved,
	openStoreIn,
	settingsWith,
	workWith,
	type WorldOptions,
} from './world.js';

const {signal} = new AbortController();

const openWork = async (store: Store, options: WorldOptions & {readonly task?: Task['run']} = {}): Promise<Work & {readonly id: string}> => {
	const {deps, session} = await workWith(store, 'run', options);
	const tasks = options.task ? {...allTasks, process_vms: {name: 'process_vms', run: options.task} as const} : allTasks;
	return {
		...createWork({...deps, tasks}, {
			write: store.write, signal, isAllowed: () => true, onChange: () => undefined, onMoved: () => undefined,
		}), id: session.id,
	};
};

const byHand = {
	task: 'process_vms', trigger: 'manual', by: 'anna', signal,
} as const;
const scheduled = {
	task: 'process_vms', trigger: 'schedule', by: 'scheduler', signal,
} as const;

const until = async (store: Store, lock: string) => {
	while ((await store.leases.list()).every(({name}) => name !== lock)) {
		await new Promise(resolve => {
			setTimeout(resolve, 10);
		});
	}
};

describe('a run', () => {
	test('takes the lock, records itself with its tally, and releases the lock', async () => {
		const store = await openStoreIn(makeFolder());
		await addVm(store);
		const lines: string[] = [];
		const report = (line: string) => {
			lines.push(line);
		};

		const {runTask} = await openWork(store);
		const {run} = await runTask({...byHand, report});
		expect(run).toMatchObject({
			task: 'process_vms', trigger: 'manual', by: 'anna', result: 'ok', processed: 1, errors: 0, waiting: 0,
		});
		expect(lines).toEqual([expect.stringMatching(/^web\d+\.example\.net {2}done$/)]);
		expect(await store.read.runs.listLast()).toEqual([run]);
		expect(await store.leases.list()).toEqual([]);
		const [row] = await store.read.activity.list({limit: 10});
		expect(row).toMatchObject({subject: 'Process VMs', message: '1 done (run by anna)'});
	});

	test('that breaks is recorded as failed with its reason, and releases its lock all the same', async () => {
		const store = await openStoreIn(makeFolder());
		const {runTask} = await openWork(store, {
			async task() {
				throw new Error('the disk is full');
			},
		});
		const {run} = await runTask(scheduled);
		expect(run).toMatchObject({result: 'failed', message: 'the disk is full'});
		expect(await store.leases.list()).toEqual([]);
	});

	test('in which one VM fails goes on with the others, and is failed only where every one failed', async () => {
		const store = await openStoreIn(makeFolder());
		const {vm: bad} = await addVm(store);
		const {vm: good} = await addVm(store);
		const pipeline: MoveOn = async ({id, vmId}, {store: fenced, clock}) => {
			if (vmId === bad.id) {
				throw new Error('a bug');
			}

			await fenced.write(async ({operations}) => operations.finish(id, 'done', clock.now()));
			return moved('done');
		};

		const {runTask} = await openWork(store, {pipeline});
		const {run} = await runTask(byHand);
		expect(run).toMatchObject({result: 'ok', processed: 1, errors: 1});
		expect((await store.read.operations.listOpen(good.id))).toEqual([]);
		const again = await runTask(byHand);
		expect(again.run).toMatchObject({
			result: 'failed', processed: 0, errors: 1, message: expect.stringContaining('a bug'),
		});
	});

	test('counts the VMs that wait and those that need a person', async () => {
		const store = await openStoreIn(makeFolder());
		const {vm} = await addVm(store);
		await store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'the pool is empty', since: 1, command: 'cronsole pool list'}));
		const {operation} = await addVm(store);
		await store.write(async ({operations}) => {
			await operations.begin(operation.id, Date.now());
			await operations.wait(operation.id, {
				waitingFor: 'a while', nextAttemptAt: Date.now() + 60_000, remoteTaskId: null, slot: null, pausedByNode: null,
			});
		});
		const {runTask} = await openWork(store);
		expect((await runTask(scheduled)).run).toMatchObject({
			result: 'ok', processed: 0, errors: 0, waiting: 1, needsAttention: 1,
		});
	});

	test('moves on nothing that another task owns', async () => {
		const store = await openStoreIn(makeFolder());
		await addVm(store);
		const {runTask} = await openWork(store);
		for (const task of ['remove_snapshots', 'restore_backup', 'backup_status', 'schedule_backup', 'collect_statistics', 'process_installs'] as const) {
			expect((await runTask({...scheduled, task})).run).toMatchObject({
				task, result: 'ok', processed: 0, waiting: 0,
			});
		}

		expect(await store.read.operations.listUnderWay(['process_vms'])).toHaveLength(1);
	});
});

describe('the lock of a task', () => {
	test('that is held makes a scheduled start skip, recorded once for its due moment, and answers a request with its holder', async () => {
		const store = await openStoreIn(makeFolder());
		const {promise: opened, resolve: open} = Promise.withResolvers<void>();
		const first = await openWork(store, {
			async task() {
				await opened;
				return {
					processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: null,
				};
			},
		});
		const second = await openWork(store);
		const running = first.runTask(scheduled);
		await until(store, 'task:process_vms');
		for (let cycle = 0; cycle < 3; cycle++) {
			expect((await second.runTask({...scheduled, dueAt: 5000})).run).toBeNull();
		}

		expect(await store.read.runs.listSkips()).toMatchObject([{task: 'process_vms', count: 1}]);
		expect((await second.runTask(byHand)).heldBy).toMatch(new RegExp(String.raw`^running since \d\d:\d\d:\d\d by .*:${process.pid}$`));
		expect((await first.runTask(byHand)).heldBy).toMatch(/^running since/);
		open();
		expect((await running).run).toMatchObject({result: 'ok'});
		expect((await second.runTask(byHand)).run).toMatchObject({result: 'ok'});
	});

	test('is never robbed while its owner renews it, however long the run', async () => {
		const store = await openStoreIn(makeFolder());
		const {promise: opened, resolve: open} = Promise.withResolvers<void>();
		const settings = settingsWith({tasks: {process_vms: {intervalSeconds: null, lockTimeoutMs: 300}}});
		const first = await openWork(store, {
			settings,
			async task({store: fenced}) {
				await opened;
				await fenced.write(async ({activity}) => activity.add({
					at: 1, level: 'info', actor: {name: 'scheduler', address: null}, subject: 'x', message: 'still mine',
				}));
				return {
					processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: null,
				};
			},
		});
		const second = await openWork(store, {settings});
		const running = first.runTask(scheduled);
		await until(store, 'task:process_vms');
		const end = Date.now() + 1500;
		while (Date.now() < end) {
			expect((await second.runTask(byHand)).run).toBeNull();
			await new Promise(resolve => {
				setTimeout(resolve, 50);
			});
		}

		open();
		expect((await running).run).toMatchObject({result: 'ok'});
	});

	test('of an owner that ended without releasing it is taken over by the next start, and its run is interrupted', async () => {
		const store = await openStoreIn(makeFolder());
		const dead = await store.sessions.start({
			kind: 'run', actor: 'ben', address: null, isReadOnly: false,
		});
		const {held} = await store.leases.acquire('task:process_vms', dead.id, 60_000);
		const left = await store.fencedBy(held!).write(async ({runs}) => runs.start({
			task: 'process_vms', trigger: 'manual', by: 'ben', startedAt: Date.now(),
		}));
		const {runTask} = await openWork(store);
		expect((await runTask(byHand)).heldBy).toMatch(/^running since/);
		await store.sessions.end(dead.id);
		expect((await runTask(byHand)).run).toMatchObject({result: 'ok'});
		expect(await store.read.runs.find(left.id)).toMatchObject({result: 'interrupted'});
	});

	test('that a person clears by force stops the writes of the run that had it', async () => {
		const store = await openStoreIn(makeFolder());
		const {runTask} = await openWork(store, {
			async task() {
				await store.leases.clear('task:process_vms', true);
				return {
					processed: 1, errors: 0, waiting: 0, needsAttention: 0, message: null,
				};
			},
		});
		await expect(runTask(byHand)).rejects.toThrow('The lease task:process_vms was lost');
		expect(await store.read.runs.listLast()).toMatchObject([{finishedAt: null, result: null}]);
	});

	test('a hold stops a run by hand too, and says why', async () => {
		const store = await openStoreIn(makeFolder());
		await store.write(async ({taskSettings}) => taskSettings.setHold({
			by: 'anna', reason: 'moving the storage', since: Date.now(), until: null,
		}));
		const {runTask} = await openWork(store);
		expect(await runTask(byHand)).toEqual({run: null, heldBy: 'on hold by anna: moving the storage'});
		expect(await store.read.runs.listLast()).toEqual([]);
	});
});
