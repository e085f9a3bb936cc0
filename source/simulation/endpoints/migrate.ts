import {disksOf, findStorage, humanSize} from '../disks.js';
import {
	assertQuorum,
	isSet,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse, refuseParameters} from '../refusal.js';
import {
	boolean,
	format,
	integer,
	onVm,
	oneOf,
	required,
	text,
} from '../rules.js';
import {type TaskStep} from '../task.js';
import {shortTaskMs} from '../vm-task.js';
import {
	assertUnlocked,
	configPath,
	isRunning,
	moveVm,
	setLock,
	startVm,
	stopVm,
} from '../vms.js';
import {isQuorate, type Vm, type World} from '../world.js';

const localDisksOf = (world: World, vm: Vm) => disksOf(vm.config).filter(disk => !findStorage(world, disk.storage).isShared);

const precheck = (call: Call) => {
	const {world} = call;
	const vm = vmOf(call);
	const others = world.hosts.filter(({name}) => name !== vm.node).map(({name}) => name);
	return {
		running: isRunning(vm) ? 1 : 0,
		allowed_nodes: others,
		not_allowed_nodes: Object.fromEntries(others.map(name => [name, {}])),
		local_disks: localDisksOf(world, vm).map(disk => ({
			volid: disk.volid, size: disk.size, drivename: disk.key, cdrom: disk.isCdrom ? 1 : 0, is_cloudinit: disk.isCloudinit ? 1 : 0, is_attached: 1,
			is_unused: 0, is_vmstate: 0, is_tpmstate: 0, shared: 0, replicate: 1,
		})),
		local_resources: [],
		'mapped-resources': [],
		...((world.pve === '9.2') && {'mapped-resource-info': {}, 'has-dbus-vmstate': 1}),
	};
};

const stamp = (world: World) => new Date(world.now).toISOString().slice(0, 19).replace('T', ' ');

const migrationSteps = (world: World, vm: Vm, target: string, isOnline: boolean, hasLocalDisks: boolean): TaskStep[] => {
	const wasRunning = isRunning(vm);
	const copied = [0.25, 0.5, 0.75].flatMap(share => localDisksOf(world, vm).filter(disk => !disk.isCloudinit).map(disk => ({
		at: share, run(task: {readonly log: string[]}) {
			const bytes = Math.round(disk.size * share);
			task.log.push(`${stamp(world)} ${bytes} bytes (${(bytes / 1e9).toFixed(1)} GB, ${humanSize(bytes)}) copied, ${Math.round(share * 2)} s, 90.0 MB/s`);
		},
	})));
	return [
		{
			at: 0, run(task) {
				assertUnlocked(world, vm);
				setLock(vm, 'migrate');
				const host = world.hosts.find(({name}) => name === target)!;
				task.log.push(`${stamp(world)} starting migration of VM ${vm.vmid} to node '${target}' (${host.ip})`);
				for (const disk of localDisksOf(world, vm)) {
					task.log.push(`${stamp(world)} found ${disk.isCloudinit ? 'generated' : 'local'} disk '${disk.volid}' (${disk.isCloudinit ? 'in current VM config' : 'attached'})`);
				}

				if (host.offlineSince !== undefined) {
					throw new Error('migration aborted');
				}

				if (!(isOnline && !hasLocalDisks && localDisksOf(world, vm).some(disk => !disk.isCloudinit))) {
					return;
				}

				task.log.push(`${stamp(world)} ERROR: Problem found while scanning volumes - can't migrate local disk '${localDisksOf(world, vm)[0]!.volid}': can't live migrate attached local disks without with-local-disks option`);
				throw new Error('migration aborted');
			},
		},
		...copied,
		{
			at: 1, run(task) {
				if (wasRunning) {
					task.log.push(`${stamp(world)} migration status: completed`);
				}

				setLock(vm, undefined);
				// A new QEMU process on the target: counters and uptime begin anew.
				if (isRunning(vm)) {
					stopVm(world, vm);
					moveVm(world, vm, target);
					startVm(world, vm);
				} else {
					moveVm(world, vm, target);
				}

				task.log.push(`${stamp(world)} migration finished successfully (duration 00:00:0${Math.round(shortTaskMs / 1000)})`);
			},
		},
	];
};

const migrate = (call: Call) => {
	const {world, parameters} = call;
	const vm = vmOf(call);
	const target = parameters.target!;
	assertQuorum(isQuorate(world));
	for (const name of ['force', 'migration_type', 'migration_network']) {
		if (parameters[name] !== undefined) {
			refuseParameters({[name]: 'Only root may use this option.'});
		}
	}

	if (target === vm.node) {
		refuseParameters({target: 'target is local node.'});
	}

	if (world.hosts.every(({name}) => name !== target)) {
		refuse(`no such cluster node '${target}'`);
	}

	assertUnlocked(world, vm);
	if (isRunning(vm) && !isSet(parameters.online)) {
		refuse('can\'t migrate running VM without --online');
	}

	let isMine = false;
	const steps = migrationSteps(world, vm, target, isRunning(vm), isSet(parameters['with-local-disks']));
	return world.tasks.start({
		node: vm.node, type: 'qmigrate', id: String(vm.vmid), vmids: [vm.vmid], durationMs: shortTaskMs, writes: configPath(vm),
		steps: steps.map((step, index) => index === 0
			? {
				...step, run(task) {
					assertUnlocked(world, vm);
					isMine = true;
					step.run(task);
				},
			}
			: step),
		undo() {
			if (isMine) {
				setLock(vm, undefined);
			}
		},
	}).upid;
};

/** From one node to another. */
export const migrateEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/migrate', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Migrate'], rules: {...onVm, target: format('node')}, run: precheck,
	},
	{
		method: 'POST', path: '/nodes/{node}/qemu/{vmid}/migrate', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Migrate'],
		rules: {
			...onVm, target: required(format('node')), bwlimit: integer(0), force: boolean(), migration_network: format('cidr'),
			migration_type: oneOf('secure insecure'), online: boolean(), targetstorage: text(), 'with-conntrack-state': boolean({since: 9}),
			'with-local-disks': boolean(),
		},
		run: migrate,
	},
];
