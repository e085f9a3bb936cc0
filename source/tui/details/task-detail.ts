import {formatAge, formatInterval, formatTook} from '../../domain/duration.js';
import {nextDueAt} from '../../domain/due.js';
import {describeTally} from '../../domain/run-result.js';
import {type Run} from '../../domain/run.js';
import {
	taskLock,
	taskTable,
	type TaskName,
	type TaskState,
} from '../../domain/task.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type Settings} from '../../domain/settings.js';
import {type Overview} from '../state.js';
import {type Piece} from '../text.js';
import {
	factLines,
	headingLines,
	momentText,
	textLines,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';

const intervalText = ({intervalSeconds, intervalFrom, intervalSetBy, fileIntervalSeconds}: TaskState): string => {
	const every = formatInterval(intervalSeconds);
	if (intervalFrom === 'set') {
		return `${every}, set by ${intervalSetBy ?? 'somebody'}; the config says ${formatInterval(fileIntervalSeconds)}`;
	}

	return intervalFrom === 'file' ? `${every}, from the config` : `${every}, the default`;
};

const pausedText = ({paused}: TaskState, {times}: DetailContext): string | null => paused
	? `by ${paused.by} since ${times.full(paused.since)}${paused.until === null ? '' : `, until ${times.full(paused.until)}`}${paused.reason === null ? '' : `: ${paused.reason}`}`
	: null;

const lockText = ({leases}: Overview, task: TaskName, {times, now}: DetailContext): string => {
	const lock = leases.find(({name}) => name === taskLock(task));
	if (!lock) {
		return 'free';
	}

	const {host, pid, kind} = lock.owner;
	const held = `${kind} ${host}:${pid} since ${times.time(lock.acquiredAt)}, renewed ${formatAge(now - lock.renewedAt)} ago, number ${lock.fence}`;
	return lock.stale ? `stale: ${held} (c clears it)` : held;
};

/** A run in a line; why it failed below it, in full. */
const runLines = (run: Run, context: DetailContext): DetailLines => {
	const result = run.result ?? 'running';
	const took = formatTook((run.finishedAt ?? context.now) - run.startedAt);
	const isBroken = result === 'failed' && run.message !== null;
	const text = isBroken || run.message === null ? describeTally(run) : `${describeTally(run)}: ${run.message}`;
	const line: readonly Piece[] = [
		['dim', `  ${momentText(context, run.startedAt)}  `],
		[result === 'ok' ? 'good' : (result === 'running' ? 'accent' : 'bad'), result.padEnd(12)],
		['plain', `${took.padStart(6)}  ${text}${run.trigger === 'manual' ? `, run by ${run.by}` : ''}`],
	];
	return [line, ...(isBroken ? textLines(context, run.message, 'bad', 6) : [])];
};

/** A task: what it does, its tip, its settings, its lock and its last runs. */
export const taskDetail = (name: TaskName, overview: Overview, settings: Settings, context: DetailContext): Detail => {
	const task = taskTable.find(other => other.name === name)!;
	const setting = resolveTaskStates(settings.tasks, overview.taskSettings).find(other => other.name === name)!;
	const last = overview.lastRuns.find(run => run.task === name);
	const runs = overview.recentRuns.filter(run => run.task === name);
	const next = nextDueAt(setting, last?.startedAt ?? null, context.now, overview.hold !== null);
	const skips = overview.skips.find(other => other.task === name);
	const lines: DetailLines = [
		[],
		...factLines(context, 'does', task.description),
		...factLines(context, 'tip', task.tip, 'accent'),
		...factLines(context, 'command', `cronsole --run-task=${name}`),
		[],
		...factLines(context, 'every', `${intervalText(setting)} (default ${formatInterval(task.defaultIntervalSeconds)})`),
		...factLines(context, 'paused', pausedText(setting, context), 'warning'),
		...factLines(context, 'next', next === null ? 'none will come by itself' : context.times.full(next)),
		...factLines(context, 'lock', lockText(overview, name, context)),
		...factLines(context, 'skipped', skips && skips.count > 0 ? `${skips.count === 1 ? 'once' : `${skips.count} times`} since its last run, at ${context.times.time(skips.lastAt)} last: its lock was held` : null, 'warning'),
		...headingLines('Last runs'),
		...(runs.length === 0 ? [[['dim', '  never ran']] satisfies readonly Piece[]] : runs.flatMap(run => runLines(run, context))),
	];
	return {title: task.title, lines};
};
