import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {scheduler as schedulerActor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type Install} from '../domain/install.js';
import {type Log} from '../domain/log.js';
import {type Operation} from '../domain/operation.js';
import {
	emptyTally,
	type Run,
	type Tally,
	type Trigger,
} from '../domain/run.js';
import {describeTally, resultOf} from '../domain/run-result.js';
import {type Settings} from '../domain/settings.js';
import {taskLock, taskTable, type TaskName} from '../domain/task.js';
import {LockLost} from '../store/leases.js';
import {type FencedStore, type Store, type Tables} from '../store/store.js';
import {type Task} from '../tasks/task.js';
import {readConditions} from './conditions.js';
import {type PayDebts} from './dns-debts.js';
import {type InstallMover} from './install-mover.js';
import {describeHold, describeHolder} from './held-by.js';
import {type Instance, type Lock} from './instance.js';
import {type Mover} from './move-operation.js';

/** One start of a task. */
export type RunWish = {
	readonly task: TaskName;
	readonly trigger: Trigger;
	/** `scheduler`, or who asked. */
	readonly by: string;
	/** The due moment of a scheduled start: a skip is recorded once for it. */
	readonly dueAt?: number;
	/** Written together with the run's start. */
	readonly onStart?: (tables: Tables, run: Run) => Promise<void>;
	/** Before the task itself, under its lock. */
	readonly prepare?: (store: FencedStore) => Promise<void>;
	readonly report?: (line: string) => void;
	readonly signal: AbortSignal;
};

/** `heldBy` where the lock was held (or a hold stands) and nothing ran. */
export type RunOutcome = {readonly run: Run; readonly heldBy: null} | {readonly run: null; readonly heldBy: string};

export type RunTask = (wish: RunWish) => Promise<RunOutcome>;

export type RunTaskDeps = {
	readonly store: Store;
	readonly instance: Instance;
	readonly mover: Mover;
	readonly installs: InstallMover;
	readonly payDebts: PayDebts;
	/** Undefined: not in the config. */
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	readonly tasks: Readonly<Record<TaskName, Task>>;
	readonly settings: () => Settings;
	readonly clock: Clock;
	readonly log: Log;
};

const listLimit = 1000;

/** Tasks that go on with what others have started. */
const watchedBy: Readonly<Partial<Record<TaskName, readonly TaskName[]>>> = {backup_status: ['schedule_backup']};

const listReady = async (task: TaskName, {store, settings, clock}: RunTaskDeps): Promise<readonly Operation[]> => {
	const now = clock.now();
	const {hold, clusters, nodesDown} = await readConditions(store.read, settings(), now);
	if (hold !== null) {
		return [];
	}

	const where = {
		now, clusters, nodesDown, limit: listLimit,
	};
	const own = await store.read.operations.listReady({...where, tasks: [task], start: true});
	const running = await store.read.operations.listReady({...where, tasks: watchedBy[task] ?? [], start: false});
	// One that waits for a slot has begun nothing that could be watched.
	return [...own, ...running.filter(({slot}) => slot === null)];
};

const mostInstalls = 2000;

const listReadyInstalls = async ({store: {read}, clock}: RunTaskDeps): Promise<readonly Install[]> => {
	const now = clock.now();
	return await read.taskSettings.findHold(now) === null ? read.installs.listReady({now, limit: mostInstalls}) : [];
};

const execute = async (wish: RunWish, lock: Lock, deps: RunTaskDeps): Promise<{readonly tally: Tally; readonly isBroken: boolean}> => {
	const {store, settings, connectionOf, clock} = deps;
	const {signal, report = () => undefined} = wish;
	try {
		await wish.prepare?.(lock.store);
		const {clusters} = await readConditions(store.read, settings(), clock.now());
		const tally = await deps.tasks[wish.task].run({
			store: lock.store,
			settings: deps.settings(),
			clock: deps.clock,
			signal,
			moveOn: deps.mover.move,
			moveInstall: async install => deps.installs.move(install),
			listReadyInstalls: async () => listReadyInstalls(deps),
			readerOf: cluster => clusters.includes(cluster) ? connectionOf(cluster)?.reader : undefined,
			async payDns() {
				await deps.payDebts(lock, {signal, report, isRun: true});
			},
			listReady: async () => listReady(wish.task, deps),
			report,
		});
		return {tally, isBroken: false};
	} catch (error) {
		if (error instanceof LockLost) {
			throw error;
		}

		return {tally: {...emptyTally, message: error instanceof Error ? error.message : String(error)}, isBroken: true};
	}
};

const runUnder = async (wish: RunWish, lock: Lock, deps: RunTaskDeps): Promise<Run> => {
	const {clock, log} = deps;
	const {title} = taskTable.find(({name}) => name === wish.task)!;
	const run = await lock.store.write(async tables => {
		const started = await tables.runs.start({
			task: wish.task, trigger: wish.trigger, by: wish.by, startedAt: clock.now(),
		});
		await wish.onStart?.(tables, started);
		return started;
	});
	log({
		level: 'debug', event: 'run-started', task: wish.task, run: run.id, message: `${title} started (${wish.trigger}, ${wish.by})`,
	});

	const {tally, isBroken} = await execute(wish, lock, deps);
	const result = isBroken ? 'failed' : (wish.signal.aborted ? 'interrupted' : resultOf(tally));
	const finishedAt = clock.now();
	const message = isBroken ? `failed: ${tally.message}` : describeTally(tally);
	// A pass each minute that found nothing is no news.
	const isNews = result === 'failed' || wish.trigger === 'manual' || tally.processed + tally.errors > 0;
	const level = result === 'failed' ? 'error' : (tally.errors > 0 ? 'warning' : 'info');
	await lock.store.write(async ({runs, activity}) => {
		await runs.finish(run.id, result, tally, finishedAt);
		if (isNews) {
			await activity.add({
				at: finishedAt, level, actor: schedulerActor, subject: title, message: wish.trigger === 'manual' ? `${message} (run by ${wish.by})` : message,
			});
		}
	});
	log({
		level: isNews ? level : 'debug', event: 'run-finished', task: wish.task, run: run.id, message: `${title}: ${message}`,
	});
	return {
		...run, ...tally, result, finishedAt,
	};
};

/** The only place where a task starts: lock, record, run, release. */
export const createRunTask = (deps: RunTaskDeps): RunTask => async wish => {
	const {store, instance, settings, clock} = deps;
	const {timezone, tasks, scheduler} = settings();
	const hold = await store.read.taskSettings.findHold(clock.now());
	if (hold !== null) {
		return {run: null, heldBy: describeHold(hold, timezone)};
	}

	const acquired = await instance.acquire(taskLock(wish.task), tasks[wish.task]?.lockTimeoutMs ?? scheduler.leaseMs);
	if (acquired.lock === null) {
		if (wish.dueAt !== undefined) {
			await store.write(async ({runs}) => runs.skip(wish.task, wish.dueAt!, clock.now()));
		}

		return {run: null, heldBy: describeHolder(acquired.by, timezone)};
	}

	try {
		return {run: await runUnder(wish, acquired.lock, deps), heldBy: null};
	} finally {
		await acquired.lock.release();
	}
};
