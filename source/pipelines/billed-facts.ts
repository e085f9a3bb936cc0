import {factsOfSite, factsOfVm, type ServiceFacts} from '../domain/billing.js';
import {type Reads} from '../store/store.js';

/** What a billing system is to know of that VM or site now; undefined: nothing yet, or it is forgotten. */
export const readFacts = async ({vmId, installId}: {readonly vmId: number | null; readonly installId: number | null}, {vms, addresses, installs}: Pick<Reads, 'vms' | 'addresses' | 'installs'>): Promise<ServiceFacts | undefined> => {
	if (vmId !== null) {
		const vm = await vms.find(vmId);
		return vm && factsOfVm(vm, await addresses.listFor(vm.id));
	}

	const install = installId === null ? undefined : await installs.find(installId);
	return install && factsOfSite(install);
};
