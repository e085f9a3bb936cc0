import {getClusterSettings} from '../cluster-settings.js';
import {assertUnlocked} from '../owned-config.js';
import {assertUnprotected, findOwnGuest, orGone} from '../own-guest.js';
import {done, skipped, type Step} from '../step.js';
import {stubborn} from './cut-off.js';
import {stopHard} from './stop-vm.js';

const hourMs = 3_600_000;

/** Destroys the VM with its disks, if it bears our stamp; only so many an hour on a cluster. One that is definitely gone is done with. */
export const destroyVm: Step = orGone(async (vm, context) => {
	const {remote, proxmox, settings} = context;
	const earlier = await remote.resume();
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const guest = await findOwnGuest(vm, context);
	if (!guest) {
		return earlier ? done() : skipped('it is not in the cluster');
	}

	const {place, config} = guest;
	assertUnlocked(vm, place, config);
	assertUnprotected(vm, guest);
	const {status} = await proxmox.getVmStatus(place);
	if (status === 'running' && earlier) {
		throw stubborn(vm, place.node);
	}

	await remote.settle();
	if (status === 'running') {
		return stopHard({...vm, node: place.node}, context);
	}

	const waits = await remote.run(
		{
			node: place.node, type: 'qmdestroy', taskVmid: place.vmid, title: 'the destroy',
			rate: {limit: getClusterSettings(settings, vm).destroysPerHour, withinMs: hourMs},
		},
		async () => proxmox.destroyVm(place),
	);
	return waits ?? destroyVm(vm, context); // It has ended: what is there now tells.
});
