import {hasCloudInitDrive} from '../../domain/disk.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, givenUp, type Step} from '../step.js';

/** Makes a new password, which stands in the VM's row before anybody hears of it. */
export const choosePassword: Step = async (vm, context) => {
	const {place: {node, vmid}, config} = await getOwnedConfig(vm, context);
	if (!hasCloudInitDrive(config)) {
		return givenUp(`VM ${vmid} on ${vm.cluster}/${node} has no cloud-init drive: its guest would never hear of a new password`);
	}

	const password = context.createPassword();
	return done(async ({vms}) => vms.set(vm.id, {password}));
};
