import {configOf, normalise} from '../config-change.js';
import {creationRules} from '../config-rules.js';
import {
	allocate,
	disksOf,
	findStorage,
	formatProperties,
	nextVolume,
	volumeName,
} from '../disks.js';
import {
	assertQuorum,
	isSet,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {storageLock, vmLock} from '../locks.js';
import {Refusal, refuse} from '../refusal.js';
import {type Task, type TaskPlan, type TaskStep} from '../task.js';
import {shortTaskMs} from '../vm-task.js';
import {
	assertUnlocked,
	configPath,
	createVm,
	emptyFirewall,
	isRunning,
	newMac,
	newUuid,
	setLock,
	startVm,
} from '../vms.js';
import {
	isQuorate,
	seconds,
	type Backup,
	type Config,
	type Vm,
	type World,
} from '../world.js';

const restoreMs = 30_000;

const newConfig = (call: Call): Vm => {
	const {world, parameters, node, vmid} = call;
	const vm = createVm(world, vmid, node, {
		lock: 'create', smbios1: `uuid=${newUuid(world.random)}`, vmgenid: newUuid(world.random), meta: `creation-qemu=10.1.2,ctime=${seconds(world.now)}`, ostype: 'other',
	});
	for (const [key, value] of Object.entries(configOf(parameters))) {
		vm.config[key] = normalise(world, vm, key, value);
	}

	return vm;
};

const create = (call: Call) => {
	const {world, parameters, node, vmid} = call;
	if (world.vms.has(vmid)) {
		refuse(`unable to create VM ${vmid}: config file already exists`);
	}

	let vm: Vm | undefined;
	return world.tasks.start({
		node, type: 'qmcreate', id: String(vmid), vmids: [vmid], durationMs: shortTaskMs, ...(parameters.storage !== undefined && {storage: parameters.storage}),
		steps: [
			{
				at: 0, run() {
					vm = newConfig(call);
					vm.pool = parameters.pool;
					world.vms.set(vmid, vm);
				},
			},
			{
				at: 1, run() {
					setLock(vm!, undefined);
					if (isSet(parameters.start)) {
						startVm(world, vm!);
					}
				},
			},
		],
		undo() {
			if (vm) {
				world.vms.delete(vmid);
			}
		},
		wrap: text => `unable to create VM ${vmid} - ${text}`,
	}).upid;
};

// The archive's configuration with volumes of its own, on the storage that was asked for or where they were.
const restoredConfig = (world: World, backup: Backup, vmid: number, parameters: Readonly<Record<string, string>>): Config => {
	const config: Config = {...backup.config, lock: 'create'};
	const taken: string[] = [];
	for (const disk of disksOf(config)) {
		if (disk.key.startsWith('unused')) {
			Reflect.deleteProperty(config, disk.key);
			continue;
		}

		const storage = findStorage(world, parameters.storage ?? disk.storage);
		const volid = disk.isCloudinit ? volumeName(storage, vmid, `vm-${vmid}-cloudinit`) : nextVolume(storage, vmid, taken);
		taken.push(volid);
		config[disk.key] = formatProperties(new Map([...disk.options, ['', volid]]));
	}

	for (const key of Object.keys(config).filter(name => /^net\d+$/.test(name) && isSet(parameters.unique))) {
		const mac = newMac(world.random);
		config[key] = String(config[key]).replace(/[\da-f]{2}(?::[\da-f]{2}){5}/i, () => mac);
	}

	return isSet(parameters.unique) ? {...config, smbios1: `uuid=${newUuid(world.random)}`, vmgenid: newUuid(world.random)} : {...config, vmgenid: newUuid(world.random)};
};

// As `ctime(3)` writes it.
const unixTime = (ctime: number) => {
	const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ctime * 1000).toUTCString())!;
	return `${weekday} ${month} ${day} ${time} ${year}`;
};

const extract = (world: World, node: string, vm: Vm, backup: Backup, task: Task) => {
	task.log.push(
		`restore vma archive: zstd -q -d -c /mnt/pve/${backup.storage}/dump/${backup.volid.split('/', 2)[1]} | vma extract -v -r /var/tmp/vzdumptmp${task.pid}.fifo - /var/tmp/vzdumptmp${task.pid}`,
		`CFG: size: ${JSON.stringify(backup.config).length} name: qemu-server.conf`,
		...disksOf(vm.config).filter(disk => !disk.isCloudinit).map((disk, index) => `DEV: dev_id=${index + 1} size: ${disk.size} devname: drive-${disk.key}`),
		`CTIME: ${unixTime(backup.ctime)}`,
	);
	for (const disk of disksOf(vm.config)) {
		allocate(world, node, findStorage(world, disk.storage), disk.volid, vm.vmid);
		task.log.push(`new volume ID is '${disk.volid}'`);
	}
};

