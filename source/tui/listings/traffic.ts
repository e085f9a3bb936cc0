import {formatBytes} from '../../domain/bytes.js';
import {formatAge} from '../../domain/duration.js';
import {type TrafficLine} from '../../domain/listing.js';
import {heavyShare} from '../../domain/traffic-findings.js';
import {createPeriods} from '../../domain/traffic-periods.js';
import {billableBytes, gigabyte} from '../../domain/usage.js';
import {vmName} from '../../domain/vm.js';
import {type ColumnSpec} from '../components/columns.js';
import {type ListRow, type View} from '../listing.js';
import {type Theme} from '../theme.js';
import {mapInSlices} from './map-in-slices.js';
import {
	aboutOf,
	agoText,
	summaryOf,
	wordsOf,
} from './row.js';

const most = 50_000;

const specs: readonly ColumnSpec[] = [
	{
		key: 'vm', title: 'VM', least: 12, most: 44,
	},
	{
		key: 'ref', title: 'Ref', least: 4, most: 7, from: 65,
	},
	{
		key: 'cluster', title: 'Cluster', least: 7, most: 20, from: 140,
	},
	{
		key: 'in', title: 'In', least: 7, most: 7, from: 90, align: 'right',
	},
	{
		key: 'out', title: 'Out', least: 7, most: 7, from: 90, align: 'right',
	},
	{
		key: 'billable', title: 'Billable', least: 8, most: 8, align: 'right',
	},
	{
		key: 'of', title: 'Of', least: 7, most: 7, align: 'right',
	},
	{
		key: 'share', title: 'Full', least: 9, most: 9, below: 70,
	},
	{
		key: 'bar', title: 'Full', least: 20, most: 20, from: 70,
	},
	{
		key: 'gaps', title: 'Gaps', least: 5, most: 6, from: 100, align: 'right',
	},
	{
		key: 'age', title: 'Ago', least: 4, most: 4, from: 80, below: 140, align: 'right',
	},
	{
		key: 'asOf', title: 'As of', least: 5, most: 27, from: 140,
	},
];

const billableOf = (line: TrafficLine): number => billableBytes({traffic: line.traffic ?? undefined}, line);

/** How much of what the package includes is used up, 1 for all of it; null: there is no limit. */
const shareOf = (line: TrafficLine): number | null => line.trafficGb === null || line.trafficGb <= 0 ? null : billableOf(line) / (line.trafficGb * gigabyte);

const isOver = (share: number | null): boolean => share !== null && share >= 1;

const shareText = (share: number | null): string => share === null ? 'no limit' : `${Math.floor(share * 100)}%${isOver(share) ? ' over' : ''}`;

const barWidth = 10;

/** `████       41%`: as far as it is full. */
const barText = (share: number | null, {isAscii, glyphs}: Theme): string => {
	if (share === null) {
		return shareText(share);
	}

	const filled = Math.min(barWidth, Math.ceil(share * barWidth));
	return `${(isAscii ? '#' : glyphs.spark.at(-1)!).repeat(filled).padEnd(barWidth)} ${shareText(share)}`;
};

const rowOf = (line: TrafficLine): ListRow => {
	const share = shareOf(line);
	return {
		id: `t${line.vmId}`,
		words: wordsOf(line.hostname, vmName({id: line.vmId}), line.reference, line.cluster, isOver(share) ? '! over' : '', share === null ? 'no limit' : ''),
		// What has no limit stands behind what has one.
		keys: [0, share === null ? 1 : -share, line.hostname],
		about: {kind: 'traffic', line},
	};
};

const totalText = (rows: readonly TrafficLine[]): string => {
	const sum = (of: (line: TrafficLine) => number): string => formatBytes(rows.reduce((total, line) => total + of(line), 0));
	return `${sum(({bytesIn}) => bytesIn)} in, ${sum(({bytesOut}) => bytesOut)} out, ${sum(line => billableOf(line))} billable`;
};

/** What flowed through each VM in this month. */
export const trafficView: View = {
	name: 'traffic',
	key: '5',
	title: 'Traffic',
	sorts: ['most', 'fullest', 'name'],
	isSearched: false,
	isFollowed: false,
	paneFrom: 120,
	madeOf: ['vms', 'traffic', 'traffic_marks'],
	freshMs: 300_000,
	async read(app, {settings, now}) {
		const {month} = createPeriods(settings.timezone)(now / 1000);
		const {rows, total} = await app.read.listings.traffic(month, most);
		const over = summaryOf([[rows.filter(line => isOver(shareOf(line))).length, 'over']]);
		return {
			rows: await mapInSlices(rows, rowOf),
			total,
			summary: [`${month}: ${totalText(rows)}`, over].filter(Boolean).join(', '),
			readAt: now,
		};
	},
	specs,
	cellsOf(row, context) {
		const {line} = aboutOf(row, 'traffic');
		const share = shareOf(line);
		const {theme, times} = context;
		const {none} = theme.glyphs;
		return {
			id: row.id,
			flag: isOver(share) ? '!' : ' ',
			vm: line.hostname,
			ref: vmName({id: line.vmId}),
			cluster: line.cluster,
			in: formatBytes(line.bytesIn),
			out: formatBytes(line.bytesOut),
			billable: formatBytes(billableOf(line)),
			of: share === null ? none : formatBytes(line.trafficGb! * gigabyte),
			share: shareText(share),
			bar: barText(share, theme),
			isHeavy: share !== null && share >= heavyShare ? 'yes' : '',
			gaps: line.gapSeconds === 0 ? none : formatAge(line.gapSeconds * 1000),
			age: agoText(line.countedAt, context),
			asOf: line.countedAt === null ? 'never' : times.full(line.countedAt),
		};
	},
	styleOf(row, column) {
		if (column === 'share' || column === 'bar') {
			return row.flag === '!' ? 'bad' : (row.isHeavy === 'yes' ? 'warning' : 'plain');
		}

		return column === 'vm' || column === 'billable' ? 'strong' : (['ref', 'gaps', 'age', 'asOf'].includes(column) ? 'dim' : 'plain');
	},
	empty: 'no VM yet: Collect Statistics counts what flows through each',
};
