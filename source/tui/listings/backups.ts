import {type App} from '../../app.js';
import {backupName} from '../../domain/backup.js';
import {formatBytes} from '../../domain/bytes.js';
import {type BackupLine, type SnapshotLine} from '../../domain/listing.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {vmName} from '../../domain/vm.js';
import {type ColumnSpec} from '../components/columns.js';
import {formatCount} from '../format.js';
import {type ListRow, type RowAbout, type View} from '../listing.js';
import {type Style} from '../theme.js';
import {mapInSlices} from './map-in-slices.js';
import {
	agoText,
	summaryOf,
	wordsOf,
	whenText,
} from './row.js';

// Of each kind: older ones stand in their VM's details.
const most = 20_000;

const specs: readonly ColumnSpec[] = [
	{
		key: 'vm', title: 'VM', least: 12, most: 40,
	},
	{
		key: 'ref', title: 'Ref', least: 4, most: 7, from: 115,
	},
	{
		key: 'what', title: 'Kind', least: 8, most: 8, below: 95,
	},
	{
		key: 'kind', title: 'Kind', least: 17, most: 17, from: 95,
	},
	{
		key: 'name', title: 'Name', least: 6, most: 30,
	},
	{
		key: 'brief', title: 'State', least: 9, most: 200, below: 95, isWide: true,
	},
	{
		key: 'state', title: 'State', least: 9, most: 14, from: 95,
	},
	{
		key: 'when', title: 'When', least: 11, most: 11, from: 130,
	},
	{
		key: 'age', title: 'Age', least: 4, most: 4, align: 'right',
	},
	{
		key: 'size', title: 'Size', least: 7, most: 7, from: 65, align: 'right',
	},
	{
		key: 'storage', title: 'Storage', least: 7, most: 20, from: 130,
	},
	{
		key: 'note', title: 'Note', least: 10, most: 200, from: 95, isWide: true,
	},
];

type AboutBackup = Extract<RowAbout, {readonly kind: 'backup'}>;
type AboutSnapshot = Extract<RowAbout, {readonly kind: 'snapshot'}>;

// The order in which they call for a person.
const states = ['failed', 'restoring', 'restore queued', 'running', 'waiting', 'done', 'there', 'removed'] as const;
type ShownState = typeof states[number];

/** What the columns, the filter and the orders are made of, whichever of the two it is. */
type Facts = {readonly kind: string; readonly name: string; readonly state: ShownState; readonly note: string; readonly storage: string; readonly sizeBytes: number | null};

const stateOf = ({line, restore}: AboutBackup): ShownState =>
	restore === undefined ? line.state : (restore === 'running' ? 'restoring' : 'restore queued');

const ofSnapshot = ({line: {name, note, keep, ours}}: AboutSnapshot): Facts => ({
	kind: `snapshot, ${ours ? (keep ? 'kept' : 'by age') : 'foreign'}`, name, state: 'there', note: note ?? '', storage: '', sizeBytes: null,
});

const ofBackup = (about: AboutBackup): Facts => {
	const {cause, note, kind, storage, sizeBytes} = about.line;
	return {
		kind: `backup, ${kind}`, name: backupName(about.line), state: stateOf(about), note: [cause, note].filter(Boolean).join(': '), storage, sizeBytes,
	};
};

const factsOf = (about: AboutBackup | AboutSnapshot): Facts => about.kind === 'backup' ? ofBackup(about) : ofSnapshot(about);

const rowOf = (about: AboutBackup | AboutSnapshot): ListRow => {
	const {hostname, reference, cluster, vmId} = about.line;
	const {kind, name, state, note, storage, sizeBytes} = factsOf(about);
	return {
		id: about.kind === 'backup' ? name : `s${about.line.id}`,
		words: wordsOf(hostname, vmName({id: vmId}), reference, cluster, kind, name, state, note, storage, state === 'failed' ? '!' : ''),
		// What has no size stands behind what has one.
		keys: [0, hostname, sizeBytes === null ? 1 : -sizeBytes, states.indexOf(state)],
		about,
	};
};

