import {renderToString} from 'ink';
import {createElement} from 'react';
import {type App} from '../../../source/app.js';
import {type Activity} from '../../../source/domain/activity.js';
import {
	type BackupLine,
	type InstallLine,
	type SnapshotLine,
	type TrafficLine,
	type VmLine,
} from '../../../source/domain/listing.js';
import {type Operation} from '../../../source/domain/operation.js';
import {DataTable} from '../../../source/tui/components/data-table.js';
import {createTimes} from '../../../source/tui/format.js';
import {type Listing, type ListRow, type View} from '../../../source/tui/listing.js';
import {withListing} from '../../../source/tui/shown-listing.js';
import {createState} from '../../../source/tui/state.js';
import {createTheme, type Theme} from '../../../source/tui/theme.js';
import {fixedNow, fixedOverview, fixedSettings} from './fixed-overview.js';

export const ago = (seconds: number): number => fixedNow - (seconds * 1000);

const operationLine: NonNullable<VmLine['operation']> = {
	id: 1, kind: 'create', state: 'running', position: null, attempt: 0, nextAttemptAt: null, waitingFor: null, message: null, requestedAt: ago(600), startedAt: ago(300), stepSince: ago(41),
};

export const vmLine = (id: number, hostname: string, more: Partial<Omit<VmLine, 'operation'>> & {readonly operation?: Partial<VmLine['operation']>} = {}): VmLine => ({
	id, reference: `order-${id}`, hostname, cluster: 'fra1', node: 'pve1', vmid: id, status: 'ready', remoteStatus: 'running', suspended: [], needsAttention: null, packageName: 'kvm-s',
	createdAt: ago(86_400), version: 3, client: 'max@example.org', address: '192.0.2.7', progress: null, ...more, operation: more.operation ? {...operationLine, ...more.operation} : null,
});

const ofVm = (vmId: number, hostname: string) => ({
	vmId, hostname, reference: `order-${vmId}`, cluster: 'fra1',
});

export const backupLine = (id: number, hostname: string, more: Partial<BackupLine> = {}): BackupLine => ({
	id, ...ofVm(101, hostname), kind: 'scheduled', localDate: '2026-11-21', state: 'done', volid: null, storage: 'shared', sizeBytes: 4_200_000_000, note: null, createdAt: ago(3600), finishedAt: ago(3000),
	cause: null, attempts: 1, operationId: id, ...more,
});

export const snapshotLine = (id: number, hostname: string, more: Partial<SnapshotLine> = {}): SnapshotLine => ({
	id, ...ofVm(101, hostname), name: 'before-upgrade', note: null, createdAt: ago(7200), keep: false, ours: true, ...more,
});

export const trafficLine = (vmId: number, hostname: string, more: Partial<TrafficLine> = {}): TrafficLine => ({
	...ofVm(vmId, hostname), bytesIn: 0, bytesOut: 0, estimatedBytes: 0, gapSeconds: 0, trafficGb: 1000, traffic: null, countedAt: ago(240), ...more,
});

export type FixedLines = {
	readonly vms?: readonly VmLine[];
	readonly installs?: readonly InstallLine[];
	readonly backups?: readonly BackupLine[];
	readonly snapshots?: readonly SnapshotLine[];
	readonly traffic?: readonly TrafficLine[];
	readonly activity?: readonly Activity[];
	readonly restores?: ReadonlyArray<Pick<Operation, 'params' | 'state'>>;
	readonly total?: number;
};

/** What a view makes of lines that a store could never hold, or not cheaply: hostile names, ten thousand of them. */
export const readFixed = async (view: View, lines: FixedLines, filter = ''): Promise<Listing> => {
	const answer = <Line>(rows: readonly Line[] = []) => async () => ({rows, total: lines.total ?? rows.length});
	const read = {
		listings: {
			vms: answer(lines.vms), installs: answer(lines.installs), backups: answer(lines.backups), snapshots: answer(lines.snapshots), traffic: answer(lines.traffic), activity: answer(lines.activity),
		},
		operations: {listUnderWay: async () => lines.restores ?? []},
		taskSettings: {list: async () => fixedOverview.taskSettings, findHold: async () => null},
		runs: {listLast: async () => fixedOverview.lastRuns},
	};
	return view.read({read} as unknown as App, {filter, now: fixedNow, settings: fixedSettings});
};

const times = createTimes('Europe/Berlin');
const uncoloured = createTheme({isAscii: false, isColour: false});

export const cellsOf = (view: View, row: ListRow, theme: Theme = uncoloured, now = fixedNow) => view.cellsOf(row, {theme, times, now});

/** The ids that a person sees who typed that filter and chose that order. */
export const idsOf = (view: View, listing: Listing, filter = '', sort = 0): readonly string[] => {
	const state = createState({
		settings: fixedSettings, isReadOnly: false, mayLead: false, now: fixedNow, size: {columns: 120, rows: 40},
	});
	const list = `${view.name}-view` as const;
	const wished = {...state, filters: {...state.filters, [list]: filter}, sorts: {...state.sorts, [list]: sort}};
	return withListing(wished, view.name, listing).listings[view.name]!.rows.map(({id}) => id);
};

/** A view's table as it stands on a screen of that many columns, its headings first. */
export const drawTable = (view: View, listing: Listing, width: number, theme: Theme = uncoloured): readonly string[] => renderToString(createElement(DataTable, {
	theme, data: listing.rows.map(row => cellsOf(view, row, theme)), specs: view.specs, styleOf: view.styleOf, selectedId: null, isFocused: false, rule: null, width,
	height: Math.max(1, listing.rows.length), empty: view.empty, hasRightBorder: true,
}), {columns: width}).split('\n');
