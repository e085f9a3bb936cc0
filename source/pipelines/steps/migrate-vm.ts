import {type Resource} from '../../clients/proxmox/proxmox.js';
import {scheduler} from '../../domain/activity.js';
import {findBootDisk} from '../../domain/disk.js';
import {placeVm, type NodeRoom, type Placement} from '../../domain/placement.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {rejected} from '../task-failed.js';

const gib = 1024 ** 3;
const mib = 1024 ** 2;

const listRooms = (resources: readonly Resource[], cluster: string, storage: string, inMaintenance: ReadonlySet<string>): NodeRoom[] => resources.flatMap(node => {
	if (node.type !== 'node') {
		return [];
	}

	const there = resources.find((resource): resource is Extract<Resource, {readonly type: 'storage'}> =>
		resource.type === 'storage' && resource.node === node.node && resource.storage === storage && resource.status === 'available');
	return [{
		name: node.node,
		isOnline: node.status === 'online',
		isInMaintenance: inMaintenance.has(`${cluster}/${node.node}`),
		freeMemoryBytes: (node.maxmem ?? 0) - (node.mem ?? 0),
		hasStorage: there !== undefined,
		freeStorageBytes: there ? (there.maxdisk ?? 0) - (there.disk ?? 0) : 0,
	}];
});

/** Where the VM's disks lie: on the storage that they were cloned to. */
const getStorage = async (vm: Vm, context: StepContext): Promise<string> => {
	const {clone, storage} = vm.template;
	return (clone === 'full' ? storage : null) ?? findBootDisk(await context.proxmox.getVmConfig(placeOf(vm)))?.storage ?? '';
};

const choose = async (vm: Vm, storage: string, {proxmox, store, clock}: StepContext): Promise<Placement> => {
	const {node: present} = placeOf(vm);
	const [resources, maintenance] = await Promise.all([proxmox.listResources(), store.read.clusters.listMaintenance(clock.now())]);
	const inMaintenance = new Set(maintenance.flatMap(({cluster, node}) => node === null ? [] : [`${cluster}/${node}`]));
	const {memoryMib = 0, diskGib = 0, additionalDiskGib = 0} = vm.package;
	const placement = placeVm({
		present, wanted: vm.wantedNode, memoryBytes: memoryMib * mib, diskBytes: (diskGib + additionalDiskGib) * gib,
	}, listRooms(resources, vm.cluster, storage, inMaintenance));
	const isShared = resources.some(resource => resource.type === 'storage' && resource.storage === storage && resource.shared);
	return !isShared && placement.node !== present && vm.template.clone === 'linked'
		? {node: present, warning: `a linked clone cannot leave its template's node while ${storage} is not shared: the VM stays on ${present}`}
		: placement;
};

/** The migration ended: where the VM is now is for the cluster to say. */
const noteNode = async (vm: Vm, {proxmox}: StepContext): Promise<Outcome> => {
	const resources = await proxmox.listResources();
	const there = resources.find(resource => resource.type === 'qemu' && resource.vmid === vm.vmid);
	if (!there) {
		throw rejected(vm, `VM ${vm.vmid} is nowhere on ${vm.cluster} after its migration`);
	}

	return done(async ({vms}) => vms.set(vm.id, {node: there.node}));
};

/** Moves the VM, which is off, to the node that the order names or that has room for it. */
export const migrateVm: Step = async (vm, context) => {
	const {remote, proxmox, clock} = context;
	const earlier = await remote.resume();
	if (earlier) {
		return earlier.outcome === 'waiting' ? earlier : noteNode(vm, context);
	}

	const {node: present} = placeOf(vm);
	if (vm.wantedNode === present) {
		return skipped('no change');
	}

	const storage = await getStorage(vm, context);
	const {node: target, warning} = await choose(vm, storage, context);
	if (target === present) {
		return warning === null
			? skipped('no change')
			: skipped(warning, async ({activity}) => activity.add({
				at: clock.now(), level: 'warning', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: warning,
			}));
	}

	const {place} = await getOwnedConfig(vm, context);
	const waits = await remote.run(
		{
			node: present, type: 'qmigrate', taskVmid: place.vmid, title: `the migration to ${target}`,
		},
		async () => proxmox.migrateVm(place, {target, targetStorage: storage}),
	);
	return waits ?? noteNode(vm, context);
};
