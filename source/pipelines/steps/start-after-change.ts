import {stopReasons} from '../../domain/stop-reasons.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, type Step} from '../step.js';
import {setOnboot} from './set-onboot.js';
import {startIfItRan} from './start-vm.js';

/** Lets the VM start with its node or not, as its package now says, and starts it if it ran before. One that somebody started in the midst of the change runs with what it had before: it is started anew. */
export const startAfterChange: Step = async (vm, context) => {
	const {remote, proxmox, settings} = context;
	await setOnboot(vm, context);
	const outcome = await startIfItRan(vm, context);
	if (outcome.outcome !== 'skipped' || vm.suspended.length > 0) {
		return outcome;
	}

	const {place} = await getOwnedConfig(vm, context);
	const {status} = await proxmox.getVmStatus(place);
	if (status === 'stopped' || stopReasons(await proxmox.getActiveConfig(place), vm.package).length === 0) {
		return outcome;
	}

	const waits = await remote.run(
		{
			node: place.node, type: 'qmreboot', taskVmid: place.vmid, title: 'the reboot',
		},
		async () => proxmox.rebootVm(place, {timeoutSeconds: Math.ceil(settings.shutdownTimeoutMs / 1000)}),
	);
	return waits ?? done();
};
