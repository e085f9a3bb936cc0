import {type TaskName} from './task.js';

export type Trigger = 'schedule' | 'manual';

/** What a run did: rows moved on without an error, failed, waiting, needing a person. */
export type Tally = {
	readonly processed: number;
	readonly errors: number;
	readonly waiting: number;
	readonly needsAttention: number;
	readonly message: string | null;
};

export const emptyTally: Tally = {
	processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: null,
};

/** One pass of a task. `finishedAt` and `result` are null while it runs. Moments are ms since the epoch. */
export type Run = Tally & {
	readonly id: number;
	readonly task: TaskName;
	readonly trigger: Trigger;
	/** `scheduler`, or who pressed the key. */
	readonly by: string;
	readonly startedAt: number;
	readonly finishedAt: number | null;
	readonly result: 'ok' | 'failed' | 'interrupted' | null;
};
