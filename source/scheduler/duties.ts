import {LockLost} from '../store/leases.js';
import {type Store} from '../store/store.js';
import {createChoreRunner} from './chores.js';
import {createContinuation} from './continue.js';
import {createDueStarts} from './due-starts.js';
import {createFollowed} from './followed.js';
import {type Instance, type Lock} from './instance.js';
import {createReconcileIncidents} from './reconcile-incidents.js';
import {createRequests} from './requests.js';
import {type RunTask} from './run-task.js';
import {createWork, type WorkDeps} from './work.js';

/** What the leader does. */
export type Duties = {
	readonly instance: Instance;
	/** One cycle under the leader's lease. Cheap where nothing changed and nothing is due. */
	readonly cycle: (lock: Lock) => Promise<void>;
	/** The next cycle looks at everything. */
	readonly beAlert: () => void;
	readonly reload: () => void;
	readonly stop: () => void;
	/** Resolves when nothing is in progress. */
	readonly settled: () => Promise<void>;
};

export type DutiesHooks = {
	readonly signal: AbortSignal;
	/** The leader's lease while this process leads. */
	readonly lock: () => Lock | undefined;
	/** Wants a cycle now. */
	readonly askAgain: () => void;
};

/** Even where nothing changed, everything is looked at after so long: holds, pauses and maintenance end by time. */
const lookAnywayMs = 5000;

export const createDuties = (deps: WorkDeps, {signal, lock, askAgain}: DutiesHooks): Duties => {
	const {store, settings, clock, log} = deps;
	/** Rises with every change that this process made: of its own commits the database tells nothing. */
	let pulse = 0;
	let seen = {version: -1, pulse: -1, at: -Infinity};

	const write: Store['write'] = async change => {
		const held = lock();
		if (!held) {
			throw new LockLost('leader');
		}

		return held.store.write(change);
	};

	const work = createWork(deps, {
		write, signal,
		onChange() {
			pulse++;
			continuation.wake();
		},
		onMoved() {
			pulse++;
			if (lock()) {
				work.watch.notice();
			}
		},
	});
	const {instance, health, mover, runTask, watch, complain} = work;
	const {follow, settled} = createFollowed(complain);
	const run: RunTask = async wish => {
		try {
			return await runTask(wish);
		} finally {
			pulse++;
		}
	};

	const continuation = createContinuation({
		read: store.read, settings, mover, clock, isAllowed: () => lock() !== undefined && !signal.aborted, onError(error) {
			complain(error, 'continuation');
		},
	});
	const requests = createRequests({
		read: store.read, write, runTask: run, signal, follow,
	});
	const starts = createDueStarts({
		read: store.read, runTask: run, settings, clock, signal, follow, wake: askAgain,
	});
	const reconcileIncidents = createReconcileIncidents({
		store, clock, log, pulse: () => pulse,
	});
	const runChores = createChoreRunner(clock, follow);

	return {
		instance,
		async cycle(held) {
			const now = {version: store.dataVersion(), pulse, at: clock.monotonic()};
			const isAlert = now.version !== seen.version || now.pulse !== seen.pulse || now.at - seen.at >= lookAnywayMs || starts.isTimeUp();
			if (isAlert) {
				seen = now;
				continuation.wake();
				watch.notice();
				await requests.answer();
				await starts.start();
			}

			runChores({
				store, fenced: held.store, settings: settings(), clock, health, reconcileIncidents, mover,
			});
		},
		beAlert() {
			pulse++;
		},
		reload() {
			health.reset();
			pulse++;
		},
		stop() {
			continuation.stop();
			starts.stop();
			watch.stop();
		},
		async settled() {
			await Promise.all([settled(), mover.settled()]);
		},
	};
};
