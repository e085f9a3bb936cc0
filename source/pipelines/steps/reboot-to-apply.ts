import {placeOf} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {askToReboot} from './reboot-vm.js';
import {noteWasRunning, resumeAsking, stopHard} from './stop-vm.js';

/** Reboots a VM that runs, so that cloud-init applies what is new. A guest that does not go down is forced; that it runs again is the next step's affair. */
export const rebootToApply: Step = async (vm, context) => {
	const earlier = await resumeAsking(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	if (earlier) {
		return earlier.outcome === 'refused' ? stopHard(vm, context) : done();
	}

	const {status} = await context.proxmox.getVmStatus(placeOf(vm));
	await noteWasRunning(status === 'running', context);
	if (status === 'stopped') {
		return context.operation.notes.wasRunning === true ? done() : skipped('it is off: applies at its next start');
	}

	return vm.suspended.length > 0 ? skipped('suspended: applies at its next start') : askToReboot(vm, context);
};
