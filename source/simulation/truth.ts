import {type Task} from './task.js';
import {digestOf, isRunning, totalBytes} from './vms.js';
import {type Vm, type World} from './world.js';

const vmTruth = (world: World, vm: Vm) => ({
	node: vm.node,
	vmid: vm.vmid,
	status: isRunning(vm) ? 'running' : 'stopped',
	config: vm.config,
	pending: vm.pending,
	digest: digestOf(vm),
	firewall: vm.firewall,
	snapshots: vm.snapshots.map(({name, description, snaptime, parent, vmstate}) => ({
		name, description, snaptime, parent, vmstate,
	})),
	// Everything since it was made, over all its processes.
	bytes: {in: Math.floor(totalBytes(vm, 'netin', world.bornAt - 1e12, world.now)), out: Math.floor(totalBytes(vm, 'netout', world.bornAt - 1e12, world.now))},
});

const taskTruth = (task: Task) => ({
	upid: task.upid,
	type: task.plan.type,
	vmid: /^\d+$/.test(task.plan.id) ? Number(task.plan.id) : null,
	// A clone's id is its source's.
	...((task.plan.type === 'qmclone') && {target: task.plan.vmids.at(-1)}),
	status: task.endtime === undefined ? 'running' : 'stopped',
	exitstatus: task.exitstatus ?? null,
	starttime: task.starttime,
	endtime: task.endtime ?? null,
});

/** What really is, for tests that compare it with what a client believes. */
export const truthOf = (world: World): unknown => ({
	now: world.now,
	vms: world.vms.values().map(vm => vmTruth(world, vm)).toArray(),
	tasks: world.hosts.flatMap(({name}) => world.tasks.list(name)).map(task => taskTruth(task)).toSorted((a, b) => a.starttime - b.starttime),
	backups: world.backups.map(({config, firewall, ...backup}) => backup),
});
