import {type Clock} from '../domain/clock.js';
import {type Install} from '../domain/install.js';
import {type Operation} from '../domain/operation.js';
import {type Tally} from '../domain/run.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type Move} from '../pipelines/move.js';
import {type InstallMove} from '../pipelines/move-install.js';
import {type FencedStore} from '../store/store.js';

/** What a task works with during one run. */
export type TaskContext = {
	/** Fenced by the task's lock. */
	readonly store: FencedStore;
	readonly settings: Settings;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Takes the VM's lease and moves the operation on until it waits, fails or ends; never throws for what is wrong with one VM. */
	readonly moveOn: (operation: Operation) => Promise<Move>;
	/** A cluster to look at, never to change; undefined where it is not in the config or cannot be worked on now. */
	readonly readerOf: (cluster: string) => Proxmox | undefined;
	/** Tries every debt in DNS whose moment has come, with a line for each; never throws for what is wrong with a name server. */
	readonly payDns: () => Promise<void>;
	/** The operations of this task that may start or go on now (pause and interval do not count here; hold, maintenance and broken clusters do). */
	readonly listReady: () => Promise<readonly Operation[]>;
	/** The installs whose moment has come, the one that is due longest first (a hold counts, interval and pause do not). */
	readonly listReadyInstalls: () => Promise<readonly Install[]>;
	/** Takes the install's lease and moves it on until it waits, fails or ends, so many of its panel at a time; never throws for what is wrong with it. */
	readonly moveInstall: (install: Install) => Promise<InstallMove>;
	/** A line about one item, as it happens; safe text. */
	readonly report: (line: string) => void;
};

/** One of the seven: decides what is due, asks for it, and moves its own operations on. */
export type Task = {
	readonly name: TaskName;
	readonly run: (context: TaskContext) => Promise<Tally>;
};
