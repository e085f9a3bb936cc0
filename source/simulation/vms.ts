import {createHash} from 'node:crypto';
import {disksOf} from './disks.js';
import {type Random} from './random.js';
import {refuse} from './refusal.js';
import {bytesBetween, type Counter} from './traffic.js';
import {
	type Config,
	type Firewall,
	type Run,
	type Vm,
	type World,
} from './world.js';

/** A MAC address of Proxmox's own range. */
export const newMac = (random: Random): string => `BC:24:11:${random.hex(6).toUpperCase().match(/../g)!.join(':')}`;

export const newUuid = (random: Random): string => [8, 4, 4, 4, 12].map(length => random.hex(length)).join('-');

export const emptyFirewall = (): Firewall => ({options: {}, ipsets: [], rules: []});

/** A VM on a node, stopped, with its own traffic. */
export const createVm = (world: Pick<World, 'now' | 'random'>, vmid: number, node: string, config: Config): Vm => {
	const weight = 0.2 + (2 * world.random.next());
	return {
		vmid,
		node,
		moves: [],
		createdAt: world.now,
		config,
		pending: {},
		runs: [],
		isPaused: false,
		snapshots: [],
		firewall: emptyFirewall(),
		flow: {
			netin: 40_000 * weight, netout: 90_000 * weight, diskread: 30_000 * weight, diskwrite: 60_000 * weight, phase: 6.28 * world.random.next(),
		},
	};
};

/** The VM of a node; another node's is as unknown as none. */
export const findVm = (world: World, node: string, vmid: number): Vm => {
	const vm = world.vms.get(vmid);
	return vm?.node === node ? vm : refuse(`Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`);
};

const currentRun = (vm: Vm): Run | undefined => {
	const last = vm.runs.at(-1);
	return last && last.endedAt === undefined ? last : undefined;
};

export const isRunning = (vm: Vm): boolean => currentRun(vm) !== undefined;

/** The run that was on at a moment. */
export const runAt = (vm: Vm, atMs: number): Run | undefined => vm.runs.findLast(run => run.startedAt <= atMs && (run.endedAt ?? Infinity) > atMs);

export const isTemplate = (vm: Vm): boolean => vm.config.template === 1;

export const startVm = (world: World, vm: Vm): void => {
	applyPending(vm);
	vm.isPaused = false;
	vm.runs.push({node: vm.node, startedAt: world.now});
};

export const stopVm = (world: World, vm: Vm): void => {
	const run = currentRun(vm);
	if (run) {
		run.endedAt = world.now;
	}

	vm.isPaused = false;
	applyPending(vm);
};

/** Takes a VM to another node; its graphs know where it was. */
export const moveVm = (world: World, vm: Vm, node: string): void => {
	vm.moves.push({node: vm.node, until: world.now});
	vm.node = node;
};

/** A new QEMU process: counters and uptime begin anew. */
export const restartVm = (world: World, vm: Vm): void => {
	stopVm(world, vm);
	startVm(world, vm);
};

const applyPending = (vm: Vm): void => {
	for (const [key, value] of Object.entries(vm.pending)) {
		if (value === null) {
			Reflect.deleteProperty(vm.config, key);
		} else {
			vm.config[key] = value;
		}
	}

	vm.pending = {};
};

/** Configuration with what is pending in it. */
export const mergedConfig = (vm: Vm): Config => {
	const merged = {...vm.config};
	for (const [key, value] of Object.entries(vm.pending)) {
		if (value === null) {
			Reflect.deleteProperty(merged, key);
		} else {
			merged[key] = value;
		}
	}

	return merged;
};

const section = (config: Readonly<Record<string, string | number | null>>) =>
	Object.keys(config).toSorted().map(key => `${key}: ${config[key] ?? ''}\n`).join('');

export const sha1 = (content: string): string => createHash('sha1').update(content).digest('hex');

/** The digest of a VM's whole configuration file. */
export const digestOf = (vm: Vm): string => sha1([
	section(vm.config), section(vm.pending), vm.parent ?? '', ...vm.snapshots.map(({name, snaptime, config, description}) => `[${name}]${snaptime}${description ?? ''}${section(config)}`),
].join('\n'));

/** The lock in a VM's configuration, simulated ones too. */
export const lockOf = (world: World, vm: Vm): string | undefined => {
	const fault = world.faults.find('locked', {vmids: [vm.vmid], node: vm.node});
	return fault ? fault.text ?? 'backup' : vm.config.lock?.toString();
};

/** Throws what a locked VM says. */
export const assertUnlocked = (world: World, vm: Vm): void => {
	const lock = lockOf(world, vm);
	if (lock !== undefined) {
		refuse(`VM is locked (${lock})`);
	}
};

export const setLock = (vm: Vm, lock: string | undefined): void => {
	if (lock === undefined) {
		delete vm.config.lock;
	} else {
		vm.config.lock = lock;
	}
};

/** What a counter of the QEMU process shows: it begins with the process. */
export const counterAt = (vm: Vm, counter: Counter, atMs: number): number => {
	const run = runAt(vm, atMs);
	return run ? Math.floor(bytesBetween(vm.flow, counter, run.startedAt, atMs)) : 0;
};

/** Everything that ever flowed, over all processes. */
export const totalBytes = (vm: Vm, counter: Counter, fromMs: number, toMs: number): number => vm.runs.reduce(
	(sum, run) => sum + bytesBetween(vm.flow, counter, Math.max(run.startedAt, fromMs), Math.min(run.endedAt ?? toMs, toMs)), 0,
);

const mebibyte = 1_048_576;

export const memoryBytes = (config: Config): number => Number(String(config.memory ?? 512).replace('current=', '')) * mebibyte;

export const coresOf = (config: Config): number => Number(config.cores ?? 1) * Number(config.sockets ?? 1);

/** The size of the disk that it boots from. */
export const bootDiskSize = (config: Config): number => {
	const disks = disksOf(config).filter(disk => !disk.isCdrom && !disk.isCloudinit && !disk.key.startsWith('unused'));
	const first = /order=([a-z]+\d+)/.exec(String(config.boot ?? ''))?.[1];
	return (disks.find(disk => disk.key === first) ?? disks[0])?.size ?? 0;
};

export const nameOf = (vm: Vm): string => String(vm.config.name ?? `VM${vm.vmid}`);

/** Where its configuration file lies. */
export const configPath = (vm: Pick<Vm, 'node' | 'vmid'>): string => `/etc/pve/nodes/${vm.node}/qemu-server/${vm.vmid}.conf`;
