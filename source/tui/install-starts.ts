import {nextDueAt} from '../domain/due.js';
import {formatAge} from '../domain/duration.js';
import {startsAt} from '../domain/install-start.js';
import {type Settings} from '../domain/settings.js';
import {type TaskState} from '../domain/task.js';
import {type Install, type Overview} from './state.js';

/** When an install starts, or goes on, by itself; null: it does not. */
export type StartOf = (install: Install) => number | null;

type StartContext = {readonly settings: Settings; readonly tasks: readonly TaskState[]; readonly now: number};

export const createStartOf = ({hold, lastRuns}: Pick<Overview, 'hold' | 'lastRuns'>, {settings, tasks, now}: StartContext): StartOf => {
	const task = tasks.find(({name}) => name === 'process_installs')!;
	const lastRun = lastRuns.find(run => run.task === task.name);
	const nextRun = nextDueAt(task, lastRun?.startedAt ?? null, now, hold !== null);
	return install => startsAt(install, settings, nextRun, now);
};

/** `in 3m12s`, `now`; empty where it does not start by itself. */
export const startText = (start: number | null, now: number): string => {
	if (start === null) {
		return '';
	}

	return start <= now ? 'now' : `in ${formatAge(start - now)}`;
};
