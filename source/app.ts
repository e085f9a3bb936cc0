import {type Actor} from './domain/activity.js';
import {type Log} from './domain/log.js';
import {type Run} from './domain/run.js';
import {type Settings} from './domain/settings.js';
import {type SessionKind} from './domain/lease.js';
import {type TaskName} from './domain/task.js';
import {type Intents} from './intents/intents.js';
import {type Overview} from './store/overview.js';
import {type Reads} from './store/store.js';

/** A line of `check`. */
export type CheckLine = {
	/** `config`, `database`, `cluster fra1`, `template debian-12`, `pool fra1-v4`. */
	readonly subject: string;
	readonly result: 'ok' | 'warning' | 'failed';
	readonly message: string;
};

/** What one run by hand came to; `heldBy` where the lock was held (or a hold stands) and nothing ran. */
export type RunAnswer =
	| {readonly run: Run; readonly heldBy: null}
	| {readonly run: null; readonly heldBy: string};

/** A scheduler in this process: leading or standing by until `stop`. */
export type RunningScheduler = {
	readonly isLeading: () => boolean;
	/** Stops starting work, lets the present steps end, releases every lease. */
	readonly stop: () => Promise<void>;
	/** Takes new settings (already checked). */
	readonly reload: (settings: Settings) => Promise<void>;
};

/** The product, behind both faces. */
export type App = {
	readonly settings: () => Settings;
	readonly actor: Actor;
	readonly isReadOnly: boolean;
	readonly installation: string;
	/** For people: the database's path. */
	readonly place: string;
	readonly version: string;
	readonly intents: Intents;
	readonly read: Reads;
	readonly overview: (limit: {readonly vms: number; readonly installs: number; readonly activity: number}) => Promise<Overview>;
	/** Changes whenever another connection committed something: a cheap question for screens. */
	readonly dataVersion: () => number;
	/** One run now in this process, interval and pause ignored, never leading. Lines about items go to `report`. */
	readonly runTask: (task: TaskName, report: (line: string) => void, signal: AbortSignal) => Promise<RunAnswer>;
	readonly startScheduler: (kind: Extract<SessionKind, 'daemon' | 'console'>, log: Log) => Promise<RunningScheduler>;
	/** Says who is here, for the header of others; ends with `close`. */
	readonly openScreen: () => Promise<void>;
	readonly check: (report: (line: CheckLine) => void) => Promise<void>;
	readonly close: () => Promise<void>;
};
