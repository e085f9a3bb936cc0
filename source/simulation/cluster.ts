import {createFaults} from './faults.js';
import {createLocks} from './locks.js';
import {createRandom} from './random.js';
import {type Task} from './task.js';
import {createTasks} from './tasks.js';
import {type PveRelease} from './verify.js';
import {
	createVm,
	emptyFirewall,
	newMac,
	newUuid,
	startVm,
	stopVm,
} from './vms.js';
import {
	isQuorate,
	seconds,
	tokenId,
	type Host,
	type Storage,
	type World,
} from './world.js';

const gib = 1024 ** 3;
const templateId = 9000;

const storages: readonly Storage[] = [
	{
		id: 'local', type: 'dir', content: ['iso', 'vztmpl'], isShared: false, path: '/var/lib/vz', total: 94 * gib, base: 9 * gib, prune: 'keep-all=1',
	},
	{
		id: 'local-lvm', type: 'lvmthin', content: ['images', 'rootdir'], isShared: false, total: 1800 * gib, base: 12 * gib, prune: 'keep-all=1',
	},
	{
		id: 'shared', type: 'dir', content: ['backup', 'images'], isShared: true, path: '/mnt/pve/shared', total: 8000 * gib, base: 40 * gib, prune: 'keep-all=1',
	},
];

export type ClusterOptions = {
	readonly seed: number;
	readonly pve: PveRelease;
	readonly nowMs: number;
	readonly onTask?: (task: Task, event: 'started' | 'finished', atMs: number) => void;
};

/** The simulated cluster: a world, and the passing of time in it. */
export type Cluster = World & {readonly advance: (nowMs: number) => void};

const addTemplate = (world: World) => {
	world.vms.set(templateId, createVm(world, templateId, 'pve1', {
		name: 'debian-12', template: 1, memory: '1024', cores: 1, sockets: 1, cpu: 'x86-64-v2-AES', ostype: 'l26', scsihw: 'virtio-scsi-single', agent: '1',
		serial0: 'socket', vga: 'serial0', boot: 'order=scsi0',
		scsi0: `local-lvm:base-${templateId}-disk-0,size=4G`, ide2: `local-lvm:vm-${templateId}-cloudinit,media=cdrom,size=4M`,
		net0: `virtio=${newMac(world.random)},bridge=vmbr0`, ipconfig0: 'ip=dhcp',
		smbios1: `uuid=${newUuid(world.random)}`, vmgenid: newUuid(world.random), meta: `creation-qemu=10.1.2,ctime=${seconds(world.now)}`,
	}));
	world.vms.get(templateId)!.firewall = emptyFirewall();
};

// A node that dies takes its tasks with it, and leaves their locks behind; one that comes back boots what is meant to boot.
const followHost = (world: World, host: Host) => {
	const isDown = world.faults.find('node-down', {node: host.name}) !== undefined;
	if (isDown && host.offlineSince === undefined) {
		host.offlineSince = world.now;
		for (const task of world.tasks.running().filter(({plan}) => plan.node === host.name)) {
			world.tasks.interrupt(task, 'unexpected status', false);
		}

		for (const vm of world.vms.values()) {
			if (vm.node === host.name) {
				stopVm(world, vm);
			}
		}
	} else if (!isDown && host.offlineSince !== undefined) {
		host.gaps.push({from: host.offlineSince, to: world.now});
		host.offlineSince = undefined;
		for (const vm of world.vms.values()) {
			if (vm.node === host.name && vm.config.onboot === 1 && vm.config.lock === undefined) {
				startVm(world, vm);
			}
		}
	}
};

/** Makes the cluster of three nodes with its template; nothing in it moves but by `advance`. */
export const createCluster = ({seed, pve, nowMs, onTask}: ClusterOptions): Cluster => {
	const random = createRandom(seed);
	const faults = createFaults();
	const locks = createLocks();
	const time = {now: nowMs};
	const tasks = createTasks({
		world: time, random, faults, locks, user: tokenId,
		isQuorate: () => isQuorate(cluster),
		onChange(task, event) {
			onTask?.(task, event, time.now);
		},
	}, now => {
		time.now = now;
	});

	const cluster: Cluster = {
		pve, random, faults, locks, tasks, storages: storages.map(storage => ({...storage})),
		bornAt: nowMs,
		get now() {
			return time.now;
		},
		hosts: [1, 2, 3].map(nodeid => ({
			name: `pve${nodeid}`, nodeid, ip: `10.99.0.${nodeid}`, bootedAt: nowMs - (nodeid * 3_600_000), gaps: [],
		})),
		vms: new Map(),
		backups: [],
		pools: new Map(),
		datacenterFirewall: {enable: 1},
		fingerprint: null,
		advance(now) {
			tasks.advance(now);
			for (const host of cluster.hosts) {
				followHost(cluster, host);
			}
		},
	};

	addTemplate(cluster);
	return cluster;
};
