import {additionalDiskKey, findBootDisk, findDisk} from '../../domain/disk.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';

/** Creates the additional disk that the package wants, once. */
export const createAdditionalDisk: Step = async (vm, context) => {
	const {additionalDiskGib: gib = 0, additionalDiskStorage} = vm.package;
	if (gib === 0) {
		return skipped('none wanted');
	}

	const {place, config} = await getOwnedConfig(vm, context);
	const key = additionalDiskKey(config);
	if (findDisk(config, key)) {
		return skipped('no change');
	}

	const storage = additionalDiskStorage ?? findBootDisk(config)?.storage;
	if (storage === undefined) {
		throw rejected(vm, `no storage is known for the additional disk of VM ${place.vmid}: name additionalDiskStorage in the package`);
	}

	// The digest keeps a late copy of this call from making a second disk.
	await context.proxmox.setVmConfig(place, {[key]: `${storage}:${gib}`}, config.digest);
	return done();
};
