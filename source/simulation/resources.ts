import {type UseOf} from './disks.js';
import {loadAt} from './traffic.js';
import {
	bootDiskSize,
	coresOf,
	counterAt,
	lockOf,
	memoryBytes,
	nameOf,
	runAt,
} from './vms.js';
import {
	seconds,
	type Host,
	type Storage,
	type Vm,
	type World,
} from './world.js';

type Row = Record<string, unknown>;

const gib = 1024 ** 3;
export const hostMemory = 64 * gib;
export const hostCores = 16;
export const hostDisk = 94 * gib;

const broadcastEvery = 10_000;
const forgottenAfter = 300_000;

/** The moment of the last broadcast of a node's daemon, older where the node is gone. */
const broadcastAt = (world: World, host: Host): number => {
	const until = host.offlineSince === undefined ? world.now : host.offlineSince - 1;
	return Math.floor(until / broadcastEvery) * broadcastEvery;
};

/** What one moment of a VM looks like in lists. */
export const vitals = (world: World, vm: Vm, atMs: number): Row => {
	const run = runAt(vm, atMs);
	const maxmem = memoryBytes(vm.config);
	return {
		status: run ? 'running' : 'stopped',
		uptime: run ? Math.floor((atMs - run.startedAt) / 1000) : 0,
		cpu: run ? loadAt(vm.flow, atMs) : 0,
		mem: run ? Math.floor(maxmem * (0.35 + (0.3 * loadAt(vm.flow, atMs)))) : 0,
		maxmem,
		disk: 0,
		maxdisk: bootDiskSize(vm.config),
		netin: counterAt(vm, 'netin', atMs),
		netout: counterAt(vm, 'netout', atMs),
		diskread: counterAt(vm, 'diskread', atMs),
		diskwrite: counterAt(vm, 'diskwrite', atMs),
		...((world.pve === '9.2') && {memhost: run ? Math.floor(maxmem * 0.7) : 0}),
	};
};

/** A VM's row of `/cluster/resources`: what was broadcast last, or nearly nothing. */
export const vmResource = (world: World, vm: Vm): Row => {
	const host = world.hosts.find(({name}) => name === vm.node)!;
	const at = broadcastAt(world, host);
	const lock = lockOf(world, vm);
	const live: Row = {
		id: `qemu/${vm.vmid}`, type: 'qemu', vmid: vm.vmid, node: vm.node,
		...(vm.pool !== undefined && {pool: vm.pool}),
		...(vm.config.tags !== undefined && {tags: vm.config.tags}),
		...(lock !== undefined && {lock}),
	};

	return at < vm.createdAt || world.now - at > forgottenAfter
		? {...live, status: 'unknown'}
		: {
			...live, ...vitals(world, vm, at), name: nameOf(vm), maxcpu: coresOf(vm.config), template: vm.config.template ?? 0,
		};
};

/** How loaded a node is, from what runs on it. */
export const hostLoad = (world: World, host: Host, atMs: number): {readonly cpu: number; readonly mem: number} => {
	let cpu = 0.01;
	let mem = 3 * gib;
	for (const vm of world.vms.values()) {
		if (runAt(vm, atMs)?.node !== host.name) {
			continue;
		}

		cpu += loadAt(vm.flow, atMs) * coresOf(vm.config) / hostCores;
		mem += memoryBytes(vm.config) * 0.7;
	}

	return {cpu: Math.min(1, cpu), mem: Math.min(hostMemory, Math.floor(mem))};
};

/** A node's row, in `/nodes` and in `/cluster/resources`. */
export const hostResource = (world: World, host: Host): Row => {
	const fixed: Row = {
		id: `node/${host.name}`, type: 'node', node: host.name, level: '', maxcpu: hostCores, maxmem: hostMemory, maxdisk: hostDisk,
	};
	return host.offlineSince === undefined
		? {
			...fixed, ...hostLoad(world, host, world.now), status: 'online', disk: 9 * gib, uptime: seconds(world.now - host.bootedAt),
		}
		: {...fixed, status: 'offline'};
};

/** A storage's row of `/cluster/resources`: one for each node. */
export const storageResource = (world: World, storage: Storage, host: Host, useOf: UseOf): Row => ({
	id: `storage/${host.name}/${storage.id}`,
	type: 'storage',
	storage: storage.id,
	node: host.name,
	plugintype: storage.type,
	content: world.random.shuffle(storage.content).join(','),
	shared: storage.isShared ? 1 : 0,
	...(host.offlineSince === undefined
		? {status: 'available', disk: useOf(storage, host.name), maxdisk: storage.total}
		: {status: 'unknown'}),
});

export const networkResource = (world: World, host: Host): Row => {
	const status = host.offlineSince === undefined ? 'ok' : 'unknown';
	return world.pve === '9.2'
		? {
			id: `network/${host.name}/zone/localnetwork`, type: 'network', 'network-type': 'zone', network: 'localnetwork', node: host.name, status,
		}
		: {
			id: `sdn/${host.name}/localnetwork`, type: 'sdn', sdn: 'localnetwork', node: host.name, status,
		};
};
