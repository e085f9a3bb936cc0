import {type LockRequest} from './locks.js';

/** One moment in a task's life: at this share of its duration, holding this lock, it does that. */
export type TaskStep = {
	readonly at: number;
	readonly lock?: LockRequest;
	/** Throws what the task ends with. */
	readonly run: (task: Task) => void;
};

export type TaskPlan = {
	readonly node: string;
	readonly type: string;
	/** The id field of the UPID. */
	readonly id: string;
	/** The VMs that it is about: faults find it by them. */
	readonly vmids: readonly number[];
	readonly storage?: string;
	readonly durationMs: number;
	readonly steps: readonly TaskStep[];
	/** Takes back what was done when it does not end well. */
	readonly undo?: () => void;
	/** The configuration file that it writes: without quorum that fails. */
	readonly writes?: string;
	/** How an error reads as exit status (`clone failed: …`). */
	readonly wrap?: (text: string, task: Task) => string;
};

export type Task = {
	readonly upid: string;
	readonly pid: number;
	readonly pstart: number;
	/** Seconds. */
	readonly starttime: number;
	readonly plan: TaskPlan;
	readonly log: string[];
	endtime?: number;
	exitstatus?: string;
	readonly startedMs: number;
	/** The step that is next, when it is due, and until when its lock is waited for. */
	step: number;
	dueAt: number;
	lateness: number;
	waitsUntil?: number;
	/** Whether it is settled that no fault fails it. */
	isJudged: boolean;
};

export type Tasks = {
	readonly start: (plan: TaskPlan) => Task;
	readonly find: (node: string, upid: string) => Task | undefined;
	/** Newest first. */
	readonly list: (node: string) => readonly Task[];
	readonly running: () => readonly Task[];
	/** Ends a running task from outside; without `tidy` it leaves everything as it lies, locks in the configuration too. */
	readonly interrupt: (task: Task, exitstatus: string, tidy: boolean) => void;
	readonly advance: (nowMs: number) => void;
};
