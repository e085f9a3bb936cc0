import {ClientError} from '../../clients/client-error.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Alongside,
	type Outcome,
	type Step,
} from '../step.js';

/** What was seen of the guest, with the step's end. */
export const seenRunning = ({id}: Vm): Alongside => async ({vms}) => vms.set(id, {remoteStatus: 'running'});

/** Makes the step that starts a VM, one that runs already being fine; a suspended one is for `ifSuspended` to answer. */
export const createStartVm = (ifSuspended: (vm: Vm) => Outcome): Step => async (vm, context) => {
	const {remote, proxmox} = context;
	try {
		const earlier = await remote.resume();
		if (earlier) {
			return earlier.outcome === 'waiting' ? earlier : done(seenRunning(vm));
		}

		if (vm.suspended.length > 0) {
			return ifSuspended(vm);
		}

		const {status} = await proxmox.getVmStatus(placeOf(vm));
		if (status === 'running') {
			return skipped('no change', seenRunning(vm));
		}

		const {place} = await getOwnedConfig(vm, context);
		const waits = await remote.run(
			{
				node: place.node, type: 'qmstart', taskVmid: place.vmid, title: 'the start',
			},
			async () => proxmox.startVm(place),
		);
		return waits ?? done(seenRunning(vm));
	} catch (error) {
		// Somebody else started it between our look and our call.
		if (error instanceof ClientError && /already running/i.test(error.message)) {
			return skipped('it was started meanwhile', seenRunning(vm));
		}

		throw error;
	}
};

/** Starts the VM, or where it is suspended has the end of the suspension start it. */
export const startVm: Step = createStartVm(({id}) => skipped('suspended', async ({vms}) => vms.set(id, {resumes: true})));

/** Starts the VM again, unless it was off before the operation. */
export const startIfItRan: Step = async (vm, context) => context.operation.notes.wasRunning === false ? skipped('it was off before') : startVm(vm, context);
