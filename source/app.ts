import {randomBytes} from 'node:crypto';
import {check} from './app/check.js';
import {createConnections} from './app/connections.js';
import {createOwnSessions} from './app/own-sessions.js';
import {type Actor} from './domain/activity.js';
import {type Log} from './domain/log.js';
import {type Run} from './domain/run.js';
import {type Settings} from './domain/settings.js';
import {type Session, type SessionKind} from './domain/lease.js';
import {type TaskName} from './domain/task.js';
import {systemClock} from './domain/clock.js';
import {createIntents} from './intents/create-intents.js';
import {type Intents} from './intents/intents.js';
import {runPipeline} from './pipelines/run-pipeline.js';
import {runOnce} from './scheduler/run-once.js';
import {createScheduler} from './scheduler/scheduler.js';
import {type WorkDeps} from './scheduler/work.js';
import {openStore} from './store/open-store.js';
import {allTasks} from './tasks/all-tasks.js';
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
	/** One run now in this process, interval and pause ignored, never leading. Lines about items go to `report`; with `isWaiting` it goes on until nothing of the task is under way. */
	readonly runTask: (task: TaskName, wish: {readonly report: (line: string) => void; readonly signal: AbortSignal; readonly isWaiting?: boolean}) => Promise<RunAnswer>;
	readonly startScheduler: (kind: Extract<SessionKind, 'daemon' | 'console'>, log: Log) => Promise<RunningScheduler>;
	/** Says who is here, for the header of others; ends with `close`. */
	readonly openScreen: () => Promise<void>;
	readonly check: (report: (line: CheckLine) => void) => Promise<void>;
	readonly close: () => Promise<void>;
};

export type AppOptions = {
	readonly settings: Settings;
	readonly actor: Actor;
	readonly isReadOnly: boolean;
};

/** Puts the parts together: the only place that knows every concrete thing. Throws `StoreUnusable` or `UnsupportedDatabase`. */
export const openApp = async ({settings: first, actor, isReadOnly}: AppOptions): Promise<App> => {
	let settings = first;
	const clock = systemClock;
	const store = await openStore({path: settings.database, clock});
	const clusters = createConnections(() => settings, clock);
	const sessions = createOwnSessions(store, {actor, isReadOnly});

	const workWith = (session: Session, log: Log): WorkDeps => ({
		store, session, clock, log,
		settings: () => settings,
		random: Math.random,
		connectionOf: clusters.connectionOf,
		watchOf: clusters.watchOf,
		pipeline: runPipeline,
		tasks: allTasks,
	});

	return {
		settings: () => settings,
		actor,
		isReadOnly,
		installation: store.installation,
		place: store.place,
		version: process.env.CRONSOLE_VERSION ?? 'development',
		intents: createIntents({
			store, clock, actor, isReadOnly, settings: () => settings, randomBytes,
		}),
		read: store.read,
		overview: store.overview,
		dataVersion: store.dataVersion,
		async runTask(task, {report, signal, isWaiting}) {
			const session = await sessions.start('run');
			try {
				return await runOnce(workWith(session, () => undefined), {
					task, report, signal, isWaiting, by: actor.name,
				});
			} finally {
				await sessions.end(session);
			}
		},
		async startScheduler(kind, log) {
			const session = await sessions.start(kind);
			const scheduler = createScheduler({...workWith(session, log), settings});
			await scheduler.start();
			return {
				isLeading: scheduler.isLeading,
				async stop() {
					await scheduler.stop();
					await sessions.end(session);
				},
				async reload(changed) {
					settings = changed;
					await clusters.reset();
					await scheduler.reload(changed);
				},
			};
		},
		async openScreen() {
			await sessions.start('screen');
		},
		check: async report => check({
			settings, store, clock, connectionOf: clusters.connectionOf, report,
		}),
		async close() {
			await sessions.endAll();
			await clusters.close();
			await store.close();
		},
	};
};
