import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';

/** Whether the VM is to start with its node: never while it is suspended. */
export const isOnbootWanted = (vm: Pick<Vm, 'suspended' | 'package'>): boolean => vm.suspended.length === 0 && vm.package.onboot !== false;

/** Has the VM start with its node, or not, as its row says. */
export const setOnboot: Step = async (vm, context) => {
	const wanted = isOnbootWanted(vm);
	const {place, config} = await getOwnedConfig(vm, context);
	if (Number(config.onboot ?? 0) === Number(wanted)) {
		return skipped('no change');
	}

	await context.proxmox.setVmConfig(place, {onboot: wanted});
	return done();
};
