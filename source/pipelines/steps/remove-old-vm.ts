import {type VmPlace} from '../../clients/proxmox/proxmox.js';
import {type Vm} from '../../domain/vm.js';
import {assertUnlocked} from '../owned-config.js';
import {assertUnprotected, findOwnGuest, orGone} from '../own-guest.js';
import {
	done,
	type Alongside,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {countFinalTraffic} from './count-final-traffic.js';
import {stubborn} from './cut-off.js';
import {destroyVm} from './destroy-vm.js';

/** The guest is asked first: its disks are about to go, but its programs may have something to finish elsewhere. */
const askGuest = async (place: VmPlace, {proxmox, remote, settings}: StepContext): Promise<Outcome | undefined> => remote.run(
	{
		node: place.node, type: 'qmshutdown', taskVmid: place.vmid, title: 'the shutdown',
	},
	async () => proxmox.shutdownVm(place, {timeoutSeconds: Math.ceil(settings.shutdownTimeoutMs / 1000), isForced: true}),
);

/** Turns it off; undefined: it is off, or not there. */
const turnOff = async (vm: Vm, context: StepContext): Promise<Outcome | undefined> => {
	const {remote, proxmox} = context;
	const earlier = await remote.resume();
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const guest = await findOwnGuest(vm, context);
	if (!guest) {
		return undefined;
	}

	assertUnlocked(vm, guest.place, guest.config);
	assertUnprotected(vm, guest);
	const {status} = await proxmox.getVmStatus(guest.place);
	if (status === 'stopped') {
		await countFinalTraffic({...vm, node: guest.place.node}, context);
		return undefined;
	}

	if (earlier) {
		throw stubborn(vm, guest.place.node);
	}

	return askGuest(guest.place, context);
};

/** A VM without keys gets a new password, as nobody knows the old one any more. */
const forget = (vm: Vm, {operation, createPassword}: StepContext): Alongside => async ({vms, snapshots, operations}) => {
	await vms.set(vm.id, {node: null, remoteStatus: 'unknown', ...(vm.sshKeys.length === 0 && {password: createPassword()})});
	await snapshots.sync(vm.id, []);
	await operations.note(operation.id, {isRemoved: true});
};

/**
 Removes the VM that is to be installed anew, with its disks and snapshots; backups, addresses, VMID and MAC stay. Only one that bears our stamp is touched,
 and it is gone only once that is proven.
 */
export const removeOldVm: Step = orGone(async (vm, context) => {
	const outcome = await turnOff(vm, context) ?? await destroyVm(vm, context);
	return outcome.outcome === 'waiting' ? outcome : done(forget(vm, context));
});
