import {randomBytes} from 'node:crypto';
import {type Actor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {generatePassword} from '../domain/generate-password.js';
import {type ImportedGuest} from '../domain/import-plan.js';
import {type Session, type SessionKind} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {type Run} from '../domain/run.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {runPipeline} from '../pipelines/run-pipeline.js';
import {runOnce} from '../scheduler/run-once.js';
import {createScheduler} from '../scheduler/scheduler.js';
import {type WorkDeps} from '../scheduler/work.js';
import {type Store} from '../store/store.js';
import {allTasks} from '../tasks/all-tasks.js';
import {check, type CheckLine} from './check.js';
import {createConnections} from './connections.js';
import {lookAtGuest} from './look-at-guest.js';
import {type OwnSessions} from './own-sessions.js';

export type WorkshopDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly actor: Actor;
	readonly sessions: OwnSessions;
	readonly settings: () => Settings;
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

/** Where work is done, as against looked at: everything that speaks to clusters. */
export type Workshop = {
	readonly runTask: (task: TaskName, wish: {readonly report: (line: string) => void; readonly signal: AbortSignal; readonly isWaiting?: boolean}) => Promise<RunAnswer>;
	/** `onSettings` is told of new settings before anything uses them. */
	readonly startScheduler: (kind: Extract<SessionKind, 'daemon' | 'console'>, log: Log, onSettings: (settings: Settings) => void) => Promise<RunningScheduler>;
	readonly check: (report: (line: CheckLine) => void) => Promise<void>;
	readonly lookAtGuest: (cluster: string, vmid: number) => Promise<ImportedGuest>;
	readonly close: () => Promise<void>;
};

export const createWorkshop = ({store, clock, actor, sessions, settings}: WorkshopDeps): Workshop => {
	const clusters = createConnections(settings, clock);

	const workWith = (session: Session, log: Log): WorkDeps => ({
		store, session, clock, log, settings,
		random: Math.random,
		createPassword: () => generatePassword(randomBytes),
		connectionOf: clusters.connectionOf,
		watchOf: clusters.watchOf,
		pipeline: runPipeline,
		tasks: allTasks,
	});

	return {
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
		async startScheduler(kind, log, onSettings) {
			const session = await sessions.start(kind);
			const scheduler = createScheduler({...workWith(session, log), settings: settings()});
			await scheduler.start();
			return {
				isLeading: scheduler.isLeading,
				async stop() {
					await scheduler.stop();
					await sessions.end(session);
				},
				async reload(changed) {
					onSettings(changed);
					clusters.reset();
					await scheduler.reload(changed);
				},
			};
		},
		check: async report => check({
			settings: settings(), store, clock, connectionOf: clusters.connectionOf, report,
		}),
		lookAtGuest: async (cluster, vmid) => lookAtGuest(cluster, vmid, clusters.connectionOf),
		close: clusters.close,
	};
};
