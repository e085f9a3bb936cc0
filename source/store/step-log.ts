import {type StepLogRow} from '../domain/step-log.js';

/** VMs by their numbers, both included. */
export type VmSpan = {readonly from: number; readonly to: number};

export type StepLogReads = {
	/** Oldest first, of the last 50 operations; with a limit the newest of them. */
	readonly list: (vmId: number, limit?: number) => Promise<readonly StepLogRow[]>;
	/** The highest number of a VM; 0: there is none. */
	readonly findLastVm: () => Promise<number>;
};

export type StepLogWrites = {
	/** A failed attempt: the status stays. (Done and skipped steps are logged by `vms.advance`.) */
	readonly addFailure: (vmId: number, row: StepLogRow) => Promise<void>;
	/** Forgets some operations of those VMs; keeps the last 50 of each, and older ones whose remote tasks still matter. Answers how many. */
	readonly prune: (now: number, vms?: VmSpan, limit?: number) => Promise<number>;
};

export type StepLog = StepLogReads & StepLogWrites;
