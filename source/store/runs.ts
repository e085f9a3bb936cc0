import {type Run, type Tally, type Trigger} from '../domain/run.js';
import {type TaskName} from '../domain/task.js';

/** Skips of a task since its last run, folded. */
export type Skips = {readonly task: TaskName; readonly count: number; readonly lastAt: number};

export type RunReads = {
	readonly find: (id: number) => Promise<Run | undefined>;
	/** The last run of each task. */
	readonly listLast: () => Promise<readonly Run[]>;
	/** The last `count` runs of each task, newest first, for spark lines and failures in a row. */
	readonly listRecent: (count: number) => Promise<readonly Run[]>;
	readonly listSkips: () => Promise<readonly Skips[]>;
};

export type RunWrites = {
	/** Records the start; a run of the same task still open belongs to a dead owner and becomes `interrupted`. */
	readonly start: (run: {readonly task: TaskName; readonly trigger: Trigger; readonly by: string; readonly startedAt: number}) => Promise<Run>;
	readonly finish: (id: number, result: 'ok' | 'failed' | 'interrupted', tally: Tally, finishedAt: number) => Promise<void>;
	/** A run of the task that is still open belongs to a dead owner: it becomes `interrupted`. */
	readonly interrupt: (task: TaskName, now: number) => Promise<void>;
	/** Once per due moment; the same moment again changes nothing. */
	readonly skip: (task: TaskName, dueAt: number, now: number) => Promise<void>;
	/** Removes some of the runs that ended before that moment, but the last of each task; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
};

export type Runs = RunReads & RunWrites;
