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

/** Adds our stamp to what the description of a VM says that was there before us. Nothing else of it is touched, nor anything where another stamp stands. */
export const stampImport: Step = async (vm, {proxmox, installation}) => {
	const place = placeOf(vm);
	const config = await proxmox.getVmConfig(place);
	if (isStamped(vm, config, installation)) {
		return skipped('it bears our stamp already');
	}

	const present = String(config.description ?? '').trimEnd();
	if (findStamp(present)) {
		throw notOurs(vm, place, config, installation);
	}

	assertUnlocked(vm, place, config);
	const description = [present, stampOf(installation, vm)].filter(Boolean).join('\n\n');
	if (description.length > longestDescription) {
		throw rejected(vm, `the description of VM ${place.vmid} has no room for our stamp: shorten it`);
	}

	await proxmox.setVmConfig(place, {description}, config.digest);
	return done();
};
