import {type App} from '../../app.js';
import {formatBytes} from '../../domain/bytes.js';
import {createLocalClock} from '../../domain/local-time.js';
import {type TrafficMark, type TrafficRow} from '../../domain/traffic.js';
import {zoneOf} from '../../domain/traffic-periods.js';
import {billableBytes, gigabyte} from '../../domain/usage.js';
import {type Vm} from '../../domain/vm.js';

/** A VM's traffic in the month that it is now where it counts (of a removed one: the month of its end). */
export type MonthTraffic = {
	readonly month: string;
	readonly zone: string;
	/** Days of the month. */
	readonly days: number;
	/** What it is charged by. */
	readonly bytes: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly estimatedBytes: number;
	readonly gapSeconds: number;
	/** Null: none. */
	readonly limit: number | null;
	/** Up to where it is counted, in wall ms; null: nothing ever was. */
	readonly asOf: number | null;
	/** By the VM's calendar, of `asOf`; null: nothing was counted in this month. */
	readonly countedDate: string | null;
	/** What it will be at the end of the month if it goes on like that; null: too little is known. */
	readonly projected: number | null;
};

const daysOf = (month: string): number => {
	const [year, number] = month.split('-').map(Number);
	return new Date(Date.UTC(year!, number, 0)).getUTCDate();
};

const dayMinutes = 1440;
const daySeconds = 86_400;

const none = {
	bytesIn: 0, bytesOut: 0, estimatedBytes: 0, gapSeconds: 0,
} as const;

/** The least that is worth going by. */
const leastSeconds = daySeconds;

type CountedVm = Pick<Vm, 'package' | 'timezone' | 'createdAt' | 'removedAt'>;

/** Puts together what is known of the present month; `row` is the month's. */
const monthTraffic = (vm: CountedVm, {row, mark, settings, now}: {
	readonly row: TrafficRow | undefined;
	readonly mark: TrafficMark | undefined;
	readonly settings: {readonly timezone: string};
	readonly now: number;
}): MonthTraffic => {
	const zone = zoneOf(vm, settings);
	const local = createLocalClock(zone);
	const month = local(vm.removedAt ?? now).date.slice(0, 7);
	const days = daysOf(month);
	const asOf = mark ? mark.watermark * 1000 : null;
	const secondsInto = (at: number): number => {
		const {date, minutes} = local(at);
		return date.slice(0, 7) < month ? 0 : ((Number(date.slice(8)) - 1) * daySeconds) + (minutes / dayMinutes * daySeconds);
	};

	const counted = asOf !== null && local(asOf).date.slice(0, 7) === month ? asOf : null;
	const sums = row ?? none;
	const bytes = billableBytes(vm.package, sums);
	const known = counted === null ? 0 : secondsInto(counted) - secondsInto(vm.createdAt) - sums.gapSeconds;
	const {trafficGb = 0} = vm.package;
	return {
		month, zone, days, bytes,
		bytesIn: sums.bytesIn, bytesOut: sums.bytesOut, estimatedBytes: sums.estimatedBytes, gapSeconds: sums.gapSeconds,
		limit: trafficGb > 0 ? trafficGb * gigabyte : null,
		asOf,
		countedDate: counted === null ? null : local(counted).date,
		projected: counted === null || known < leastSeconds || vm.removedAt !== null ? null : Math.round(bytes + (bytes / known * ((days * daySeconds) - secondsInto(counted)))),
	};
};

/** Reads what `monthTraffic` is made of. */
export const readMonthTraffic = async ({read: {traffic}, settings}: Pick<App, 'read' | 'settings'>, vm: Vm, now: number): Promise<MonthTraffic> => {
	const empty = monthTraffic(vm, {
		row: undefined, mark: undefined, settings: settings(), now,
	});
	const [rows, mark] = await Promise.all([traffic.list({
		unit: 'month', from: empty.month, to: `${empty.month}-`, vmId: vm.id,
	}), traffic.findMark(vm.id)]);
	return monthTraffic(vm, {
		row: rows[0], mark, settings: settings(), now,
	});
};

const modes = {out: 'what went out', sum: 'in and out', max: 'the larger of in and out'} as const;

/** What of its traffic a VM is charged by, in words. */
export const modeText = ({package: {traffic}}: Pick<Vm, 'package'>): string => modes[traffic?.count ?? 'sum'];

export const shareText = (bytes: number, limit: number): string => `${Math.floor(bytes / limit * 100)}%`;

/** `412 GB of 1 TB (41%)`. */
export const usedText = ({bytes, limit}: Pick<MonthTraffic, 'bytes' | 'limit'>): string =>
	limit === null ? `${formatBytes(bytes)}, no limit` : `${formatBytes(bytes)} of ${formatBytes(limit)} (${shareText(bytes, limit)})`;
