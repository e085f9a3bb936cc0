import {type Package} from '../../domain/package.js';

const sizeOfMemory = (mib: number): string => mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`;

const counted = (count: number, one: string): string => `${count} ${count === 1 || one.startsWith('IP') ? one : `${one}s`}`;

/** What is left out is as it is on the VM. */
const part = (value: number | undefined, write: (value: number) => string): readonly string[] => value === undefined ? [] : [write(value)];

/** A package with its numbers: `2 cores, 4 GiB, 40 GiB disk, 100 Mbit/s`. */
export const packageText = ({
	cores, sockets, memoryMib, diskGib, additionalDiskGib, networkMbps, ipv4, ipv6, snapshots, backups, trafficGb,
}: Package): string => [
	...part(sockets, value => counted(value, 'socket')),
	...part(cores, value => counted(value, 'core')),
	...part(memoryMib, sizeOfMemory),
	...part(diskGib, value => `${value} GiB disk`),
	...part(additionalDiskGib, value => `${value} GiB second disk`),
	...part(networkMbps, value => value === 0 ? 'network without a limit' : `${value} Mbit/s`),
	...part(ipv4, value => counted(value, 'IPv4')),
	...part(ipv6, value => counted(value, 'IPv6')),
	...part(trafficGb, value => value === 0 ? 'traffic without a limit' : `${value} GB traffic`),
	...part(backups, value => counted(value, 'backup')),
	...part(snapshots, value => counted(value, 'snapshot')),
].join(', ');
