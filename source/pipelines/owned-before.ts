import {type VmConfig, type VmPlace} from '../clients/proxmox/proxmox.js';
import {findStamp, type Vm} from '../domain/vm.js';
import {assertOwned} from './owned-config.js';
import {type StepContext} from './step.js';

/**
 Before a call that brings an old configuration back: makes sure that the VM is ours and remembers it, because the stamp may be gone afterwards, also
 where the call fails halfway. A stamp that is somebody else's is refused, whatever was remembered.
 */
export const rememberOwned = async (vm: Vm, place: VmPlace, config: VmConfig, {operation, installation, store}: StepContext): Promise<void> => {
	const {wasOwned} = operation.notes;
	if (wasOwned === true && findStamp(String(config.description ?? '')) === undefined) {
		return;
	}

	assertOwned(vm, place, config, installation);
	if (wasOwned !== true) {
		await store.write(async ({operations}) => operations.note(operation.id, {wasOwned: true}));
	}
};
