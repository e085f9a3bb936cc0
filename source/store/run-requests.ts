import {type TaskName} from '../domain/task.js';

/** A person's wish that the leader run a task now. Moments are ms since the epoch. */
export type RunRequest = {
	readonly id: number;
	readonly task: TaskName;
	readonly requestedBy: string;
	readonly requestedAt: number;
	/** Null until the leader took it. */
	readonly runId: number | null;
	/** Why it was not run: `running since 18:40:03`; null otherwise. */
	readonly refusal: string | null;
};

export type RunRequestReads = {
	readonly find: (id: number) => Promise<RunRequest | undefined>;
	readonly listOpen: () => Promise<readonly RunRequest[]>;
};

export type RunRequestWrites = {
	/** An open request for the same task is answered with that one. */
	readonly add: (task: TaskName, by: string, now: number) => Promise<RunRequest>;
	/** Removes some of the answered ones from before that moment; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
	readonly answer: (id: number, answer: {readonly runId: number} | {readonly refusal: string}) => Promise<void>;
};

export type RunRequests = RunRequestReads & RunRequestWrites;
