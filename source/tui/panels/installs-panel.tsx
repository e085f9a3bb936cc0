import {type ReactNode} from 'react';
import {formatAge} from '../../domain/duration.js';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatSpan} from '../format.js';
import {type Install} from '../state.js';
import {type Style, type Theme} from '../theme.js';

// Where there is no room for both, a failed one shows why instead of that it failed: its mark says that.
const wideFrom = 42;

const specs: readonly ColumnSpec[] = [
	{
		key: 'site', title: 'Site', least: 11, most: 40,
	},
	{
		key: 'brief', title: 'State or why', least: 10, most: 200, below: wideFrom, isWide: true,
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

/** What one install's row says: why it failed, or when it is tried. */
export const installRow = (install: Install, now: number): TableRow => {
	const {id, domain, state, attempt, cause, progress, nextAttemptAt, createdAt} = install;
	const retry = nextAttemptAt !== null && nextAttemptAt > now ? `in ${formatAge(nextAttemptAt - now)}` : '';
	const tries = attempt > 1 ? `attempt ${attempt}` : '';
	const standing = progress !== null && state === 'running' ? `${state} ${Math.floor(progress)}%` : state;
	return {
		id: String(id),
		flag: state === 'failed' ? '!' : ' ',
		site: domain,
		brief: state === 'failed' ? cause ?? state : [standing, retry].filter(part => part !== '').join(', '),
		state: standing,
		age: formatSpan(now - createdAt),
		why: [cause ?? '', tries, retry].filter(part => part !== '').join(', '),
	};
};

const styleOf = (row: TableRow, column: string): Style => {
	if (column === 'state' || column === 'brief') {
		return row.flag === '!' ? 'bad' : (row[column]?.startsWith('running') ? 'accent' : 'plain');
	}

	return column === 'age' ? 'dim' : (column === 'site' ? 'strong' : 'plain');
};

export type InstallsPanelProps = {
	readonly theme: Theme;
	readonly rows: readonly Install[];
	readonly now: number;
	readonly selectedId: string | null;
	readonly isFocused: boolean;
	readonly width: number;
	readonly height: number;
};

/** The queue of staged installs: failed, running, pending. */
export const InstallsPanel = ({theme, rows, now, selectedId, isFocused, width, height}: InstallsPanelProps): ReactNode => (
	<DataTable
		hasRightBorder
		theme={theme}
		data={rows.map(row => installRow(row, now))}
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