const progress = (backup: Backup): TaskStep[] => {
	const size = disksOf(backup.config).filter(disk => !disk.isCloudinit).reduce((sum, disk) => sum + disk.size, 0);
	return Array.from({length: 20}, (_, index) => (index + 1) * 5).map(percent => ({
		at: 0.1 + (0.89 * percent / 100), run(task) {
			task.log.push(`progress ${percent}% (read ${Math.round(size * percent / 100)} bytes, duration ${Math.round(restoreMs / 1000 * percent / 100)} sec)`);
		},
	}));
};

type Restore = {readonly call: Call; readonly backup: Backup; vm?: Vm; readonly before: Vm | undefined};

const claim = (order: Restore) => {
	const {call: {world, node, vmid, parameters}, before} = order;
	if (before) {
		if (isRunning(before)) {
			throw new Error('vm is running');
		}

		assertUnlocked(world, before);
	}

	const config = restoredConfig(world, order.backup, vmid, parameters);
	const vm = before ?? createVm(world, vmid, node, config);
	// The old disks and all snapshots go first.
	Object.assign(vm, {
		config, pending: {}, snapshots: [], parent: undefined, firewall: emptyFirewall(), pool: parameters.pool ?? vm.pool,
	});
	order.vm = vm;
	world.vms.set(vmid, vm);
};

const restorePlan = (order: Restore): TaskPlan => {
	const {call, backup, before} = order;
	const {world, node, vmid, parameters} = call;
	const storage = parameters.storage ?? disksOf(backup.config).find(disk => !disk.isCloudinit)?.storage ?? 'local-lvm';
	return {
		node, type: 'qmrestore', id: String(vmid), vmids: [vmid], storage, durationMs: restoreMs,
		steps: [
			{
				at: 0, lock: vmLock(vmid), run() {
					claim(order);
				},
			},
			{
				at: 0, lock: storageLock(node, storage, findStorage(world, storage).isShared), run(task) {
					extract(world, node, order.vm!, backup, task);
				},
			},
			...progress(backup),
			{
				at: 1, run(task) {
					const vm = order.vm!;
					setLock(vm, undefined);
					for (const [key, value] of Object.entries(configOf(parameters))) {
						vm.config[key] = normalise(world, vm, key, value);
					}

					vm.firewall = structuredClone(backup.firewall);
					task.log.push('rescan volumes...');
					if (isSet(parameters.start)) {
						startVm(world, vm);
					}
				},
			},
		],
		undo() {
			// What was there before is gone: a restore in place that fails leaves a VM without its content.
			if (before && order.vm) {
				setLock(before, undefined);
			} else if (order.vm) {
				world.vms.delete(vmid);
			}
		},
		wrap: text => `unable to restore VM ${vmid} - ${text}`,
		...(before && {writes: configPath(before)}),
	};
};

const restore = (call: Call) => {
	const {world, parameters, node, vmid} = call;
	const backup = world.backups.find(({volid}) => volid === parameters.archive) ?? refuse(`volume '${parameters.archive}' does not exist`);
	if (parameters.storage !== undefined) {
		findStorage(world, parameters.storage);
	}

	const disk = Object.keys(parameters).find(name => /^(?:ide|sata|scsi|virtio)\d+$/.test(name));
	if (disk !== undefined) {
		throw new Refusal(400, 'Parameter verification failed.', {[disk]: 'option conflicts with option \'archive\''});
	}

	const before = world.vms.get(vmid);
	if (before && (!isSet(parameters.force) || before.node !== node)) {
		refuse(`unable to restore VM ${vmid} - VM ${vmid} already exists on node '${before.node}'`);
	}

	return world.tasks.start(restorePlan({call, backup, before})).upid;
};

/** New VMs, out of nothing or out of a backup. */
export const creationEndpoints: readonly Endpoint[] = [{
	method: 'POST',
	path: '/nodes/{node}/qemu',
	isForwarded: true,
	privilege: ['/vms/{vmid}', 'VM.Allocate', 'VM.Backup'],
	rules: creationRules,
	run(call) {
		assertQuorum(isQuorate(call.world));
		if (call.parameters.pool !== undefined && !call.world.pools.has(call.parameters.pool)) {
			throw new Refusal(403, `Permission check failed (pool '${call.parameters.pool}' does not exist)`);
		}

		return call.parameters.archive === undefined ? create(call) : restore(call);
	},
}];
