import {createDatabaseCare, type DatabaseCare} from './app/database.js';
import {createOrderDesk, type OrderDesk} from './app/order-desk.js';
import {createOwnSessions} from './app/own-sessions.js';
import {tellHolder} from './app/tell-holder.js';
import {type CheckLine} from './app/check-line.js';
import {type MessagePreview} from './app/preview-message.js';
import {type RunAnswer, type RunningScheduler, type Workshop} from './app/workshop.js';
import {type Actor} from './domain/activity.js';
import {type AccountAnswer, type AccountWish} from './domain/hosting-account.js';
import {type ImportedGuest} from './domain/import-plan.js';
import {type Install} from './domain/install.js';
import {type Log} from './domain/log.js';
import {type Settings} from './domain/settings.js';
import {type SessionKind} from './domain/lease.js';
import {type MessageName} from './domain/message.js';
import {type TaskName} from './domain/task.js';
import {systemClock} from './domain/clock.js';
import {createLateIntents} from './app/late-intents.js';
import {type Intents} from './intents/intents.js';
import {Refused} from './intents/refused.js';
import {type InstallMove} from './pipelines/move-install.js';
import {openStore} from './store/open-store.js';
import {type Overview} from './store/overview.js';
import {type Reads, type Store} from './store/store.js';

export type {CheckLine} from './app/check-line.js';
export type {RunAnswer, RunningScheduler} from './app/workshop.js';

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
	/** Where billing systems order; by whom is said with each order. */
	readonly desk: OrderDesk;
	readonly read: Reads;
	readonly overview: (limit: {readonly vms: number; readonly installs: number; readonly activity: number}) => Promise<Overview>;
	/** Changes whenever another connection committed something: a cheap question for screens. */
	readonly dataVersion: () => number;
	/** One run now in this process, interval and pause ignored, never leading. Lines about items go to `report`; with `isWaiting` it goes on until nothing of the task is under way. */
	readonly runTask: (task: TaskName, wish: {readonly report: (line: string) => void; readonly signal: AbortSignal; readonly isWaiting?: boolean}) => Promise<RunAnswer>;
	/** One go at an install in this process, at once, until it waits, ends or stands at `until`. */
	readonly moveInstall: (install: Install, wish: {readonly until?: Install['position']; readonly signal: AbortSignal}) => Promise<InstallMove>;
	/** Asks the panel for something about an install's account, at once. */
	readonly changeAccount: (install: Install, wish: AccountWish & {readonly signal: AbortSignal}) => Promise<AccountAnswer>;
	readonly startScheduler: (kind: Extract<SessionKind, 'daemon' | 'console'>, log: Log) => Promise<RunningScheduler>;
	/** Says who is here, for the header of others; ends with `close`. */
	readonly openScreen: () => Promise<void>;
	readonly check: (report: (line: CheckLine) => void) => Promise<void>;
	/** What a cluster shows of one VM, for taking it over. */
	readonly lookAtGuest: (cluster: string, vmid: number) => Promise<ImportedGuest>;
	/** A message as it would go out, with made-up values; throws `TemplateFailed`. */
	readonly previewMessage: (name: MessageName) => Promise<MessagePreview>;
	/** The database itself. */
	readonly database: DatabaseCare;
	/** Resolves when the database has let this process write: throws, or never does, where it can no more. */
	readonly ping: () => Promise<void>;
	/** What this process met of damage in the database; null: none. */
	readonly findDamage: () => string | null;
	readonly close: () => Promise<void>;
};

export type AppOptions = {
	readonly settings: Settings;
	readonly actor: Actor;
	readonly isReadOnly: boolean;
};

/** What asks a panel for a change at once; refused to whoever only looks. */
const createActs = (open: () => Promise<Workshop>, isReadOnly: boolean): Pick<App, 'moveInstall' | 'changeAccount'> => {
	const workshop = async (): Promise<Workshop> => {
		if (isReadOnly) {
			throw new Refused('read-only', 'this session is read-only', 'nothing was changed; start it without --read-only');
		}

		return open();
	};

	return {
		async moveInstall(install, wish) {
			const work = await workshop();
			return work.moveInstall(install, wish);
		},
		async changeAccount(install, wish) {
			const work = await workshop();
			return work.changeAccount(install, wish);
		},
	};
};

/** What of the database everybody may see. */
const looksInto = ({installation, place, read, overview, dataVersion, findDamage, write}: Store): Pick<App, 'installation' | 'place' | 'read' | 'overview' | 'dataVersion' | 'ping' | 'findDamage'> => ({
	installation, place, read, dataVersion, findDamage,
	overview: async limit => tellHolder(await overview(limit), place),
	ping: async () => write(async () => undefined),
});

/** Puts the parts together: the only place that knows every concrete thing. Throws `StoreUnusable` or `UnsupportedDatabase`. */
export const openApp = async ({settings: first, actor, isReadOnly}: AppOptions): Promise<App> => {
	let settings = first;
	const clock = systemClock;
	const store = await openStore({path: settings.database, clock});
	const context = {
		store, clock, isReadOnly, settings: () => settings, randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
	};
	const sessions = createOwnSessions(store, {actor, isReadOnly});

	// What only work needs (HTTP, pipelines, the scheduler) is loaded when there is work: a look at the rows does without.
	let opened: Promise<Workshop> | undefined;
	const workshop = async (): Promise<Workshop> => {
		opened ??= (async () => {
			const {createWorkshop} = await import('./app/workshop.js');
			return createWorkshop({
				store, clock, actor, sessions, settings: () => settings,
			});
		})();
		return opened;
	};

	return {
		settings: () => settings,
		actor,
		isReadOnly,
		...looksInto(store),
		version: process.env.CRONSOLE_VERSION ?? 'development',
		intents: createLateIntents({...context, actor}),
		desk: createOrderDesk(context),
		async runTask(task, wish) {
			const {runTask} = await workshop();
			return runTask(task, wish);
		},
		...createActs(workshop, isReadOnly),
		async startScheduler(kind, log) {
			const {startScheduler} = await workshop();
			return startScheduler(kind, log, changed => {
				settings = changed;
			});
		},
		async openScreen() {
			await sessions.start('screen');
		},
		async check(report) {
			const {check} = await workshop();
			await check(report);
		},
		async lookAtGuest(cluster, vmid) {
			const work = await workshop();
			return work.lookAtGuest(cluster, vmid);
		},
		async previewMessage(name) {
			const {previewMessage} = await import('./app/preview-message.js');
			return previewMessage(name, settings);
		},
		database: createDatabaseCare({
			store, clock, actor, isReadOnly,
			async compareSince(asOf) {
				const work = await workshop();
				return work.compareSince(asOf);
			},
		}),
		async close() {
			await sessions.endAll();
			const work = await opened;
			await work?.close();
			await store.close();
		},
	};
};
