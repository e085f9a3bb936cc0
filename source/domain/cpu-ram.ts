import {type GuestConfig} from './disk.js';
import {memoryMibOf} from './guest-memory.js';
import {type Package} from './package.js';

/** What of cores, sockets and memory is to change in a configuration; what the package leaves out stays as it is. */
export const cpuRamChanges = (config: GuestConfig, {cores, sockets, memoryMib: memory}: Package): Readonly<Record<string, number>> => ({
	...(!(cores === undefined || Number(config.cores ?? 1) === cores) && {cores}),
	...(!(sockets === undefined || Number(config.sockets ?? 1) === sockets) && {sockets}),
	...(!(memory === undefined || memoryMibOf(config) === memory) && {memory}),
	// Proxmox refuses less memory than the balloon's minimum.
	...(memory !== undefined && Number(config.balloon ?? 0) > memory && {balloon: memory}),
});
