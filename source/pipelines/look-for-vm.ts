import {ClientError} from '../clients/client-error.js';
import {type VmConfig} from '../clients/proxmox/proxmox.js';
import {type Vm} from '../domain/vm.js';
import {placeOf} from './owned-config.js';
import {type StepContext} from './step.js';

/** The VM's configuration; undefined where the whole cluster definitely knows no such VM. Throws `missing` where it lies on another node than we thought. */
export const lookForVm = async (vm: Vm, {proxmox}: Pick<StepContext, 'proxmox'>): Promise<VmConfig | undefined> => {
	const {node, vmid} = placeOf(vm);
	try {
		return await proxmox.getVmConfig({node, vmid});
	} catch (error) {
		if (!(error instanceof ClientError && error.kind === 'missing')) {
			throw error;
		}

		const resources = await proxmox.listResources();
		if (resources.some(resource => resource.type === 'qemu' && resource.vmid === vmid)) {
			throw error;
		}

		return undefined;
	}
};
