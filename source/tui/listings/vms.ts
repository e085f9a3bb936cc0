import {type VmLine} from '../../domain/listing.js';
import {vmName} from '../../domain/vm.js';
import {busySince} from '../busy-since.js';
import {type ColumnSpec} from '../components/columns.js';
import {type ListRow, type View} from '../listing.js';
import {vmWords, type VmAtWork} from '../vm-words.js';
import {mapInSlices} from './map-in-slices.js';
import {aboutOf, summaryOf, wordsOf} from './row.js';

// Living ones all stand before the removed ones, which alone could be that many.
const most = 50_000;

// Where there is no room for more, one column says why it needs a person, else what it does, else how it is.
const wideFrom = 120;

const specs: readonly ColumnSpec[] = [
	{
		key: 'vm', title: 'VM', least: 14, most: 40,
	},
	{
		key: 'ref', title: 'Ref', least: 4, most: 7, from: 45,
	},
	{
		key: 'address', title: 'Address', least: 15, most: 39, from: 70,
	},
	{
		key: 'client', title: 'Client', least: 16, most: 36, from: 170,
	},
	{
		key: 'place', title: 'Place', least: 9, most: 24, from: 95,
	},
	{
		key: 'vmid', title: 'VMID', least: 4, most: 9, from: 95, align: 'right',
	},
	{
		key: 'status', title: 'Status', least: 12, most: 36, from: wideFrom,
	},
	{
		key: 'brief', title: 'How or why', least: 14, most: 200, below: wideFrom, isWide: true,
	},
	{
		key: 'doing', title: 'Doing', least: 16, most: 36, from: wideFrom,
	},
	{
		key: 'step', title: 'Step', least: 5, most: 5, from: 150, align: 'right',
	},
	{
		key: 'for', title: 'For', least: 4, most: 4, from: 85, align: 'right',
	},
	{
		key: 'why', title: 'Why', least: 18, most: 200, from: wideFrom, isWide: true,
	},
];

const workOf = (line: VmLine): VmAtWork => ({vm: line, operation: line.operation, progress: line.progress});

/** The last step completed, and the guest: `ready, running`, `ready, suspended (overdue)`, `set_ip`. */
const statusOf = ({status, remoteStatus, suspended}: VmLine): string => {
	const guest = suspended.length > 0 ? `suspended (${suspended.join(', ')})` : remoteStatus;
	return status === 'removed' || guest === 'unknown' ? status : `${status}, ${guest}`;
};

const isAtWork = ({operation, needsAttention}: VmLine): boolean => operation !== null || needsAttention !== null;

const rowOf = (line: VmLine, now: number): ListRow => {
	const {
		reference, hostname, cluster, node, vmid, status, remoteStatus, suspended, needsAttention, packageName, createdAt, client, address,
	} = line;
	const work = isAtWork(line) ? vmWords(workOf(line), now) : undefined;
	const places = [`${cluster}/${node ?? ''}`, `${cluster}/${vmid ?? ''}`];
	const reasons = suspended.length > 0 ? ['suspended', ...suspended] : [];
	return {
		id: vmName(line),
		words: wordsOf(hostname, vmName(line), reference, client, ...places, address, status, remoteStatus, ...reasons, packageName, work?.doing ?? '', work?.why ?? '', needsAttention ? '!' : ''),
		keys: [0, hostname, work ? busySince(workOf(line)) : Infinity, -createdAt, client.toLowerCase()],
		about: {kind: 'vm', line},
	};
};

const kept = new WeakMap<VmLine, ListRow>();

/** The row of a line; of one with nothing under way, which does not change with the time, the same each time. */
const keptRowOf = (line: VmLine, now: number): ListRow => {
	const row = kept.get(line) ?? rowOf(line, now);
	if (line.operation === null) {
		kept.set(line, row);
	}

	return row;
};

/** Every VM. */
export const vmsView: View = {
	name: 'vms',
	key: '2',
	title: 'VMs',
	sorts: ['need first', 'name', 'longest at it', 'newest', 'client'],
	isSearched: false,
	isFollowed: false,
	paneFrom: 120,
	madeOf: ['vms', 'addresses', 'address_history', 'operations', 'remote_tasks'],
	// When something is tried again stands among the words.
	freshMs: 15_000,
	async read(app, {now}) {
		const {rows, total} = await app.read.listings.vms(most);
		const count = (is: (line: VmLine) => boolean): number => rows.filter(line => is(line)).length;
		return {
			rows: await mapInSlices(rows, line => keptRowOf(line, now)),
			total,
			summary: summaryOf([
				[count(({needsAttention}) => needsAttention !== null), 'need you'],
				[count(({needsAttention, operation}) => needsAttention === null && operation !== null), 'in work'],
				[count(({suspended, status}) => suspended.length > 0 && status !== 'removed'), 'suspended'],
			]),
			readAt: now,
		};
	},
	specs,
	cellsOf(row, {now, theme}) {
		const {line} = aboutOf(row, 'vm');
		const status = statusOf(line);
		const words = isAtWork(line) ? vmWords(workOf(line), now) : undefined;
		return {
			id: row.id,
			flag: line.needsAttention ? '!' : ' ',
			vm: line.hostname,
			ref: row.id,
			address: line.address ?? theme.glyphs.none,
			client: line.client,
			place: `${line.cluster}/${line.node ?? theme.glyphs.none}`,
			vmid: line.vmid === null ? theme.glyphs.none : String(line.vmid),
			status,
			brief: words?.brief ?? status.replace(/^ready, /, ''),
			doing: line.operation ? words!.doing : '',
			step: words?.step ?? '',
			for: words?.for ?? '',
			why: words?.why ?? '',
		};
	},
	styleOf(row, column) {
		if (row.status === 'removed') {
			return 'dim';
		}

		if (column === 'why' || column === 'brief') {
			return row.flag === '!' ? 'bad' : 'plain';
		}

		return column === 'vm' ? 'strong' : (['step', 'for', 'ref', 'vmid'].includes(column) ? 'dim' : 'plain');
	},
	empty: 'no VM yet: n orders one, cronsole vm import takes over one that is there',
};
