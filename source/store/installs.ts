import {
	type Install,
	type InstallPosition,
	type InstallState,
	type InstallStep,
} from '../domain/install.js';

/** Fields that a change may have; what is left out stays. */
export type InstallChange = Partial<Pick<
	Install,
	'state' | 'droppedFrom' | 'droppedBy' | 'droppedAt' | 'cause' | 'attempt' | 'progress' | 'doing' | 'nextAttemptAt' | 'stepSince' | 'inFlight' | 'foundBefore' | 'isDropAsked' | 'accountState' | 'site' | 'adminUser' | 'plan'
>> & {
	/** Null erases it. */
	readonly adminPassword?: string | null;
};

/** A row with its password: never for a screen or a log. */
export type WholeInstall = {
	readonly install: Install;
	/** Null: it was sent or is not wanted any more. */
	readonly adminPassword: string | null;
};

type Ordered = Pick<Install, 'reference' | 'panel' | 'application' | 'domain' | 'account' | 'client' | 'order' | 'createdAt'>
	& Partial<Pick<Install, 'kind' | 'plan' | 'title' | 'adminUser' | 'adminEmail' | 'url' | 'accountState' | 'position' | 'site'>>
	& {readonly adminPassword?: string | null};

export type InstallReads = {
	readonly find: (id: number) => Promise<Install | undefined>;
	readonly findWhole: (id: number) => Promise<WholeInstall | undefined>;
	/** The latest generation. */
	readonly findLatest: (reference: string) => Promise<Install | undefined>;
	readonly list: (state?: InstallState) => Promise<readonly Install[]>;
	/** The latest generations whose reference or domain this is. */
	readonly resolve: (name: string) => Promise<readonly Install[]>;
	/** The latest generations that have that account or that domain on the panel, whatever became of them. */
	readonly listSharing: (given: Pick<Install, 'panel' | 'account' | 'domain'>) => Promise<readonly Install[]>;
	/** Pending or running ones (of those applications) whose moment has come, the one that is due longest first; a running one was left by whoever died or stopped. */
	readonly listReady: (given: {readonly now: number; readonly applications?: readonly string[]; readonly limit: number}) => Promise<readonly Install[]>;
	readonly listSteps: (id: number) => Promise<readonly InstallStep[]>;
	/** Null: it was sent or is not wanted any more. Never for a screen or a log. */
	readonly passwordOf: (id: number) => Promise<string | null>;
};

export type InstallWrites = {
	/** A new generation of its reference. */
	readonly insert: (install: Ordered) => Promise<Install>;
	/** Compare-and-set on version, position and the step's clock; false where somebody else was first. */
	readonly change: (install: Install, to: InstallChange, now: number) => Promise<boolean>;
	/** The same with the end of a step, or of several at once: to the last one's position, with their log rows; what `change` leaves out of `atNewStep` starts anew. */
	readonly advance: (install: Install, steps: ReadonlyArray<InstallStep & {readonly to: InstallPosition}>, change: InstallChange, now: number) => Promise<boolean>;
	/** A row of the step log alone: a failed attempt, an account verb. */
	readonly addStep: (id: number, step: InstallStep) => Promise<void>;
	/** Removes some steps from before that moment of installs that are over; answers how many. */
	readonly pruneSteps: (before: number, limit?: number) => Promise<number>;
	/** Without a new version: a key that is pressed meanwhile still counts. */
	readonly setProgress: (id: number, progress: number, doing: string) => Promise<void>;
};

export type Installs = InstallReads & InstallWrites;
