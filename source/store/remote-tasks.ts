import {type RemoteTask} from '../domain/operation.js';
import {type Rate, type Slot} from '../domain/slot.js';

export type RemoteTaskReads = {
	readonly find: (id: number) => Promise<RemoteTask | undefined>;
	/** The one that this step of this operation has not taken notice of yet. */
	readonly findUnsettled: (operationId: number, step: string) => Promise<RemoteTask | undefined>;
	/** Those with a UPID that have not ended, of one cluster or of all. */
	readonly listRunning: (cluster?: string) => Promise<readonly RemoteTask[]>;
	readonly findByUpid: (upid: string) => Promise<RemoteTask | undefined>;
	/** Those of a VM that no step has taken notice of, of other operations than this: a cancelled one may have left them. */
	readonly listLeft: (vmId: number, operationId: number) => Promise<readonly RemoteTask[]>;
	/** For how many VMs one of that type was intended on the cluster since that moment (wall ms), by whatever operation. */
	readonly countSince: (cluster: string, type: string, since: number) => Promise<number>;
	readonly inUse: (slotKey: string) => Promise<number>;
};

export type RemoteTaskWrites = {
	/** Writes the intent before the call; undefined where the slot is full, or the rate is reached (both counted in this transaction). */
	readonly intend: (task: Pick<RemoteTask, 'operationId' | 'vmId' | 'cluster' | 'node' | 'type' | 'taskVmid' | 'step' | 'intentAt' | 'deadlineAt'>, slot?: Slot, rate?: Rate) => Promise<RemoteTask | undefined>;
	/** The same intent anew, before another call. */
	readonly renew: (id: number, moments: Pick<RemoteTask, 'intentAt' | 'deadlineAt' | 'node'>) => Promise<void>;
	/** intent → running. A UPID belongs to one row only: throws where another has it. */
	readonly record: (id: number, upid: string) => Promise<void>;
	/** → finished; the operations that wait for it become ready. False where it was finished already. */
	readonly finish: (id: number, exitStatus: string, now: number) => Promise<boolean>;
	readonly settle: (id: number) => Promise<void>;
	readonly setProgress: (id: number, progress: number) => Promise<void>;
	/** An intent that provably started nothing. */
	readonly forget: (id: number) => Promise<void>;
};

export type RemoteTasks = RemoteTaskReads & RemoteTaskWrites;