type Restores = ReadonlyMap<number, NonNullable<AboutBackup['restore']>>;

/** Which backups VMs are being brought back to. */
const readRestores = async (app: App): Promise<Restores> => {
	const operations = await app.read.operations.listUnderWay(['restore_backup']);
	return new Map(operations.map(operation => [parametersOf('restore', operation).backupId, operation.state === 'running' ? 'running' : 'waiting']));
};

const merge = async (backups: readonly BackupLine[], snapshots: readonly SnapshotLine[], restores: Restores): Promise<readonly ListRow[]> => mapInSlices([
	...backups.map((line): AboutBackup => ({kind: 'backup', line, restore: restores.get(line.id)})),
	...snapshots.map((line): AboutSnapshot => ({kind: 'snapshot', line})),
].toSorted((a, b) => b.line.createdAt - a.line.createdAt), rowOf);

const styles: Readonly<Record<string, Style>> = {
	failed: 'bad', running: 'accent', restoring: 'accent', waiting: 'dim', 'restore queued': 'dim',
};

/** The backups and snapshots of all VMs. */
export const backupsView: View = {
	name: 'backups',
	key: '4',
	title: 'Backups',
	sorts: ['newest', 'VM', 'size', 'state'],
	isSearched: false,
	isFollowed: false,
	paneFrom: 120,
	madeOf: ['backups', 'snapshots', 'vms', 'operations'],
	freshMs: 300_000,
	async read(app, {now}) {
		const [backups, snapshots, restores] = await Promise.all([app.read.listings.backups(most), app.read.listings.snapshots(most), readRestores(app)]);
		const count = (wanted: BackupLine['state']): number => backups.rows.filter(({state}) => state === wanted).length;
		const least = backups.total > backups.rows.length ? 'or more ' : '';
		return {
			rows: await merge(backups.rows, snapshots.rows, restores),
			total: backups.total + snapshots.total,
			summary: [
				backups.total === 0 ? '' : formatCount(backups.total, 'backup'),
				summaryOf([[count('failed'), `${least}failed`], [count('running'), 'running'], [restores.size, 'to restore']]),
				snapshots.total === 0 ? '' : formatCount(snapshots.total, 'snapshot'),
			].filter(Boolean).join(', '),
			readAt: now,
		};
	},
	specs,
	cellsOf(row, context) {
		const {about} = row;
		if (about.kind !== 'backup' && about.kind !== 'snapshot') {
			throw new TypeError(`a row about ${about.kind} stands among the backups`);
		}

		const {hostname, vmId, createdAt} = about.line;
		const facts = factsOf(about);
		const {none} = context.theme.glyphs;
		// A failed one shows why instead of that it failed: its mark says that.
		const isTold = facts.state === 'there' || (facts.state === 'failed' && facts.note !== '');
		return {
			id: row.id,
			flag: facts.state === 'failed' ? '!' : ' ',
			vm: hostname,
			ref: vmName({id: vmId}),
			what: about.kind,
			kind: facts.kind,
			name: facts.name,
			state: facts.state,
			brief: [isTold ? '' : facts.state, facts.note].filter(Boolean).join(': '),
			when: whenText(context.times, createdAt, context.now),
			age: agoText(createdAt, context),
			size: facts.sizeBytes === null ? none : formatBytes(facts.sizeBytes),
			storage: facts.storage === '' ? none : facts.storage,
			note: facts.note,
		};
	},
	styleOf(row, column) {
		if (column === 'state' || column === 'brief' || (column === 'note' && row.flag === '!')) {
			return styles[row.state!] ?? 'plain';
		}

		return column === 'vm' ? 'strong' : (['ref', 'age', 'when'].includes(column) ? 'dim' : 'plain');
	},
	empty: 'none yet: cronsole backup now REF or snapshot take REF makes one',
};
