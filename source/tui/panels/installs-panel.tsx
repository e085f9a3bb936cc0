import {type ReactNode} from 'react';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatSpan} from '../format.js';
import {startText, type StartOf} from '../install-starts.js';
import {installWords} from '../install-words.js';
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

/** What one install's row says: why it failed, how far it is, or when it starts. */
const installRow = (install: Install, now: number, startOf: StartOf): TableRow => ({
	id: String(install.id),
	flag: install.state === 'failed' ? '!' : ' ',
	site: install.domain,
	age: formatSpan(now - install.createdAt),
	...installWords(install, startText(startOf(install), now)),
});

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
