import {type Dns} from '../clients/dns/dns.js';
import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type FencedStore, type Tables} from '../store/store.js';
import {type Vm} from '../domain/vm.js';
import {type Clock} from '../domain/clock.js';
import {type Operation} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {type Rate, type Slot} from '../domain/slot.js';
import {type ForeignAddresses} from './foreign-addresses.js';

/** Writes that belong to the step's end: in the transaction that moves the status on, after it. */
export type Alongside = (tables: Tables) => Promise<void>;

/** `why` is for the step log, where the outcome alone says too little. */
export type Done = {readonly outcome: 'done'; readonly alongside?: Alongside; readonly why?: string};
export type Skipped = {readonly outcome: 'skipped'; readonly why: string; readonly alongside?: Alongside};

/** The step will be looked at again: at a moment, when a remote task ends, or when a slot is free. No attempt is counted. */
export type Waiting = {
	readonly outcome: 'waiting';
	/** For people: `the clone`, `a clone slot on local-lvm`. */
	readonly what: string;
	/** Wall ms. */
	readonly until?: number;
	readonly remoteTaskId?: number;
	readonly slot?: Slot;
	/** Known to take long (a grace of days, a queue): no person is called, however long it lasts. */
	readonly isExpected?: boolean;
};

/** The operation ends here as failed, and the VM is as it was: a guest that did not shut down, a name that is taken. */
export type GivenUp = {readonly outcome: 'given-up'; readonly why: string; readonly alongside?: Alongside};

/** What came of a step that did not fail; a failure that may be worth another attempt is thrown. */
export type Outcome = Done | Skipped | Waiting | GivenUp;

export const done = (alongside?: Alongside, why?: string): Done => ({outcome: 'done', alongside, why});
export const skipped = (why: string, alongside?: Alongside): Skipped => ({outcome: 'skipped', why, alongside});
export const waiting = (what: string, rest: Omit<Waiting, 'outcome' | 'what'>): Waiting => ({outcome: 'waiting', what, ...rest});

export const givenUp = (why: string, alongside?: Alongside): GivenUp => ({outcome: 'given-up', why, alongside});

/** A remote task that a step wants done. */
export type RemoteWish = {
	/** The node that will execute it. */
	readonly node: string;
	/** Proxmox's word, `qmclone`. */
	readonly type: string;
	/** The id that its UPID will carry. */
	readonly taskVmid: number;
	/** What it counts against. */
	readonly slot?: Slot;
	/** How many of its type may be started on the cluster within a time; where the rate is reached the step waits, `atRate` telling what for. */
	readonly rate?: Rate;
	/** For people: `the clone`. */
	readonly title: string;
	/** Whether a task of that type and id, found after a crash, is really ours (a clone's id is the template's). Absent: type, id and time suffice. */
	readonly recognises?: (upid: string) => Promise<boolean>;
};

/** A remote task of the present step that ended well. */
export type Ended = {
	readonly outcome: 'ended';
	/** The node that executed it. */
	readonly node: string;
};

/** The remote task of the present step. */
export type RemoteRunner = {
	/**
	 Goes on with the task that an earlier attempt, process or owner started, adopting it after a crash; `undefined` where there is none
	 (any more). A step asks this first, so that what has just ended well needs no second look.
	 */
	readonly resume: (recognises?: RemoteWish['recognises']) => Promise<Waiting | Ended | undefined>;
	/**
	 Writes the intent, calls `start`, records the UPID and answers `waiting`; or goes on with the task that an earlier
	 attempt, process or owner started (adopting it after a crash); answers `undefined` once it ended well.
	 Throws `ClientError` when it ended badly; the next attempt then starts a new one.
	 */
	readonly run: (wish: RemoteWish, start: () => Promise<string>) => Promise<Waiting | undefined>;
	/** Takes notice of the step's task having ended, so that the same step can start another one. The step must look before it does. */
	readonly settle: () => Promise<void>;
};

/** What a step works with. */
export type StepContext = {
	/** The VM's cluster; changes check the VM's lease. */
	readonly proxmox: Proxmox;
	/** The zones of the config; changes check the VM's lease. */
	readonly dns: Dns;
	/** Fenced by the VM's lease. */
	readonly store: FencedStore;
	readonly operation: Operation;
	readonly remote: RemoteRunner;
	readonly settings: Settings;
	/** Our installation's id, for the stamp. */
	readonly installation: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Addresses in use by VMs of the cluster that are not ours. */
	readonly foreignAddresses: ForeignAddresses;
	/** 0 to 1, for jitter. */
	readonly random: () => number;
	/** A new password that nobody could guess. */
	readonly createPassword: () => string;
};

/** One step of a pipeline: looks first, then acts, then says what came of it. Safe to run twice. */
export type Step = (vm: Vm, context: StepContext) => Promise<Outcome>;

/** A row of a pipeline. */
export type PipelineRow = {
	/** The last step completed: the VM's status, or the operation's own position. */
	readonly from: string;
	readonly to: string;
	/** For people: `clone`, `CPU and RAM`. */
	readonly title: string;
	readonly step: Step;
	/** How long the step may take or wait before it needs a person; ms. */
	readonly stuckAfterMs: number;
};

/** What a pipeline does with rows at its beginning and its bad end, in the same transaction. `vm` is as it was before. */
export type PipelineHook = (given: {
	readonly vm: Vm;
	readonly operation: Operation;
	readonly tables: Tables;
	readonly settings: Settings;
	readonly now: number;
	/** Why it failed; empty at the beginning. */
	readonly reason: string;
}) => Promise<void>;

/** An operation's steps, in order, and what else belongs to it. */
export type Pipeline = {
	readonly rows: readonly PipelineRow[];
	/** When it begins: enters the VM's status, takes over the wanted package. A fact that makes it pointless ends it in its first step, not here. */
	readonly begin?: PipelineHook;
	/** When it fails for good, be it that a person is needed or that the operation ends as failed: marks the records that it was to complete. */
	readonly fail?: PipelineHook;
};

/** Names the steps of a kind by its positions, which say what each leads to. */
export const rowsOf = (positions: readonly string[], steps: ReadonlyArray<Omit<PipelineRow, 'from' | 'to'>>): readonly PipelineRow[] => {
	if (steps.length !== positions.length - 1) {
		throw new Error(`${steps.length} steps do not lie between ${positions.length} positions from ${positions[0]}.`);
	}

	return steps.map((step, index) => ({...step, from: positions[index]!, to: positions[index + 1]!}));
};
