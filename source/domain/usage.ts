import {type TrafficMark, type TrafficRow} from './traffic.js';
import {createPeriods, zoneOf} from './traffic-periods.js';
import {type Package} from './package.js';
import {type Vm} from './vm.js';

/** GB as they are sold: 10⁹ bytes. */
export const gigabyte = 1_000_000_000;

type CountMode = NonNullable<Package['traffic']>['count'];

/** What a customer pays for: what went out, the larger of both directions, or, where the package does not say, their sum. */
export const billableBytes = ({traffic}: Pick<Package, 'traffic'>, {bytesIn, bytesOut}: Pick<TrafficRow, 'bytesIn' | 'bytesOut'>): number => {
	const amounts: Readonly<Record<CountMode, number>> = {out: bytesOut, sum: bytesIn + bytesOut, max: Math.max(bytesIn, bytesOut)};
	return amounts[traffic?.count ?? 'sum'];
};

/** What of a VM its usage is made of. */
export type UsedVm = Pick<Vm, 'id' | 'reference' | 'hostname' | 'timezone' | 'package' | 'createdAt' | 'removedAt'>;

/** A VM's traffic in one month of its zone. */
export type Usage = {
	readonly vm: UsedVm;
	readonly month: string;
	readonly zone: string;
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly billable: number;
	readonly estimatedBytes: number;
	/** Seconds of the month without a sample. */
	readonly gapSeconds: number;
	/** Up to where it is counted, in wall ms; null: nothing ever was. */
	readonly asOf: number | null;
	/** Nothing more will come: the month is over, and it was counted to its end, or to the VM's. */
	readonly isComplete: boolean;
};

type MonthOf = (at: number) => string;

const lived = ({createdAt, removedAt}: UsedVm, month: string, now: number, monthOf: MonthOf): boolean =>
	monthOf(createdAt / 1000) <= month && month <= monthOf((removedAt ?? now) / 1000);

/** The traffic of every VM that lived in a month or has bytes in it, removed ones too; `rows` are the month's. */
export const findUsage = ({vms, rows, marks, month, settings, now}: {
	readonly vms: readonly UsedVm[];
	readonly rows: readonly TrafficRow[];
	readonly marks: readonly TrafficMark[];
	readonly month: string;
	readonly settings: {readonly timezone: string};
	readonly now: number;
}): readonly Usage[] => {
	const periods = new Map<string, ReturnType<typeof createPeriods>>();
	const monthIn = (zone: string): MonthOf => {
		const nameOf = periods.get(zone) ?? createPeriods(zone);
		periods.set(zone, nameOf);
		return at => nameOf(at).month;
	};

	const rowOf = new Map(rows.map(row => [row.vmId, row]));
	const markOf = new Map(marks.map(({vmId, watermark}) => [vmId, watermark]));
	return vms.flatMap((vm): readonly Usage[] => {
		const zone = zoneOf(vm, settings);
		const monthOf = monthIn(zone);
		const row = rowOf.get(vm.id);
		if (!row && !lived(vm, month, now, monthOf)) {
			return [];
		}

		const watermark = markOf.get(vm.id);
		const isAtEnd = vm.removedAt !== null || (watermark !== undefined && monthOf(watermark) > month);
		const {bytesIn, bytesOut, estimatedBytes, gapSeconds} = row ?? {
			bytesIn: 0, bytesOut: 0, estimatedBytes: 0, gapSeconds: 0,
		};
		return [{
			vm, month, zone, bytesIn, bytesOut, estimatedBytes, gapSeconds, billable: billableBytes(vm.package, {bytesIn, bytesOut}),
			asOf: watermark === undefined ? null : watermark * 1000,
			isComplete: monthOf(now / 1000) > month && isAtEnd,
		}];
	});
};
