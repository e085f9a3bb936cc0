import {type Finding} from './incident.js';
import {createPeriods, zoneOf} from './traffic-periods.js';
import {billableBytes, gigabyte, type UsedVm} from './usage.js';
import {vmName} from './vm.js';

/** A living VM's bytes of a month. */
export type HeavyUse = {
	readonly vm: Pick<UsedVm, 'id' | 'hostname' | 'timezone' | 'package'>;
	readonly month: string;
	readonly bytesIn: number;
	readonly bytesOut: number;
};

/** From this share of a month's traffic on somebody hears of it. */
export const heavyShare = 0.8;

/** More VMs than this at the same level are one incident. */
const most = 10;

/** The months that it may be now somewhere on Earth. */
export const presentMonths = (now: number): readonly string[] => {
	const nameOf = createPeriods('UTC');
	return [...new Set([-12, 14].map(hours => nameOf((now / 1000) + (hours * 3600)).month))];
};

type Level = {readonly name: string; readonly least: number; readonly said: string};

const levels: readonly Level[] = [{name: 'traffic-100', least: 1, said: 'all'}, {name: 'traffic-80', least: heavyShare, said: '80 %'}];

const ofLevel = ({name, said}: Level, uses: readonly HeavyUse[]): readonly Finding[] => uses.length > most
	? [{
		key: `traffic:collect_statistics:${name}`, severity: 'warning', cause: `VMs have used ${said} of their traffic of ${uses[0]!.month}`, command: 'cronsole usage', affects: uses.length,
	}]
	: uses.map(({vm, month}) => ({
		key: `vm:${vm.id}:${name}`, severity: 'warning', cause: `${vm.hostname} (${vmName(vm)}) has used ${said} of its ${vm.package.trafficGb} GB of traffic of ${month}`,
		command: 'cronsole usage', affects: 1,
	}));

/** VMs that have used up their month's traffic, or will soon: each at the highest level that it reached. What it is charged by decides. */
export const findTrafficFindings = (uses: readonly HeavyUse[], settings: {readonly timezone: string}, now: number): readonly Finding[] => {
	const present = uses.filter(({vm, month}) => createPeriods(zoneOf(vm, settings))(now / 1000).month === month);
	const byLevel = Map.groupBy(present, use => {
		const share = billableBytes(use.vm.package, use) / (use.vm.package.trafficGb! * gigabyte);
		return levels.find(({least}) => share >= least);
	});
	return levels.flatMap(level => ofLevel(level, byLevel.get(level) ?? []));
};
