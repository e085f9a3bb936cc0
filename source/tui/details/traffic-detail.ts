import {type App} from '../../app.js';
import {formatBytes} from '../../domain/bytes.js';
import {formatAge} from '../../domain/duration.js';
import {type TrafficRow} from '../../domain/traffic.js';
import {billableBytes} from '../../domain/usage.js';
import {type Vm} from '../../domain/vm.js';
import {type Piece} from '../text.js';
import {
	factLines,
	headingLines,
	roomOf,
	textLines,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {graphLines, type GraphDay} from './graph-lines.js';
import {
	modeText,
	readMonthTraffic,
	shareText,
	usedText,
	type MonthTraffic,
} from './month-traffic.js';

/** Less than that without samples is not worth a mark. */
const leastGapSeconds = 3600;

const graphRows = 8;

/** A day's part of what the month is charged by: days add up to the month. */
const partOf = ({package: {traffic}}: Pick<Vm, 'package'>, month: MonthTraffic) => (row: TrafficRow): number => {
	const count = traffic?.count === 'max' ? (month.bytesIn > month.bytesOut ? 'in' : 'out') : traffic?.count;
	return count === 'in' ? row.bytesIn : billableBytes({traffic: {count: count ?? 'sum'}}, row);
};

/** The days of the month: `begun` is the first one that was counted at all. */
const graphDays = (vm: Pick<Vm, 'package'>, month: MonthTraffic, rows: readonly TrafficRow[], begun: string): readonly GraphDay[] => {
	const rowOf = new Map(rows.map(row => [row.start, row]));
	const bytesOf = partOf(vm, month);
	return Array.from({length: month.days}, (_, index): GraphDay => {
		const date = `${month.month}-${String(index + 1).padStart(2, '0')}`;
		const row = rowOf.get(date);
		if (row) {
			return {bytes: bytesOf(row), hasGap: row.gapSeconds >= leastGapSeconds};
		}

		// Within what was counted a day without a row is one of which nothing is known.
		return month.countedDate !== null && begun <= date && date < month.countedDate ? {bytes: 0, hasGap: true} : {bytes: null, hasGap: false};
	});
};

const projectionLines = ({projected, limit}: MonthTraffic, context: DetailContext): DetailLines => {
	if (projected === null) {
		return [];
	}

	const isOver = limit !== null && projected > limit;
	return factLines(context, 'month\'s end', `about ${formatBytes(projected)} if it goes on like this${limit === null ? '' : `, ${shareText(projected, limit)} of the limit`}`, isOver ? 'warning' : 'plain');
};

const standing = ({bytes, limit}: MonthTraffic): 'bad' | 'warning' | 'plain' => limit === null || bytes < 0.8 * limit ? 'plain' : (bytes < limit ? 'warning' : 'bad');

const factsOf = (vm: Vm, month: MonthTraffic, context: DetailContext): DetailLines => {
	const {bytesIn, bytesOut, estimatedBytes, gapSeconds, asOf, zone} = month;
	return [
		...factLines(context, 'vm', `v${vm.id}, order ${vm.reference}${vm.status === 'removed' ? ', removed' : ''}`),
		...factLines(context, 'used', `${usedText(month)}: ${modeText(vm)}`, standing(month)),
		...factLines(context, 'in, out', `${formatBytes(bytesIn)} in, ${formatBytes(bytesOut)} out`),
		...projectionLines(month, context),
		...factLines(context, 'counted', asOf === null ? 'never yet: Collect Statistics does it' : `up to ${context.times.full(asOf)} (${formatAge(context.now - asOf)} ago), days of ${zone}`),
		...factLines(context, 'estimated', estimatedBytes > 0 ? `${formatBytes(estimatedBytes)} of it, from samples coarser than a minute` : null),
		...factLines(context, 'gaps', gapSeconds > 0 ? `${formatAge(gapSeconds * 1000)} without samples: it is at least that much` : null, 'warning'),
	];
};

const graphOf = (month: MonthTraffic, days: readonly GraphDay[], context: DetailContext): DetailLines => {
	if (days.every(({bytes}) => bytes === null)) {
		return textLines(context, 'nothing was counted in this month', 'dim');
	}

	const line = month.limit === null ? null : month.limit / month.days;
	return [
		...graphLines(context.theme, days, {columns: roomOf(context), rows: graphRows, line}),
		...line === null ? [] : textLines(context, `${formatBytes(line)} a day would use up the ${formatBytes(month.limit!)} of the month`, 'dim'),
		...days.some(({hasGap}) => hasGap) ? textLines(context, '? no samples for an hour or more of that day', 'dim') : [],
	];
};

const wide = 62;

const monthLine = (vm: Vm, row: TrafficRow, limit: number | null, context: DetailContext): readonly Piece[] => {
	const bytes = billableBytes(vm.package, row);
	return [
		['dim', `  ${row.start}  `],
		['plain', formatBytes(bytes).padStart(8)],
		['plain', (limit === null ? '' : shareText(bytes, limit)).padStart(6)],
		['dim', roomOf(context) < wide ? '' : `  ${formatBytes(row.bytesIn).padStart(8)} in ${formatBytes(row.bytesOut).padStart(8)} out`],
		['dim', row.gapSeconds >= leastGapSeconds ? `  ${formatAge(row.gapSeconds * 1000)} unknown` : ''],
	];
};

const shownMonths = 12;

const yearBefore = (month: string): string => `${Number(month.slice(0, 4)) - 1}${month.slice(4)}`;

/** What a VM moved: this month day by day, how it will end, and the months before. */
export const readTrafficDetail = async (app: App, vmId: number, context: DetailContext): Promise<Detail> => {
	const vm = await app.read.vms.find(vmId);
	if (!vm) {
		return {title: `traffic of v${vmId}`, lines: [[['bad', '  there is no such VM']]]};
	}

	const month = await readMonthTraffic(app, vm, context.now);
	const {traffic} = app.read;
	const [dayRows, before] = await Promise.all([
		traffic.list({
			unit: 'day', from: `${month.month}-01`, to: `${month.month}-32`, vmId,
		}),
		traffic.list({
			unit: 'month', from: yearBefore(month.month), to: month.month, vmId,
		}),
	]);
	const begun = before.length > 0 ? '' : dayRows[0]?.start ?? '9';
	return {
		title: `${vm.hostname}: traffic of ${month.month}`,
		lines: [
			[],
			...factsOf(vm, month, context),
			...headingLines(`Bytes a day: ${modeText(vm)}`),
			...graphOf(month, graphDays(vm, month, dayRows, begun), context),
			...before.length === 0 ? [] : headingLines('Months before'),
			...before.toReversed().slice(0, shownMonths).map(row => monthLine(vm, row, month.limit, context)),
		],
	};
};
