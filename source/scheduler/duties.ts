import {LockLost} from '../store/leases.js';
import {type Store} from '../store/store.js';
import {createChoreRunner} from './chores.js';
import {createClockWatch, type ClockWatch} from './clock-watch.js';
import {createContinuation} from './continue.js';
import {beatIfWell} from './messages.js';
import {createDueStarts} from './due-starts.js';
import {createFollowed} from './followed.js';
import {type Instance, type Lock} from './instance.js';
import {createPulse, type Pulse} from './pulse.js';
import {createReconcileIncidents} from './reconcile-incidents.js';
import {createRequests} from './requests.js';
import {type RunTask} from './run-task.js';
import {createSweep} from './sweep.js';
import {createWork, type Work, type WorkDeps} from './work.js';

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

/** Writes that stand under the leader's lease, whichever it is now. */
const writeUnder = (lock: DutiesHooks['lock']): Store['write'] => async change => {
	const held = lock();
	if (!held) {
		throw new LockLost('leader');
	}

	return held.store.write(change);
};

const runWith = (pulse: Pulse, runTask: RunTask): RunTask => async wish => {
	try {
		return await runTask(wish);
	} finally {
		pulse.rise();
	}
};

/** What the leader does under its own lease, beside the VMs. */
const sideWork = (deps: WorkDeps, {payDebts, installs, orders, sendMessages, tellBilling}: Work, {pulse, signal}: {readonly pulse: Pulse; readonly signal: AbortSignal}) => (held: Lock) => ({
	installs,
	lookAtOrders: orders.look,
	async payDns() {
		if (await payDebts(held, {signal}) > 0) {
			pulse.rise();
		}
	},
	sendMessages: async () => sendMessages(held, signal),
	tellBilling: async () => tellBilling(held, signal),
	beat: async () => beatIfWell({...deps, read: deps.store.read}),
});

/** What comes before anything else in a cycle. */
const firstOf = ({keepUp}: ClockWatch, sweep: ReturnType<typeof createSweep>) => {
	let sweptUnder = 0;
	return async (held: Lock) => {
		await keepUp(held);
		if (sweptUnder === held.held.fence) {
			return;
		}

		await sweep(() => true);
		sweptUnder = held.held.fence;
	};
};

export const createDuties = (deps: WorkDeps, {signal, lock, askAgain}: DutiesHooks): Duties => {
	const {store, store: {read}, settings, clock, log} = deps;
	const pulse = createPulse(store, clock);
	const write = writeUnder(lock);
	const clockWatch = createClockWatch(deps, pulse.rise);
	// After the clock was set the next cycle comes first: moments of before mean something else.
	const isAllowed = () => lock() !== undefined && !signal.aborted && clockWatch.isRight();
	const work = createWork(deps, {
		write, signal, isAllowed,
		onChange() {
			pulse.rise();
			continuation.wake();
		},
		onMoved() {
			pulse.rise();
			work.watch.notice();
		},
	});
	const {instance, health, mover, watch, complain} = work;
	const {follow, settled} = createFollowed(complain);
	const runTask = runWith(pulse, work.runTask);
	const besides = sideWork(deps, work, {pulse, signal});
	const continuation = createContinuation({
		read, settings, mover, clock, isAllowed, complain,
	});
	const requests = createRequests({
		read, write, runTask, signal, follow,
	});
	const starts = createDueStarts({
		read, runTask, settings, clock, signal, follow, wake: askAgain,
	});
	const reconcileIncidents = createReconcileIncidents({
		store, clock, log, pulse: pulse.count,
	});
	const runChores = createChoreRunner(clock, follow);
	const sweep = createSweep({...deps, instance});
	const putInOrder = firstOf(clockWatch, sweep);

	return {
		instance,
		async cycle(held) {
			await putInOrder(held);
			if (pulse.hasChanged() || starts.isTimeUp()) {
				continuation.wake();
				watch.notice();
				await requests.answer();
				await starts.start();
			}

			runChores({
				store, fenced: held.store, settings: settings(), clock, health, reconcileIncidents, mover, sweep, signal, ...besides(held),
			});
		},
		beAlert: pulse.rise,
		reload() {
			health.reset();
			pulse.rise();
		},
		stop() {
			continuation.stop();
			starts.stop();
			watch.stop();
		},
		async settled() {
			await Promise.all([settled(), mover.settled(), work.installs.settled(), work.orders.settled()]);
		},
	};
};
