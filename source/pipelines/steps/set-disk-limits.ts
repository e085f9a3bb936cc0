import {type Disk, type GuestConfig} from '../../domain/disk.js';
import {type Package} from '../../domain/package.js';
import {formatProperties, isSameProperties, withProperties} from '../../domain/property-string.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';

/** Megabyte/s and operations/s of a disk; absent is left alone, 0 is no limit. */
export type DiskLimits = {
	readonly mbps_rd?: number;
	readonly mbps_wr?: number;
	readonly iops_rd?: number;
	readonly iops_wr?: number;
};

/** One of a VM's disks, and the limits that the package sets for it. */
export type LimitsChoice = {
	readonly title: string;
	readonly find: (config: GuestConfig) => Disk | undefined;
	readonly limits: (wanted: Package) => DiskLimits;
	/** Whether the package wants no such disk at all. */
	readonly isUnwanted?: (wanted: Package) => boolean;
};

/** Limits for both directions together exclude those for one. */
const totals = ['mbps', 'iops'] as const;

/** Makes the step that sets a disk's limits and keeps everything else of it. */
export const createSetDiskLimits = ({title, find, limits, isUnwanted}: LimitsChoice): Step => async (vm, context) => {
	const wanted = Object.entries(limits(vm.package)).filter(([, value]) => value !== undefined);
	if (wanted.length === 0 || isUnwanted?.(vm.package)) {
		return skipped('not in the package');
	}

	const {place, config} = await getOwnedConfig(vm, context);
	const disk = find(config);
	if (!disk) {
		throw rejected(vm, `VM ${place.vmid} on ${vm.cluster}/${place.node} has no ${title} whose limits could be set`);
	}

	const replaced = totals.filter(total => wanted.some(([name, value]) => name.startsWith(total) && value !== 0));
	const properties = withProperties(disk.properties, Object.fromEntries([
		...replaced.map(total => [total, undefined] as const),
		...wanted.map(([name, value]) => [name, value === 0 ? undefined : value] as const),
	]));
	if (isSameProperties(properties, disk.properties)) {
		return skipped('no change');
	}

	await context.proxmox.setVmConfig(place, {[disk.key]: formatProperties(properties)}, config.digest);
	return done();
};
