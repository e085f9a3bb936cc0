import {ClientError} from '../../clients/client-error.js';
import {type Vm} from '../../domain/vm.js';
import {assertUnlocked} from '../owned-config.js';
import {assertUnprotected, findOwnGuest, orGone} from '../own-guest.js';
import {done, skipped, type Step} from '../step.js';
import {noteWasRunning, seenStopped, stopHard} from './stop-vm.js';

/** A VM that was stopped and runs again. */
export const stubborn = ({cluster}: Vm, node: string): ClientError =>
	new ClientError('the VM was stopped and still runs: high availability, or somebody, starts it again', {peer: cluster, kind: 'transient', node});

/** Takes the VM away from whoever uses it: it does not start with its node any more, and is turned off. Whether it ran is remembered. */
export const cutOff: Step = orGone(async (vm, context) => {
	const {remote, proxmox} = context;
	const earlier = await remote.resume();
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const guest = await findOwnGuest(vm, context);
	if (!guest) {
		return skipped('it is not in the cluster');
	}

	const {place, config} = guest;
	assertUnlocked(vm, place, config);
	const isOnboot = Number(config.onboot ?? 0) === 1;
	if (isOnboot) {
		await proxmox.setVmConfig(place, {onboot: false});
	}

	const {status} = await proxmox.getVmStatus(place);
	await noteWasRunning(status === 'running', context);
	if (status === 'running') {
		if (earlier) {
			throw stubborn(vm, place.node);
		}

		return stopHard({...vm, node: place.node}, context);
	}

	assertUnprotected(vm, guest);
	const hasChanged = isOnboot || earlier !== undefined;
	return hasChanged ? done(seenStopped(vm)) : skipped('it is off already', seenStopped(vm));
});
