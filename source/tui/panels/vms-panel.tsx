import {type ReactNode} from 'react';
import {formatAge} from '../../domain/duration.js';
import {operationKinds} from '../../domain/operation.js';
import {deployStatuses, type VmStatus} from '../../domain/vm-status.js';
import {type ColumnSpec} from '../components/columns.js';
import {DataTable} from '../components/data-table.js';
import {type TableRow} from '../components/ink-table.js';
import {formatSpan} from '../format.js';
import {busySince} from '../lists.js';
import {type VmInWork} from '../state.js';
import {type Style, type Theme} from '../theme.js';

const specs: readonly ColumnSpec[] = [
	{
		key: 'vm', title: 'VM', least: 11, most: 40,
	},
	{
		key: 'doing', title: 'Doing', least: 10, most: 34,
	},
	{
		key: 'step', title: 'Step', least: 5, most: 5, from: 62, align: 'right',
	},
	{
		key: 'for', title: 'For', least: 3, most: 4, from: 34, align: 'right',
	},
	{
		key: 'why', title: 'Why', least: 14, most: 200, from: 45, isWide: true,
	},
];

/** The step that comes after this status, `clone`; a status names the last one completed. */
export const nextStep = (status: VmStatus): {readonly name: string; readonly number: number; readonly count: number} | undefined => {
	const steps: readonly string[] = deployStatuses;
	const index = steps.indexOf(status);
	const name = steps[index + 1];
	return index === -1 || name === undefined ? undefined : {name: name.replaceAll('_', ' '), number: index + 1, count: steps.length - 1};
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
	const step = nextStep(vm.status);
	const kind = operation ? operationKinds[operation.kind]?.title ?? operation.kind : vm.status;
	const isWaiting = operation?.state === 'waiting';
	const doing = operation && step && !isWaiting ? `${kind}: ${step.name}` : `${kind}${isWaiting ? ' (queued)' : ''}`;
	return {
		id: String(vm.id),
		flag: vm.needsAttention ? '!' : ' ',
		vm: vm.hostname,
		doing: progress === null ? doing : `${doing} ${Math.floor(progress)}%`,
		step: operation && step && !isWaiting ? `${step.number}/${step.count}` : '',
		for: formatSpan(now - busySince(row)),
		why: describeWhy(row, now),
	};
};

const styleOf = (row: TableRow, column: string): Style => {
	if (column === 'why') {
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
