/** A row of a VM's step log. Durations in ms, moments in ms since the epoch. */
export type StepLogRow = {
	readonly operationId: number;
	readonly operation: string;
	readonly from: string;
	readonly to: string;
	readonly outcome: 'done' | 'skipped' | 'failed';
	readonly reason: string | null;
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
	readonly upid: string | null;
	/** The last 200 lines of a failed task's log. */
	readonly log: string | null;
};
