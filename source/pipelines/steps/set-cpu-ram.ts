import {parseProperties} from '../../domain/property-string.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';

/** Memory in MiB of `2048`, or of `current=2048`. */
const memoryOf = (value: string | number | undefined): number | undefined => {
	const properties = parseProperties(String(value ?? ''));
	const text = properties.get('') ?? properties.get('current');
	return text === undefined ? undefined : Number(text);
};

/** Applies the package's cores, sockets and memory; what it leaves out stays as it is. */
export const setCpuRam: Step = async (vm, context) => {
	const {cores, sockets, memoryMib: memory} = vm.package;
	if (cores === undefined && sockets === undefined && memory === undefined) {
		return skipped('not in the package');
	}

	const {place, config} = await getOwnedConfig(vm, context);
	const isMemorySo = memory === undefined || memoryOf(config.memory) === memory;
	const changes = {
		...(!(cores === undefined || Number(config.cores ?? 1) === cores) && {cores}),
		...(!(sockets === undefined || Number(config.sockets ?? 1) === sockets) && {sockets}),
		...(!isMemorySo && {memory}),
		// Proxmox refuses less memory than the balloon's minimum.
		...(memory !== undefined && Number(config.balloon ?? 0) > memory && {balloon: memory}),
	};
	if (Object.keys(changes).length === 0) {
		return skipped('no change');
	}

	await context.proxmox.setVmConfig(place, changes);
	return done();
};
