import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {startBeat, type Schedule} from './beat.js';
import {coalesce} from './coalesce.js';
import {createDuties} from './duties.js';
import {createLeadership} from './leadership.js';
import {type WorkDeps} from './work.js';

export type SchedulerDeps = Omit<WorkDeps, 'settings'> & {
	readonly settings: Settings;
	/** For tests: what fires each second. */
	readonly schedule?: Schedule;
	/** How long `stop` waits for what is in progress before it lets go of the leases all the same. */
	readonly stopWithinMs?: number;
};

/** How the cycle goes: when one last ended (monotonic ms; at first: when the scheduler was made), and why it failed, if it did. */
export type LastCycle = {readonly endedAt: number; readonly error: string | null};

/** A scheduler in this process: leading or standing by from `start` until `stop`. */
export type Scheduler = {
	readonly start: () => Promise<void>;
	/** Starts nothing more, lets the present steps end, releases every lease. The caller ends the session. */
	readonly stop: () => Promise<void>;
	readonly isLeading: () => boolean;
	readonly lastCycle: () => LastCycle;
	/** Takes new settings (already checked). */
	readonly reload: (settings: Settings) => Promise<void>;
};

const longestTouchMs = 5000;
/** Who leads is seen by its lease; who stands by has nothing else to be seen by. */
const leadingTouchMs = 60_000;

/** Resolves after so long, or as soon as the work is done. */
const within = async (ms: number, work: Promise<unknown>) => {
	let timer: NodeJS.Timeout | undefined;
	await Promise.race([work, new Promise<void>(resolve => {
		timer = setTimeout(resolve, ms);
	})]);
	clearTimeout(timer);
};

const tellSilence = (log: Log) => (silentMs: number): void => {
	log({level: 'warning', event: 'clock', message: `node-cron was silent for ${Math.round(silentMs / 1000)} s (was the clock set back?): started anew`});
};

/** Says that this session is here, so often. */
const createTouch = ({store, session, clock}: SchedulerDeps, everyMs: () => number): (() => Promise<void>) => {
	let touchedAt = -Infinity;
	return async () => {
		const now = clock.monotonic();
		if (!(now >= touchedAt + everyMs())) {
			return;
		}

		touchedAt = now;
		await store.sessions.touch(session.id);
	};
};

export const createScheduler = (deps: SchedulerDeps): Scheduler => {
	const {store, clock, log, schedule, stopWithinMs = 8000} = deps;
	let {settings} = deps;
	const abort = new AbortController();
	const ends: Array<() => Promise<void> | void> = [];

	const leaseMs = () => settings.scheduler.leaseMs;
	// Nobody can say more often than each cycle that it is here.
	const touchMs = () => Math.max(settings.scheduler.cycleMs, Math.min(longestTouchMs, leaseMs() / 6));
	const duties = createDuties({...deps, settings: () => settings}, {
		signal: abort.signal,
		lock: () => leadership.present(),
		askAgain() {
			cycle.ask();
		},
	});
	const leadership = createLeadership({
		store, instance: duties.instance, clock, log, leaseMs, touchMs,
	});

	const touch = createTouch(deps, () => leadership.present() ? leadingTouchMs : touchMs() * 0.9);

	let lastCycle: LastCycle = {endedAt: clock.monotonic(), error: null};

	const cycle = coalesce(async () => {
		await touch();
		const lock = await leadership.keep();
		if (lock && !abort.signal.aborted) {
			await duties.cycle(lock);
		}

		lastCycle = {endedAt: clock.monotonic(), error: null};
	}, error => {
		const message = error instanceof Error ? error.message : String(error);
		lastCycle = {endedAt: clock.monotonic(), error: message};
		log({level: 'error', event: 'cycle-failed', message});
	});

	return {
		async start() {
			const stopListening = await store.onRing(() => {
				duties.beAlert();
				cycle.ask();
			});
			const beat = startBeat({
				clock, cycleMs: () => settings.scheduler.cycleMs, cycle: cycle.ask, schedule,
				onSilence: tellSilence(log),
			});
			ends.push(beat.stop, stopListening);
			cycle.ask();
		},
		async stop() {
			abort.abort();
			duties.stop();
			cycle.stop();
			await Promise.all(ends.splice(0).map(async end => end()));
			await within(stopWithinMs, Promise.all([cycle.settled(), duties.settled()]));
			await leadership.handOver();
			await duties.instance.releaseAll();
		},
		isLeading: () => leadership.present() !== undefined,
		lastCycle: () => lastCycle,
		async reload(changed) {
			settings = changed;
			duties.reload();
			cycle.ask();
		},
	};
};
