import {type Stamped} from '../domain/restored.js';

/** Why nothing is worked on: the database is older than what was done with it. */
export type Restored = {
	/** One line for people. */
	readonly why: string;
	/** When it was noticed; wall ms. */
	readonly since: number;
	/** Up to when it knows what happened; wall ms. */
	readonly asOf: number;
};

/** What became of the daily copies. Moments are wall ms. */
export type LastCopy = {
	/** Null: none was made yet. */
	readonly madeAt: number | null;
	/** Of the last try, where it failed; safe text. */
	readonly error: string | null;
};

/** How the wall clock stood to the monotonic one, of that boot of the machine, when somebody last looked. */
export type ClockStand = {readonly bootId: string; readonly aheadMs: number};

/** What a person's look at the clusters found, for going on with an older database. */
export type Reconciled = {
	/** VMIDs that were given out without this database: never given again. */
	readonly vmids: ReadonlyArray<{readonly cluster: string; readonly vmid: number}>;
	/** VMs of its orders that were made since. */
	readonly placed: ReadonlyArray<{readonly vmId: number; readonly vmid: number; readonly node: string}>;
	/** The highest number of a VM in any stamp. */
	readonly highestVm: number;
};

/** What has to be looked at before what was under way may go on. */
export type Undecided = {
	readonly operations: ReadonlyArray<{readonly vmId: number; readonly hostname: string; readonly kind: string}>;
	readonly installs: ReadonlyArray<{readonly id: number; readonly domain: string}>;
};

export type UpkeepReads = {
	readonly findRestored: () => Promise<Restored | null>;
	readonly findLastCopy: () => Promise<LastCopy>;
	readonly findClock: () => Promise<ClockStand | null>;
	/** Those of our stamps that a database which is up to date would know: of a VM that was never ordered here, or whose order has no VM yet. */
	readonly findUnknown: (stamped: readonly Stamped[]) => Promise<ReadonlyArray<Stamped & {readonly isOrdered: boolean}>>;
	readonly listUndecided: () => Promise<Undecided>;
};

export type UpkeepWrites = {
	readonly noteCopy: (copy: LastCopy) => Promise<void>;
	/** Notes how the clock stands; where it was set (0: it was not), what is put off moves by as much. */
	readonly setClock: (stand: ClockStand, byMs: number, now: number) => Promise<void>;
	/** Pauses all work until `accept`; messages that may have gone out already wait for a person. False: it is paused already. */
	readonly pauseRestored: (why: string, now: number) => Promise<boolean>;
	/** Ends the pause: what was under way needs a person, each by itself. */
	readonly accept: (found: Reconciled, now: number) => Promise<void>;
};

export type Upkeep = UpkeepReads & UpkeepWrites;
