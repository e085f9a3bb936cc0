import {findStamp, stampOf} from '../../domain/vm.js';
import {
	assertUnlocked,
	isStamped,
	notOurs,
	placeOf,
} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';

/** Proxmox takes no more. */
const longestDescription = 8192;

/**
 Stamps a VM that is ours though its configuration may not say so, as after an old one came back; the rest of its description stays. Another
 stamp is somebody else's, and the VM is not touched.
 */
export const setStamp: Step = async (vm, {proxmox, installation}) => {
	const place = placeOf(vm);
	const config = await proxmox.getVmConfig(place);
	if (isStamped(vm, config, installation)) {
		return skipped('no change');
	}

	const present = String(config.description ?? '').trim();
	if (findStamp(present)) {
		throw notOurs(vm, place, config, installation);
	}

	assertUnlocked(vm, place, config);
	const stamp = stampOf(installation, vm);
	const description = present === '' ? stamp : `${present}\n\n${stamp}`;
	if (description.length > longestDescription) {
		throw rejected(vm, `the description of VM ${place.vmid} has no room for our stamp: shorten it`);
	}

	await proxmox.setVmConfig(place, {description}, config.digest);
	return done();
};
