import {cpuRamChanges} from '../../domain/cpu-ram.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';

/** Applies the package's cores, sockets and memory; what it leaves out stays as it is. */
export const setCpuRam: Step = async (vm, context) => {
	const {cores, sockets, memoryMib} = vm.package;
	if (cores === undefined && sockets === undefined && memoryMib === undefined) {
		return skipped('not in the package');
	}

	const {place, config} = await getOwnedConfig(vm, context);
	const changes = cpuRamChanges(config, vm.package);
	if (Object.keys(changes).length === 0) {
		return skipped('no change');
	}

	await context.proxmox.setVmConfig(place, changes);
	return done();
};
