import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, type Step, type StepContext} from '../step.js';

/** The chosen password; one that was erased with an earlier mail is replaced, and saved before it is told. */
const getPassword = async (vm: Vm, {store, createPassword}: StepContext): Promise<string> => {
	if (vm.password !== null) {
		return vm.password;
	}

	const password = createPassword();
	await store.write(async ({vms}) => vms.set(vm.id, {password}));
	return password;
};

/** Writes the VM's password for cloud-init, always: Proxmox never reads one back. */
export const writePassword: Step = async (vm, context) => {
	const {place} = await getOwnedConfig(vm, context);
	const cipassword = await getPassword(vm, context);
	await context.proxmox.setVmConfig(place, {cipassword});
	await context.proxmox.renewCloudInit(place);
	return done();
};
