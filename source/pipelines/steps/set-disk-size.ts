import {type Disk, type GuestConfig} from '../../domain/disk.js';
import {type Package} from '../../domain/package.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';

/** One of a VM's disks, and what the package says of it. */
export type DiskChoice = {
	/** For people: `system disk`. */
	readonly title: string;
	readonly find: (config: GuestConfig) => Disk | undefined;
	readonly wantedGib: (wanted: Package) => number | undefined;
};

/** Makes the step that lets a disk grow to its absolute size; a disk never shrinks. */
export const createSetDiskSize = ({title, find, wantedGib}: DiskChoice): Step => async (vm, context) => {
	const {remote, proxmox, operation} = context;
	const earlier = await remote.resume();
	if (earlier) {
		return earlier.outcome === 'waiting' ? earlier : done();
	}

	const gib = wantedGib(vm.package) ?? 0;
	if (gib === 0) {
		return skipped('not in the package');
	}

	const {place, config} = await getOwnedConfig(vm, context);
	const disk = find(config);
	if (!disk) {
		throw rejected(vm, `VM ${place.vmid} on ${vm.cluster}/${place.node} has no ${title} that could be made ${gib} GiB large`);
	}

	if (disk.gib !== undefined && disk.gib >= gib) {
		const rejection = operation.kind === 'change' ? `${title.replace(' ', '_')}_shrink_rejected: ` : '';
		return skipped(disk.gib === gib ? 'no change' : `${rejection}${disk.key} has ${disk.gib} GiB already, more than ${gib}: a disk is never made smaller`);
	}

	const waits = await remote.run(
		{
			node: place.node, type: 'resize', taskVmid: place.vmid, title: `the ${title}'s resize`,
		},
		async () => proxmox.resizeDisk(place, {disk: disk.key, gib}),
	);
	return waits ?? done();
};
