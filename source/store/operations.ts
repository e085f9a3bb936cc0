import {type OperationKind} from '../domain/operation-kind.js';
import {type Operation, type OperationState} from '../domain/operation.js';
import {type StepLogRow} from '../domain/step-log.js';
import {type TaskName} from '../domain/task.js';

export type ReadyFilter = {
	/** Wall ms. */
	readonly now: number;
	/** Owners whose operations may start or go on. */
	readonly tasks: readonly TaskName[];
	/** Clusters that can be worked on. */
	readonly clusters: readonly string[];
	/** Nodes (`fra1/pve1`) that cannot: their VMs wait. */
	readonly nodesDown: readonly string[];
	/** Whether waiting operations may be started too, or running ones only. */
	readonly start: boolean;
	readonly limit: number;
};

export type OperationReads = {
	readonly find: (id: number) => Promise<Operation | undefined>;
	/** The unfinished operations of a VM: the running one first, then the waiting ones in order. */
	readonly listOpen: (vmId: number) => Promise<readonly Operation[]>;
	/** The last 50 of a VM, newest first. */
	readonly listFor: (vmId: number) => Promise<readonly Operation[]>;
	/**
	 What can be moved on now: running operations whose moment has come, that wait for no unfinished remote task and for no
	 full slot (of those that wait for a slot, as many as are free, oldest first), and waiting ones of VMs with nothing
	 running; none of a VM that needs a person. Oldest first.
	 */
	readonly listReady: (filter: ReadyFilter) => Promise<readonly Operation[]>;
	/** The soonest `nextAttemptAt` of running operations; undefined: none. */
	readonly nextMoment: () => Promise<number | undefined>;
	/** Unfinished operations of these owners, waiting ones and those of VMs that need a person too. */
	readonly listUnderWay: (tasks: readonly TaskName[]) => Promise<readonly Operation[]>;
};

export type OperationWrites = {
	/**
	 Adds what is wanted. The same verb, waiting already or the last that was asked for, answers with the same operation (`isNew` false); a newer
	 `change` cancels one that waits.
	 */
	readonly add: (vmId: number, wish: {readonly kind: OperationKind; readonly params: unknown; readonly requestedBy: string; readonly now: number}) => Promise<{readonly operation: Operation; readonly isNew: boolean}>;
	/** waiting → running; false where it is no longer waiting or another one of that VM runs. */
	readonly begin: (id: number, now: number) => Promise<boolean>;
	/** A step waits; attempt stays. */
	readonly wait: (id: number, why: Pick<Operation, 'waitingFor' | 'nextAttemptAt' | 'remoteTaskId' | 'slot' | 'pausedByNode'>) => Promise<void>;
	/** A step failed: attempt counted, next try set. */
	readonly postpone: (id: number, why: Pick<Operation, 'attempt' | 'nextAttemptAt' | 'waitingFor'>) => Promise<void>;
	/** A step ended: attempt 0, nothing waited for, `stepSince` = now. */
	readonly nextStep: (id: number, now: number) => Promise<void>;
	/** Moves the position of an operation that keeps its own (compare-and-set), with its step-log row; throws `StatusChanged` where somebody else was first. */
	readonly advance: (operation: Operation, to: string, log: Omit<StepLogRow, 'from' | 'to'>) => Promise<void>;
	/** Adds to what its steps remember: each name as given, whole; `undefined` forgets it. */
	readonly note: (id: number, notes: Readonly<Record<string, unknown>>) => Promise<void>;
	/** Ends every open operation of a VM (or all but one) as cancelled; answers those. */
	readonly cancelOpen: (vmId: number, now: number, message: string, except?: number) => Promise<readonly Operation[]>;
	readonly finish: (id: number, state: Extract<OperationState, 'done' | 'failed' | 'cancelled'>, now: number, message?: string) => Promise<void>;
};

export type Operations = OperationReads & OperationWrites;
