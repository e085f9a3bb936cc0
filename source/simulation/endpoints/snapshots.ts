import {allocate, disksOf, findStorage} from '../disks.js';
import {
	isSet,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse} from '../refusal.js';
import {
	boolean,
	onVm,
	required,
	snapshotName,
	text,
} from '../rules.js';
import {type TaskStep} from '../task.js';
import {startVmTask} from '../vm-task.js';
import {shown} from '../config-change.js';
import {
	assertUnlocked,
	configPath,
	digestOf,
	isRunning,
	newUuid,
	setLock,
	startVm,
	stopVm,
} from '../vms.js';
import {
	isQuorate,
	seconds,
	type Snapshot,
	type Vm,
	type World,
} from '../world.js';

const reserved = new Set(['current', 'pending']);

const list = (vm: Vm) => [
	...vm.snapshots.map(({name, description, snaptime, vmstate, parent}) => ({
		name, description: description ?? '', snaptime, vmstate: vmstate ? 1 : 0, ...(parent !== undefined && {parent}),
	})),
	{
		name: 'current', description: 'You are here!', digest: digestOf(vm), running: isRunning(vm) ? 1 : 0, ...(vm.parent !== undefined && {parent: vm.parent}),
	},
];

// Runs a task under a lock in the configuration, which goes with the task, however it ends.
const lockedTask = (world: World, vm: Vm, type: string, lock: string, check: TaskStep['run'], finish: TaskStep['run']) => {
	let isMine = false;
	return startVmTask(world, vm, type, [
		{
			at: 0, run(task) {
				assertUnlocked(world, vm);
				check(task);
				setLock(vm, lock);
				isMine = true;
			},
		},
		{
			at: 1, run(task) {
				setLock(vm, undefined);
				isMine = false;
				finish(task);
			},
		},
	], {
		writes: configPath(vm), undo() {
			if (isMine) {
				setLock(vm, undefined);
			}
		},
	});
};

const create = (call: Call) => {
	const {world, parameters} = call;
	const vm = vmOf(call);
	const {snapname: name = '', description, vmstate} = parameters;
	if (reserved.has(name)) {
		refuse(`unable to use snapshot name '${name}' (reserved name)`);
	}

	const hasState = isSet(vmstate) && isRunning(vm);
	return lockedTask(world, vm, 'qmsnapshot', 'snapshot', task => {
		if (vm.snapshots.some(snapshot => snapshot.name === name)) {
			throw new Error(`snapshot name '${name}' already used`);
		}

		for (const disk of disksOf(vm.config).filter(candidate => !candidate.isCdrom)) {
			allocate(world, vm.node, findStorage(world, disk.storage), disk.volid, vm.vmid);
			task.log.push(`snapshotting 'drive-${disk.key}' (${disk.volid})`);
		}
	}, () => {
		const {lock, ...config} = vm.config;
		vm.snapshots.push({
			name, description, snaptime: seconds(world.now), vmstate: hasState, parent: vm.parent, config: {...config},
		});
		vm.parent = name;
	});
};

const snapshotOf = (vm: Vm, name: string): Snapshot => vm.snapshots.find(snapshot => snapshot.name === name) ?? refuse(`snapshot '${name}' does not exist`);

const inTask = (vm: Vm, name: string): Snapshot => {
	const found = vm.snapshots.find(snapshot => snapshot.name === name);
	if (!found) {
		throw new Error(`snapshot '${name}' does not exist`);
	}

	return found;
};

const remove = (call: Call) => {
	const {world} = call;
	const vm = vmOf(call);
	const name = call.parameters.snapname!;
	return lockedTask(world, vm, 'qmdelsnapshot', 'snapshot-delete', () => {
		inTask(vm, name);
	}, () => {
		const gone = inTask(vm, name);
		// Its children go on from where it came from.
		vm.snapshots = vm.snapshots.filter(snapshot => snapshot !== gone).map(snapshot => snapshot.parent === name ? {...snapshot, parent: gone.parent} : snapshot);
		vm.parent = vm.parent === name ? gone.parent : vm.parent;
	});
};

const rollback = (call: Call) => {
	const {world, parameters} = call;
	const vm = vmOf(call);
	const name = parameters.snapname!;
	return lockedTask(world, vm, 'qmrollback', 'rollback', () => {
		inTask(vm, name);
	}, () => {
		const {config, vmstate} = inTask(vm, name);
		stopVm(world, vm);
		vm.config = {...config, vmgenid: newUuid(world.random)};
		vm.pending = {};
		vm.parent = name;
		if (vmstate || isSet(parameters.start)) {
			startVm(world, vm);
		}
	});
};

const describe = (call: Call) => {
	const vm = vmOf(call);
	if (!isQuorate(call.world)) {
		refuse(`unable to open file '${configPath(vm)}.tmp.81' - Permission denied`);
	}

	assertUnlocked(call.world, vm);
	snapshotOf(vm, call.parameters.snapname!).description = call.parameters.description;
	return null;
};

const showConfig = (call: Call) => {
	const {config, name, snaptime, description, parent} = snapshotOf(vmOf(call), call.parameters.snapname!);
	return {
		...shown(config), snaptime, ...(description !== undefined && {description}), ...(parent !== undefined && {parent}), ...((config.name === undefined) && {name}),
	};
};

const base = '/nodes/{node}/qemu/{vmid}/snapshot';
const onSnapshot = {...onVm, snapname: required(snapshotName)};
const snapshotPrivilege = ['/vms/{vmid}', 'VM.Snapshot'] as const;

/** Snapshots: made, listed, undone, removed. */
export const snapshotEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: base, isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Audit'], rules: onVm, run: call => call.world.random.shuffle(list(vmOf(call))),
	},
	{
		method: 'POST', path: base, isForwarded: true, privilege: snapshotPrivilege, rules: {...onSnapshot, description: text(), vmstate: boolean()}, run: create,
	},
	{
		method: 'DELETE', path: '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}', isForwarded: true, privilege: snapshotPrivilege, rules: {...onSnapshot, force: boolean()}, run: remove,
	},
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}', rules: onSnapshot, run: () => [{cmd: 'rollback'}, {cmd: 'config'}],
	},
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config', isForwarded: true,
		privilege: ['/vms/{vmid}', 'VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Audit'], rules: onSnapshot, run: showConfig,
	},
	{
		method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config', isForwarded: true, privilege: snapshotPrivilege, rules: {...onSnapshot, description: text()}, run: describe,
	},
	{
		method: 'POST', path: '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback', isForwarded: true,
		privilege: ['/vms/{vmid}', 'VM.Snapshot', 'VM.Snapshot.Rollback'], rules: {...onSnapshot, start: boolean()}, run: rollback,
	},
];
