import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {createVm} from '../../source/simulation/vms.js';
import {ask, runningVm} from './asked.js';
import {deployed} from './changing.js';
import {type World} from './world.js';

/** Another template than that of the deploy. */
export const rocky = {
	name: 'rocky-9', vmid: 9001, clone: 'full', storage: 'local-lvm',
} as const;

/** Another template, and a VM that runs and has no keys. */
export const prepare = async (world: World, make: (world: World) => Promise<Vm> = async () => runningVm(world, {sshKeys: []})): Promise<Vm> => {
	const {cluster} = world.server;
	const {config} = cluster.vms.get(9000)!;
	cluster.vms.set(9001, createVm(cluster, 9001, 'pve1', {...config, name: 'rocky-9', scsi0: 'local-lvm:base-9001-disk-0,size=6G'}));
	const vm = await make(world);
	world.requests();
	return vm;
};

/** A VM that was deployed, without keys. */
export const deploy = async (world: World): Promise<Vm> => deployed(world, {}, {sshKeys: []});

/** Writes what `vm reinstall` writes. */
export const askToReinstall = async (world: World, vm: Pick<Vm, 'id'>): Promise<Operation> => ask(world, vm, 'reinstall', {template: rocky});
