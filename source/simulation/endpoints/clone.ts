import {
	allocate,
	disksOf,
	findStorage,
	formatProperties,
	humanSize,
	nextVolume,
	volumeName,
	parseProperties,
} from '../disks.js';
import {
	assertQuorum,
	isSet,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {sharedVmLock, storageLock, vmLock} from '../locks.js';
import {Refusal, refuse} from '../refusal.js';
import {
	boolean,
	format,
	integer,
	onVm,
	oneOf,
	required,
	snapshotName,
	text,
	vmid,
} from '../rules.js';
import {type Task, type TaskStep} from '../task.js';
import {shortTaskMs} from '../vm-task.js';
import {
	createVm,
	isRunning,
	isTemplate,
	newMac,
	newUuid,
	assertUnlocked,
} from '../vms.js';
import {
	isQuorate,
	seconds,
	type Config,
	type Storage,
	type Vm,
	type World,
} from '../world.js';

const fullCloneMs = 20_000;
const progressSteps = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

type Order = {
	readonly world: World;
	readonly source: Vm;
	readonly config: Config;
	readonly newid: number;
	readonly isFull: boolean;
	readonly target: string;
	readonly storage: Storage | undefined;
	readonly parameters: Readonly<Record<string, string>>;
};

const withNewMac = (world: World, value: string) => {
	const [first = 'virtio', ...rest] = value.split(',');
	return [`${first.split('=', 1)[0]}=${newMac(world.random)}`, ...rest].join(',');
};

// A network card's line with the MAC that the clone gets, a disk's with its own volume.
const clonedConfig = ({world, config, newid, isFull, storage, parameters}: Order): Config => {
	const copy: Config = {};
	const taken: string[] = [];
	for (const [key, value] of Object.entries(config)) {
		if (/^(?:template|lock|parent|unused\d+|digest)$/.test(key)) {
			continue;
		}

		copy[key] = /^net\d+$/.test(key) ? withNewMac(world, String(value)) : value;
	}

	for (const disk of disksOf(copy)) {
		const options = parseProperties(String(copy[disk.key]));
		const where = (isFull || disk.isCloudinit ? storage : undefined) ?? findStorage(world, disk.storage);
		const own = disk.isCloudinit ? volumeName(where, newid, `vm-${newid}-cloudinit`) : nextVolume(where, newid, taken);
		const isLinkedFile = !isFull && !disk.isCloudinit && where.type === 'dir';
		taken.push(own);
		options.set('', isLinkedFile ? `${disk.volid}/${own.split(':', 2)[1]}` : own);
		copy[disk.key] = formatProperties(options);
	}

	const name = parameters.name ?? `Copy-of-VM-${config.name ?? parameters.vmid}`;
	return {
		...copy,
		name,
		...(parameters.description !== undefined && {description: parameters.description}),
		smbios1: `uuid=${newUuid(world.random)}`,
		vmgenid: newUuid(world.random),
		meta: `creation-qemu=10.1.2,ctime=${seconds(world.now)}`,
		lock: 'clone',
	};
};

const announce = ({world, isFull, config}: Order, copy: Vm, task: Task) => {
	for (const disk of disksOf(config).filter(({key}) => copy.config[key] !== undefined)) {
		const volid = String(copy.config[disk.key]).split(',', 1)[0]!;
		const isWhole = isFull || disk.isCloudinit;
		task.log.push(`create ${isWhole ? 'full' : 'linked'} clone of drive ${disk.key} (${disk.volid})`);
		const storage = findStorage(world, volid.split(':', 1)[0]!);
		allocate(world, copy.node, storage, volid, copy.vmid);
		task.log.push(storage.type === 'lvmthin'
			? `  Logical volume "${volid.split(':', 2)[1]}" created.`
			: `Formatting '${storage.path}/images/${volid.split(':', 2)[1]}', fmt=qcow2 cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size=${disk.size} lazy_refcounts=off refcount_bits=16`);
	}
};

const progress = ({source, isFull, config}: Order): TaskStep[] => {
	const size = Math.max(...disksOf(config).filter(disk => !disk.isCloudinit).map(disk => disk.size), 0);
	const steps = isFull ? progressSteps : [];
	const prefix = isRunning(source) ? 'drive-scsi0: ' : '';
	return steps.map(share => ({
		at: share, run(task) {
			task.log.push(`${prefix}transferred ${humanSize(size * share)} of ${humanSize(size)} (${(share * 100).toFixed(2)}%)`);
		},
	}));
};

const plan = (order: Order) => {
	const {world, source, newid, isFull, target, parameters} = order;
	const firstDisk = disksOf(order.config).find(disk => !disk.isCloudinit);
	const storage = order.storage ?? (firstDisk && findStorage(world, firstDisk.storage));
	let copy: Vm | undefined;
	const makeTarget: TaskStep = {
		at: 0,
		// A running source is locked alone, a stopped one together with other clones of it; either waits one second.
		lock: isRunning(source) ? vmLock(source.vmid, 1000) : sharedVmLock(source.vmid, 1000),
		run(task) {
			if (world.vms.has(newid)) {
				throw new Error(`unable to create VM ${newid}: config file already exists`);
			}

			copy = createVm(world, newid, source.node, clonedConfig(order));
			copy.pool = parameters.pool;
			world.vms.set(newid, copy);
			task.log.push(`creating a clone of VM ${source.vmid} with ID ${newid}`);
		},
	};
	const allot: TaskStep = {
		at: 0,
		...(storage && {lock: storageLock(source.node, storage.id, storage.isShared)}),
		run(task) {
			announce(order, copy!, task);
		},
	};
	const finish: TaskStep = {
		at: 1,
		run() {
			delete copy!.config.lock;
			copy!.firewall = structuredClone(source.firewall);
			copy!.node = target;
		},
	};
	return {
		node: source.node,
		type: 'qmclone',
		id: String(source.vmid),
		vmids: [source.vmid, newid],
		...(storage && {storage: storage.id}),
		durationMs: isFull ? fullCloneMs : shortTaskMs,
		steps: [makeTarget, allot, ...progress(order), finish],
		undo() {
			if (copy && world.vms.get(newid) === copy) {
				world.vms.delete(newid);
			}
		},
		wrap: (cause: string) => cause.startsWith('can\'t lock file \'/var/lock/qemu') ? cause : `clone failed: ${cause}`,
	};
};

const clone = (call: Call) => {
	const {world, parameters} = call;
	const source = vmOf(call);
	const newid = Number(parameters.newid);
	assertQuorum(isQuorate(world));
	if (parameters.pool !== undefined && !world.pools.has(parameters.pool)) {
		throw new Refusal(403, `Permission check failed (pool '${parameters.pool}' does not exist)`);
	}

	const isFull = parameters.full === undefined ? !isTemplate(source) : isSet(parameters.full);
	if (!isFull && !isTemplate(source) && parameters.snapname === undefined) {
		refuse(parameters.storage === undefined ? 'Linked clone feature is not supported for drive \'scsi0\'' : 'parameter \'storage\' not allowed for linked clones');
	}

	const storage = parameters.storage === undefined ? undefined : findStorage(world, parameters.storage);
	if (storage && !isFull) {
		refuse('parameter \'storage\' not allowed for linked clones');
	}

	const target = parameters.target ?? source.node;
	if (world.hosts.every(({name}) => name !== target)) {
		refuse(`no such cluster node '${target}'`);
	}

	assertUnlocked(world, source);
	const snapshot = parameters.snapname;
	const config = snapshot === undefined ? source.config : (source.snapshots.find(({name}) => name === snapshot) ?? refuse(`snapshot '${snapshot}' does not exist`)).config;
	if (target !== source.node) {
		if (storage && !storage.isShared) {
			refuse(`can't clone to non-shared storage '${storage.id}'`);
		}

		if (disksOf(config).some(disk => !findStorage(world, disk.storage).isShared)) {
			refuse(`can't clone VM to node '${target}' (VM uses local storage)`);
		}
	}

	if (world.vms.has(newid)) {
		refuse(`unable to create VM ${newid}: config file already exists`);
	}

	return world.tasks.start(plan({
		world, source, config, newid, isFull, target, storage, parameters,
	})).upid;
};

/** Copies of a VM or a template. */
export const cloneEndpoints: readonly Endpoint[] = [{
	method: 'POST',
	path: '/nodes/{node}/qemu/{vmid}/clone',
	isForwarded: true,
	privilege: ['/vms/{vmid}', 'VM.Clone'],
	rules: {
		...onVm, newid: required(vmid), bwlimit: integer(0), description: text(), format: oneOf('raw qcow2 vmdk'), full: boolean(), name: format('dns-name'),
		pool: format('poolid'), snapname: snapshotName, storage: format('storage-id'), target: format('node'),
	},
	run: clone,
}];
