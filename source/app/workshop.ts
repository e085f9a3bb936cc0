import {type App} from '../app.js';
import {type Actor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type Session} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {runPipeline} from '../pipelines/run-pipeline.js';
import {runOnce} from '../scheduler/run-once.js';
import {createScheduler} from '../scheduler/scheduler.js';
import {type WorkDeps} from '../scheduler/work.js';
import {type Store} from '../store/store.js';
import {allTasks} from '../tasks/all-tasks.js';
import {check} from './check.js';
import {createConnections} from './connections.js';
import {type OwnSessions} from './own-sessions.js';

export type WorkshopDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly actor: Actor;
	readonly sessions: OwnSessions;
	readonly settings: () => Settings;
};

/** Where work is done, as against looked at: everything that speaks to clusters. */
export type Workshop = Pick<App, 'runTask' | 'check' | 'close'> & {
	/** `onSettings` is told of new settings before anything uses them. */
	readonly startScheduler: (kind: Parameters<App['startScheduler']>[0], log: Log, onSettings: (settings: Settings) => void) => ReturnType<App['startScheduler']>;
};

export const createWorkshop = ({store, clock, actor, sessions, settings}: WorkshopDeps): Workshop => {
	const clusters = createConnections(settings, clock);

	const workWith = (session: Session, log: Log): WorkDeps => ({
		store, session, clock, log, settings,
		random: Math.random,
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
					await clusters.reset();
					await scheduler.reload(changed);
				},
			};
		},
		check: async report => check({
			settings: settings(), store, clock, connectionOf: clusters.connectionOf, report,
		}),
		close: clusters.close,
	};
};
