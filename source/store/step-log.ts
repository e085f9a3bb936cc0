import {type StepLogRow} from '../domain/step-log.js';

export type StepLogReads = {
	/** Oldest first, of the last 50 operations; with a limit the newest of them. */
	readonly list: (vmId: number, limit?: number) => Promise<readonly StepLogRow[]>;
};

export type StepLogWrites = {
	/** A failed attempt: the status stays. (Done and skipped steps are logged by `vms.advance`.) */
	readonly addFailure: (vmId: number, row: StepLogRow) => Promise<void>;
	/** Keeps the last 50 operations per VM, and older ones whose remote tasks still matter. */
	readonly prune: (now: number) => Promise<void>;
};

export type StepLog = StepLogReads & StepLogWrites;
