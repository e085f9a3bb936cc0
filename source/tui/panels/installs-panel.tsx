import {type ReactNode} from 'react';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatSpan} from '../format.js';
import {startText, type StartOf} from '../install-starts.js';
import {type Install} from '../state.js';
import {type Style, type Theme} from '../theme.js';

// Where there is no room for both, a failed one shows why instead of that it failed: its mark says that.
const wideFrom = 42;

const specs: readonly ColumnSpec[] = [
	{
		key: 'site', title: 'Site', least: 11, most: 40,
	},
	{
		key: 'brief', title: 'How or why', least: 10, most: 200, below: wideFrom, isWide: true,
	},
	{
		key: 'state', title: 'State', least: 7, most: 11, from: wideFrom,
	},
	{
		key: 'age', title: 'Age', least: 4, most: 4, from: 28, align: 'right',
	},
	{
		key: 'why', title: 'Why', least: 15, most: 200, from: wideFrom, isWide: true,
	},
];

const joined = (between: string, ...parts: readonly string[]): string => parts.filter(part => part !== '').join(between);

const listed = (...parts: readonly string[]): string => joined(', ', ...parts);

/** Why it stands where it stands: what the panel is at, when it is tried, what went wrong. */
const whyOf = ({state, attempt, cause, doing, isDropAsked}: Install, start: string): string => {
	const tries = attempt > 1 ? `attempt ${attempt}` : '';
	if (state === 'running') {
		return listed(isDropAsked ? 'stops after this step' : '', doing ?? '', tries);
	}

	return state === 'pending' ? joined(': ', listed(start, tries), cause ?? '') : listed(cause ?? '', tries);
};

const briefOf = ({state, cause, doing, progress, isDropAsked}: Install, start: string): string => {
	if (state === 'running') {
		const far = joined(' ', progress === null ? '' : `${Math.floor(progress)}%`, doing ?? '');
		return isDropAsked ? 'dropping' : (far === '' ? state : far);
	}

	const text = state === 'failed' ? cause ?? '' : start;
	return text === '' ? state : text;
};

/** What one install's row says: why it failed, how far it is, or when it starts. */
export const installRow = (install: Install, now: number, startOf: StartOf): TableRow => {
	const {id, domain, state, progress, createdAt} = install;
	const start = startText(startOf(install), now);
	return {
		id: String(id),
		flag: state === 'failed' ? '!' : ' ',
		site: domain,
		brief: briefOf(install, start),
		state: progress !== null && state === 'running' ? `${state} ${Math.floor(progress)}%` : state,
		age: formatSpan(now - createdAt),
		why: whyOf(install, start),
	};
};

const styleOf = (row: TableRow, column: string): Style => {
	if (column === 'state' || column === 'brief') {
		return row.flag === '!' ? 'bad' : (row.state?.startsWith('running') ? 'accent' : 'plain');
	}

	return column === 'age' ? 'dim' : (column === 'site' ? 'strong' : 'plain');
};

export type InstallsPanelProps = {
	readonly theme: Theme;
	readonly rows: readonly Install[];
	readonly now: number;
	readonly startOf: StartOf;
	readonly selectedId: string | null;
	readonly isFocused: boolean;
	readonly width: number;
	readonly height: number;
};

/** The queue of staged installs: failed, running, pending. */
export const InstallsPanel = ({theme, rows, now, startOf, selectedId, isFocused, width, height}: InstallsPanelProps): ReactNode => (
	<DataTable
		hasRightBorder
		theme={theme}
		data={rows.map(row => installRow(row, now, startOf))}
		specs={specs}
		styleOf={styleOf}
		selectedId={selectedId}
		isFocused={isFocused}
		rule={null}
		width={width}
		height={height}
		empty='the queue is empty'
	/>
);
