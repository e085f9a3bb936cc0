import {type ReactNode} from 'react';
import {formatInterval, formatTook} from '../../domain/duration.js';
import {nextDueAt} from '../../domain/due.js';
import {describeTally} from '../../domain/run-result.js';
import {type Run} from '../../domain/run.js';
import {taskLock, type TaskName, type TaskState} from '../../domain/task.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatCountdown, formatSpan, type Times} from '../format.js';
import {type tasksShown} from '../lists.js';
import {type Overview, type State} from '../state.js';
import {type Style, type Theme} from '../theme.js';

const specs: readonly ColumnSpec[] = [
	{
		key: 'task', title: 'Task', least: 18, most: 18,
	},
	{
		key: 'every', title: 'Every', least: 5, most: 9, from: 60,
	},
	{
		key: 'at', title: 'Last run', least: 8, most: 8, from: 100,
	},
	{
		key: 'ago', title: 'Ago', least: 4, most: 4, align: 'right',
	},
	{
		key: 'took', title: 'Took', least: 6, most: 6, from: 85, align: 'right',
	},
	{
		key: 'result', title: 'Result', least: 10, most: 50, isWide: true,
	},
	{
		key: 'runs', title: 'Runs', least: 8, most: 8, from: 110,
	},
	{
		key: 'next', title: 'Next', least: 6, most: 6,
	},
	{
		key: 'lock', title: 'Lock', least: 9, most: 9, below: 90,
	},
	{
		key: 'lock', title: 'Lock', least: 8, most: 26, from: 90,
	},
];

const isFailed = ({result}: Run): boolean => result === 'failed';

/** The last runs as a line, oldest first: the higher, the longer it took; `x` failed, `!` was interrupted. */
export const sparkLine = (runs: readonly Run[], theme: Theme): string => {
	const {spark} = theme.glyphs;
	const longest = Math.max(1, ...runs.map(({startedAt, finishedAt}) => (finishedAt ?? startedAt) - startedAt));
	return runs.slice(0, 8).toReversed().map(run => {
		if (run.result === 'failed' || run.result === 'interrupted') {
			return run.result === 'failed' ? 'x' : '!';
		}

		const took = (run.finishedAt ?? run.startedAt) - run.startedAt;
		return spark[Math.min(spark.length - 1, Math.floor(took / longest * spark.length))]!;
	}).join('');
};

const describeResult = (run: Run, recent: readonly Run[], now: number): string => {
	if (run.finishedAt === null) {
		return `running ${formatSpan(now - run.startedAt)}`;
	}

	if (run.result === 'interrupted') {
		return 'interrupted';
	}

	const tally = run.message ?? describeTally(run);
	if (run.result !== 'failed') {
		return tally;
	}

	const ended = recent.filter(({finishedAt}) => finishedAt !== null);
	const first = ended.findIndex(other => !isFailed(other));
	const inARow = first === -1 ? ended.length : first;
	return `failed${inARow > 1 ? ` x${inARow}` : ''}: ${tally}`;
};

const describeNext = (setting: TaskState, run: Run | undefined, {hold}: Overview, now: number): string => {
	if (setting.intervalSeconds === 0) {
		return 'off';
	}

	if (setting.paused) {
		return 'paused';
	}

	const at = nextDueAt(setting, run?.startedAt ?? null, now, hold !== null);
	return at === null ? 'hold' : formatCountdown(at - now);
};

const describeLock = ({leases}: Overview, task: TaskName, now: number): string => {
	const lock = leases.find(({name}) => name === taskLock(task));
	if (!lock) {
		return 'free';
	}

	const owner = `${lock.owner.host}:${lock.owner.pid}`;
	return lock.stale ? `stale ${formatSpan(now - lock.renewedAt)}, ${owner}` : `${formatSpan(now - lock.acquiredAt)}, ${owner}`;
};

/** What one task's row says. */
const taskRow = (task: {readonly name: TaskName; readonly title: string}, setting: TaskState, overview: Overview, {now, times, theme}: {readonly now: number; readonly times: Times; readonly theme: Theme}): TableRow => {
	const {none} = theme.glyphs;
	const run = overview.lastRuns.find(other => other.task === task.name);
	const recent = overview.recentRuns.filter(other => other.task === task.name);
	const skips = overview.skips.find(other => other.task === task.name)?.count ?? 0;
	const hasTaken = run !== undefined && run.result !== 'interrupted' && run.finishedAt !== null;
	const took = hasTaken ? formatTook(run.finishedAt - run.startedAt) : none;
	const result = run ? describeResult(run, recent, now) : 'never ran';

	return {
		id: task.name,
		task: task.title,
		every: setting.intervalFrom === 'set' ? `${formatInterval(setting.intervalSeconds)} set` : formatInterval(setting.intervalSeconds),
		at: run ? times.time(run.startedAt) : none,
		ago: run ? formatSpan(now - run.startedAt) : none,
		took,
		result: skips > 0 ? `${result} (skipped x${skips})` : result,
		runs: sparkLine(recent, theme),
		next: describeNext(setting, run, overview, now),
		lock: describeLock(overview, task.name, now),
	};
};

const styleOf = (row: TableRow, column: string): Style => {
	const text = row[column] ?? '';
	if (column === 'result') {
		if (text.startsWith('failed') || text.startsWith('interrupted')) {
			return 'bad';
		}

		return /\d failed/.test(text) ? 'warning' : (text.startsWith('running') ? 'accent' : 'plain');
	}

	if (column === 'lock') {
		return text.startsWith('stale') ? 'warning' : (text === 'free' ? 'dim' : 'accent');
	}

	if (column === 'next') {
		return ['paused', 'hold', 'off'].includes(text) ? 'warning' : 'plain';
	}

	return column === 'runs' || column === 'at' ? 'dim' : 'plain';
};

export type TasksPanelProps = {
	readonly state: State;
	readonly overview: Overview;
	readonly shown: ReturnType<typeof tasksShown>;
	readonly theme: Theme;
	readonly times: Times;
	readonly rule: string;
	readonly selectedId: string | null;
	readonly isFocused: boolean;
	readonly height: number;
};

/** The seven tasks. */
export const TasksPanel = ({state, overview, shown, theme, times, rule, selectedId, isFocused, height}: TasksPanelProps): ReactNode => {
	const settings = resolveTaskStates(state.settings.tasks, overview.taskSettings);
	const rows = shown.map(task => taskRow(task, settings.find(({name}) => name === task.name)!, overview, {now: state.now, times, theme}));
	return (
		<DataTable
			hasRightBorder
			theme={theme}
			data={rows}
			specs={specs}
			styleOf={styleOf}
			selectedId={selectedId}
			isFocused={isFocused}
			rule={rule}
			width={state.size.columns}
			height={height}
			empty='no task fits the filter'
		/>
	);
};
