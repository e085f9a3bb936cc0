import {type OperationKind} from './operation-kind.js';
import {type TaskName} from './task.js';

export type OperationState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** What a person, a billing system or a schedule wants of one VM. Moments are ms since the epoch. */
export type Operation = {
	readonly id: number;
	readonly vmId: number;
	readonly kind: OperationKind;
	/** The owner: its lock, interval and pause govern the start and continuation. */
	readonly task: TaskName;
	readonly params: unknown;
	readonly requestedBy: string;
	readonly requestedAt: number;
	readonly state: OperationState;
	readonly startedAt: number | null;
	readonly finishedAt: number | null;
	/** Failed attempts of the present step, from 0. */
	readonly attempt: number;
	/** Not before this; null: at once. */
	readonly nextAttemptAt: number | null;
	/** Why it waits, for people; null while it does not. */
	readonly waitingFor: string | null;
	/** Since when the present step has been tried or waited for. */
	readonly stepSince: number | null;
	/** The unfinished remote task that it waits for. */
	readonly remoteTaskId: number | null;
	/** The slot that it waits for, `clone:fra1/pve1/local-lvm`, and how many of them there are. */
	readonly slot: {readonly key: string; readonly limit: number} | null;
	/** The node whose trouble (595, 596, 599, maintenance) it waits out; null otherwise. */
	readonly pausedByNode: string | null;
	readonly message: string | null;
	/** The last step completed, of kinds that keep their own position; null before it began, and where the VM's status says it. */
	readonly position: string | null;
	/** What its steps must remember: `{"wasRunning": true}`. No secrets. */
	readonly notes: Readonly<Record<string, unknown>>;
};

/** Nothing is put off for longer: a moment further off was written before the clock was set back. */
export const longestWaitMs = 3_600_000;

/** Whether the moment of an operation's next attempt has come. */
export const isDueAt = (nextAttemptAt: number | null, now: number): boolean => nextAttemptAt === null || nextAttemptAt <= now || nextAttemptAt > now + longestWaitMs;

/** A long piece of work inside Proxmox: intended before the call, known by its UPID after it. */
export type RemoteTask = {
	readonly id: number;
	readonly operationId: number;
	readonly vmId: number;
	readonly cluster: string;
	/** The node that executes it. */
	readonly node: string;
	/** Proxmox's own word, `qmclone`. */
	readonly type: string;
	/** The id inside the UPID: for a clone that of the source. */
	readonly taskVmid: number;
	/** The pipeline step that started it. */
	readonly step: string;
	/** What counts against a limit; null: nothing does. */
	readonly slotKey: string | null;
	readonly state: 'intent' | 'running' | 'finished';
	/** Wall ms when the intent was written. */
	readonly intentAt: number;
	/** Wall ms after which the call that the intent announces can no longer go out nor arrive. */
	readonly deadlineAt: number;
	readonly upid: string | null;
	/** Proxmox's exitstatus: `OK`, `WARNINGS: 1`, an error text; null until it ended. */
	readonly exitStatus: string | null;
	/** 0 to 100, where the task's log tells. */
	readonly progress: number | null;
	readonly finishedAt: number | null;
	/** True once its step has taken notice of how it ended: a new attempt then starts a new task. */
	readonly isSettled: boolean;
};
