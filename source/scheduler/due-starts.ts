import {type Clock} from '../domain/clock.js';
import {findDueness} from '../domain/due.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type Store} from '../store/store.js';
import {lastStartOf, readConditions} from './conditions.js';
import {type RunTask} from './run-task.js';

/** Scheduled starts. */
export type DueStarts = {
	/** Starts every task that is due, and wakes when the next one will be (or a hold, a pause or maintenance ends). */
	readonly start: () => Promise<void>;
	/** Whether time alone has made something due since the last look (or the clock was set back). */
	readonly isTimeUp: () => boolean;
	readonly stop: () => void;
};

export type DueStartsDeps = {
	readonly read: Store['read'];
	readonly runTask: RunTask;
	readonly settings: () => Settings;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly follow: (work: Promise<void>, what: string) => void;
	/** The next task is due. */
	readonly wake: () => void;
};

const longestSleepMs = 60_000;

/** Where a start was skipped because the lock was held, it is tried again this often, for one due moment and one record. */
const retryMs = 900;

export const createDueStarts = ({read, runTask, settings, clock, signal, follow, wake}: DueStartsDeps): DueStarts => {
	/** Monotonic; from the decision until the start is recorded: never. */
	const notBefore = new Map<TaskName, number>();
	const skipped = new Map<TaskName, number>();
	let timer: NodeJS.Timeout | undefined;
	/** Wall ms. */
	let looked = {at: Infinity, nextAt: 0};

	const startOne = async (task: TaskName, dueAt: number) => {
		let again = retryMs;
		notBefore.set(task, Infinity);
		try {
			const {heldBy} = await runTask({
				task, trigger: 'schedule', by: 'scheduler', dueAt: skipped.get(task) === dueAt ? undefined : dueAt, signal,
				async prepare() {
					again = 0;
					notBefore.set(task, 0);
				},
			});
			if (heldBy !== null) {
				skipped.set(task, dueAt);
			}
		} finally {
			if (again > 0) {
				notBefore.set(task, clock.monotonic() + again);
			}
		}
	};

	const planNext = (now: number, nextAt: number) => {
		looked = {at: now, nextAt};
		clearTimeout(timer);
		if (Number.isFinite(nextAt) && !signal.aborted) {
			timer = setTimeout(wake, Math.min(longestSleepMs, Math.max(1, nextAt - now)));
		}
	};

	return {
		async start() {
			const now = clock.now();
			const {tasks, hold, endsAt} = await readConditions(read, settings(), now);
			const lastRuns = await read.runs.listLast();
			const all = tasks.map(task => ({name: task.name, dueness: findDueness(task, lastStartOf(lastRuns, task.name), now, hold !== null)}));
			for (const {name, dueness} of all) {
				if (dueness.kind === 'due' && clock.monotonic() >= (notBefore.get(name) ?? 0)) {
					follow(startOne(name, dueness.since), name);
				}
			}

			planNext(now, Math.min(endsAt, ...all.map(({dueness}) => {
				if (dueness.kind === 'later') {
					return dueness.at;
				}

				return dueness.kind === 'due' ? now + retryMs : Infinity;
			})));
		},
		isTimeUp() {
			const now = clock.now();
			return now >= looked.nextAt || now < looked.at;
		},
		stop() {
			clearTimeout(timer);
		},
	};
};
