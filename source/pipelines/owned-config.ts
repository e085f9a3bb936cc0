import {ClientError} from '../clients/client-error.js';
import {type VmConfig, type VmPlace} from '../clients/proxmox/proxmox.js';
import {safeText} from '../domain/safe-text.js';
import {findStamp, vmName, type Vm} from '../domain/vm.js';
import {rejected} from './task-failed.js';
import {type StepContext} from './step.js';

/** Where the VM is; it has been cloned, so it has a place. */
export const placeOf = (vm: Vm): VmPlace => {
	if (vm.node === null || vm.vmid === null) {
		throw rejected(vm, 'the VM has no place in the cluster yet, but its status says that it was cloned');
	}

	return {node: vm.node, vmid: vm.vmid};
};

/** Whether the configuration bears our stamp of this VM. */
export const isStamped = (vm: Vm, config: VmConfig, installation: string): boolean => {
	const stamp = findStamp(String(config.description ?? ''));
	return stamp?.installation === installation && stamp.vm === vmName(vm);
};

/** What is said of a VM that does not bear our stamp. */
export const notOurs = (vm: Vm, {node, vmid}: VmPlace, config: VmConfig, installation: string): ClientError => {
	const stamp = findStamp(String(config.description ?? ''));
	const whose = stamp ? `the stamp of ${stamp.installation === installation ? '' : 'another installation, '}${stamp.installation}:${stamp.vm}` : 'no stamp of ours';
	return rejected(vm, `VM ${vmid} on ${vm.cluster}/${node} bears ${whose} in its description: it is not touched`);
};

/** Throws, so that nothing of it is touched, where a VM does not bear our stamp. */
export const assertOwned = (vm: Vm, place: VmPlace, config: VmConfig, installation: string): void => {
	if (!isStamped(vm, config, installation)) {
		throw notOurs(vm, place, config, installation);
	}
};

/** Throws while Proxmox has the VM locked, which is waited for without counting attempts; where it lasts for hours, a person hears which command helps. */
export const assertUnlocked = (vm: Vm, {node}: VmPlace, {lock}: VmConfig): void => {
	if (lock !== undefined) {
		throw new ClientError(`VM is locked (${safeText(String(lock), 40)})`, {peer: vm.cluster, kind: 'locked', node});
	}
};

/** The one look before a change: the VM's configuration, known to be ours. */
export const getOwnedConfig = async (vm: Vm, {proxmox, installation}: Pick<StepContext, 'proxmox' | 'installation'>): Promise<{readonly place: VmPlace; readonly config: VmConfig}> => {
	const place = placeOf(vm);
	const config = await proxmox.getVmConfig(place);
	assertOwned(vm, place, config, installation);
	return {place, config};
};
