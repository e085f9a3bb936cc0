import {formatAge, formatInterval, formatTook} from '../../domain/duration.js';
import {type LeaseView} from '../../domain/lease.js';
import {type Run} from '../../domain/run.js';
import {describeTally} from '../../domain/run-result.js';
import {safeText} from '../../domain/safe-text.js';
import {type Settings} from '../../domain/settings.js';
import {taskLock, taskTable, type TaskState} from '../../domain/task.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type Overview} from '../../store/overview.js';
import {dueAt} from './json/status-json.js';
import {formatTable} from './table.js';
import {createTimes} from './times.js';

/** `free`, or who holds it since when, or that it is stale. */
export const lockText = (lock: LeaseView | undefined, now: number): string => {
	if (!lock) {
		return 'free';
	}

	const owner = `${lock.owner.host}:${lock.owner.pid}`;
	return lock.stale ? `STALE, ${owner}, last renewed ${formatAge(now - lock.renewedAt)} ago` : `${owner} since ${formatAge(now - lock.acquiredAt)}`;
};

const intervalText = ({intervalSeconds, intervalFrom, intervalSetBy, fileIntervalSeconds}: TaskState): string => {
	const every = formatInterval(intervalSeconds);
	return intervalFrom === 'set' ? `${every}, set by ${intervalSetBy ?? 'somebody'}; file: ${formatInterval(fileIntervalSeconds)}` : (intervalFrom === 'file' ? `${every} (file)` : every);
};

const resultText = (run: Run | undefined): string => {
	if (!run) {
		return 'never ran';
	}

	if (run.result === null) {
		return 'running';
	}

	const tally = describeTally(run);
	return run.result === 'ok' ? tally : `${run.result}${run.message === null ? `: ${tally}` : `: ${safeText(run.message, 120)}`}`;
};

const nextText = (due: number | null, now: number): string => {
	if (due === null) {
		return 'off';
	}

	return due <= now ? 'due' : `in ${formatAge(due - now)}`;
};

/** The seven tasks, a line each, under their headings. */
export const tasksTable = async (overview: Overview, settings: Settings): Promise<readonly string[]> => {
	const {now, lastRuns, leases, skips, hold} = overview;
	const times = createTimes(settings.timezone);
	const rows = resolveTaskStates(settings.tasks, overview.taskSettings).map(state => {
		const run = lastRuns.find(({task}) => task === state.name);
		const skipped = skips.find(({task}) => task === state.name)?.count ?? 0;
		const due = dueAt(state.name, overview, settings);
		const next = state.paused ? `paused by ${state.paused.by}` : (hold ? 'hold' : nextText(due, now));
		return [
			state.name,
			taskTable.find(({name}) => name === state.name)!.title,
			intervalText(state),
			run ? times.short(run.startedAt, now) : '–',
			run && run.finishedAt !== null ? formatTook(run.finishedAt - run.startedAt) : '–',
			`${resultText(run)}${skipped > 0 ? `, skipped ×${skipped}` : ''}`,
			next,
			lockText(leases.find(({name}) => name === taskLock(state.name)), now),
		];
	});
	return formatTable(['TASK', 'TITLE', 'EVERY', 'LAST RUN', 'TOOK', 'RESULT', 'NEXT', 'LOCK'], rows);
};
