import {type Hold} from '../domain/cluster.js';
import {type Run} from '../domain/run.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName, type TaskState} from '../domain/task.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {findWorkable, type Workable} from '../domain/workable.js';
import {type Reads} from '../store/store.js';

/** What decides whether work may start or go on. */
export type Conditions = Workable & {
	readonly hold: Hold | null;
	readonly tasks: readonly TaskState[];
	/** Tasks whose operations go on by themselves: neither off nor paused. */
	readonly goingOn: readonly TaskName[];
	/** When the first of hold, pauses and maintenance ends by itself; wall ms. Infinity: none does. */
	readonly endsAt: number;
};

export const readConditions = async (read: Reads, settings: Settings, now: number): Promise<Conditions> => {
	const tasks = resolveTaskStates(settings.tasks, await read.taskSettings.list(now));
	const hold = await read.taskSettings.findHold(now);
	const maintenance = await read.clusters.listMaintenance(now);
	const spells = [hold, ...tasks.map(({paused}) => paused), ...maintenance];
	return {
		...findWorkable(settings.clusters, await read.clusters.list(), maintenance),
		hold,
		tasks,
		endsAt: Math.min(...spells.map(spell => spell?.until ?? Infinity)),
		goingOn: tasks.filter(({intervalSeconds, paused}) => intervalSeconds > 0 && paused === null).map(({name}) => name),
	};
};

/** When each task last started. */
export const lastStartOf = (runs: readonly Run[], task: TaskName): number | null => runs.find(run => run.task === task)?.startedAt ?? null;
