import {type ReactNode} from 'react';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {type VmInWork} from '../state.js';
import {type Style, type Theme} from '../theme.js';
import {vmWords} from '../vm-words.js';

// Where there is no room for both, whoever needs a person shows why instead of at what it stands.
const wideFrom = 58;

const specs: readonly ColumnSpec[] = [
	{
		key: 'vm', title: 'VM', least: 11, most: 40,
	},
	{
		key: 'brief', title: 'Doing or why', least: 12, most: 200, below: wideFrom, isWide: true,
	},
	{
		key: 'doing', title: 'Doing', least: 18, most: 34, from: wideFrom,
	},
	{
		key: 'step', title: 'Step', least: 5, most: 5, from: 82, align: 'right',
	},
	{
		key: 'for', title: 'For', least: 4, most: 4, from: 33, align: 'right',
	},
	{
		key: 'why', title: 'Why', least: 16, most: 200, from: wideFrom, isWide: true,
	},
];

/** What one VM's row says. */
const vmRow = (row: VmInWork, now: number): TableRow => ({
	id: String(row.vm.id),
	flag: row.vm.needsAttention ? '!' : ' ',
	vm: row.vm.hostname,
	...vmWords(row, now),
});

const styleOf = (row: TableRow, column: string): Style => {
	if (column === 'why' || column === 'brief') {
		return row.flag === '!' ? 'bad' : 'plain';
	}

	return column === 'step' || column === 'for' ? 'dim' : (column === 'vm' ? 'strong' : 'plain');
};

export type VmsPanelProps = {
	readonly theme: Theme;
	readonly rows: readonly VmInWork[];
	readonly now: number;
	readonly selectedId: string | null;
	readonly isFocused: boolean;
	readonly width: number;
	readonly height: number;
};

/** VMs with an unfinished operation or a need; those that need a person stand first. */
export const VmsPanel = ({theme, rows, now, selectedId, isFocused, width, height}: VmsPanelProps): ReactNode => (
	<DataTable
		theme={theme}
		data={rows.map(row => vmRow(row, now))}
		specs={specs}
		styleOf={styleOf}
		selectedId={selectedId}
		isFocused={isFocused}
		rule={null}
		width={width}
		height={height}
		empty='nothing is in work'
		hasRightBorder={false}
	/>
);
