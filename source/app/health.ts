import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {findLockHolder} from '../store/sqlite/lock-holder.js';
import {type RunningScheduler} from './workshop.js';

/** Whether this process does its work; each answers why not, in one line, or null. */
export type Health = {
	/** What a new start may heal: the cycle stands still, or the database does not let this process write. */
	readonly findFault: () => Promise<string | null>;
	/** That, and all else because of which nothing is started: the cycle fails, or nobody leads. */
	readonly findTrouble: () => Promise<string | null>;
};

export type HealthDeps = {
	readonly app: Pick<App, 'ping' | 'place' | 'findDamage'> & {
		readonly overview: (...limit: Parameters<App['overview']>) => Promise<{readonly leader: unknown}>;
		readonly settings: () => {readonly scheduler: Pick<Settings['scheduler'], 'cycleMs'>};
	};
	readonly scheduler: Pick<RunningScheduler, 'lastCycle'>;
	readonly clock: Clock;
	/** How long the database may take to answer. */
	readonly patienceMs?: number;
};

/** Shorter than this no silence of the cycle counts, whatever its period. */
const leastSilenceMs = 10_000;
/** Shorter than whoever asks waits for us. */
const databaseMs = 5000;

const textOf = (error: unknown): string => safeText(error instanceof Error ? error.message : String(error), 300);

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
	const end = new AbortController();
	try {
		return await Promise.race([work, sleep(ms, undefined, {signal: end.signal}).then(() => {
			throw new Error(`no answer within ${ms / 1000} s`);
		})]);
	} finally {
		end.abort();
	}
};

export const createHealth = ({app, scheduler, clock, patienceMs = databaseMs}: HealthDeps): Health => {
	const askDatabase = async <T>(question: () => Promise<T>): Promise<{readonly answer: T} | {readonly trouble: string}> => {
		try {
			return {answer: await within(patienceMs, question())};
		} catch (error) {
			const holder = findLockHolder(app.place);
			return {trouble: `the database does not answer: ${textOf(error)}${holder === null ? '' : `; locked by ${holder.text}: ${holder.command}`}`};
		}
	};

	const findFault = async (): Promise<string | null> => {
		const silentMs = clock.monotonic() - scheduler.lastCycle().endedAt;
		if (silentMs > Math.max(leastSilenceMs, 3 * app.settings().scheduler.cycleMs)) {
			return `the scheduler's cycle has stood still for ${Math.round(silentMs / 1000)} s`;
		}

		const asked = await askDatabase(app.ping);
		return 'trouble' in asked ? asked.trouble : null;
	};

	return {
		findFault,
		async findTrouble() {
			const fault = await findFault();
			const {error} = scheduler.lastCycle();
			// No new start heals it: the watchdog is fed on.
			const damage = fault ?? app.findDamage();
			if (damage !== null || error !== null) {
				return damage ?? `the scheduler's cycle fails: ${safeText(error!, 300)}`;
			}

			const asked = await askDatabase(async () => app.overview({vms: 0, installs: 0, activity: 0}));
			return 'trouble' in asked ? asked.trouble : (asked.answer.leader === null ? 'nobody leads' : null);
		},
	};
};
