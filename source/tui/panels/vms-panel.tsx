import {type ReactNode} from 'react';
import {formatAge} from '../../domain/duration.js';
import {kindOf} from '../../domain/operation-kind.js';
import {findPosition} from '../../domain/pipeline-position.js';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatSpan} from '../format.js';
import {busySince} from '../lists.js';
import {type VmInWork} from '../state.js';
import {type Style, type Theme} from '../theme.js';

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

/** The step that is being done, by what it leads to: `clone`; undefined for what has not begun. */
const presentStep = ({vm, operation}: VmInWork): {readonly name: string; readonly number: number; readonly count: number} | undefined => {
	if (operation?.state !== 'running') {
		return undefined;
	}

	const {to, step, of} = findPosition(operation, vm.status);
	return {name: to.replaceAll('_', ' '), number: step, count: of};
};

const describeWhy = ({vm, operation}: VmInWork, now: number): string => {
	if (vm.needsAttention) {
		return `${vm.needsAttention.reason}: ${vm.needsAttention.command}`;
	}

	if (!operation) {
		return vm.suspended.join(', ');
	}

	const retry = operation.nextAttemptAt !== null && operation.nextAttemptAt > now ? `again in ${formatAge(operation.nextAttemptAt - now)}` : '';
	const attempt = operation.attempt > 0 ? `attempt ${operation.attempt + 1}` : '';
	return [operation.waitingFor ?? operation.message ?? '', attempt, retry].filter(part => part !== '').join(', ');
};

/** What one VM's row says. */
export const vmRow = (row: VmInWork, now: number): TableRow => {
	const {vm, operation, progress} = row;
	const step = presentStep(row);
	const kind = operation ? kindOf(operation.kind).title : vm.status;
	const isWaiting = operation?.state === 'waiting';
	const doing = operation && step && !isWaiting ? `${kind}: ${step.name}` : `${kind}${isWaiting ? ' (queued)' : ''}`;
	const percent = progress === null ? '' : ` ${Math.floor(progress)}%`;
	return {
		id: String(vm.id),
		flag: vm.needsAttention ? '!' : ' ',
		vm: vm.hostname,
		brief: vm.needsAttention?.reason ?? (operation && step && !isWaiting ? `${step.name}${percent}, ${kind}` : doing),
		doing: doing + percent,
		step: operation && step && !isWaiting ? `${step.number}/${step.count}` : '',
		for: formatSpan(now - busySince(row)),
		why: describeWhy(row, now),
	};
};

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
