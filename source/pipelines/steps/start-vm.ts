import {ClientError} from '../../clients/client-error.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';

/** Starts the VM; one that runs already is fine. */
export const startVm: Step = async (vm, context) => {
	const {remote, proxmox} = context;
	try {
		const earlier = await remote.resume();
		if (earlier) {
			return earlier.outcome === 'waiting' ? earlier : done();
		}

		const {status} = await proxmox.getVmStatus(placeOf(vm));
		if (status === 'running') {
			return skipped('no change');
		}

		const {place} = await getOwnedConfig(vm, context);
		const waits = await remote.run(
			{
				node: place.node, type: 'qmstart', taskVmid: place.vmid, title: 'the start',
			},
			async () => proxmox.startVm(place),
		);
		return waits ?? done();
	} catch (error) {
		// Somebody else started it between our look and our call.
		if (error instanceof ClientError && /already running/i.test(error.message)) {
			return skipped('it was started meanwhile');
		}

		throw error;
	}
};
