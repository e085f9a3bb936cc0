import {ClientError} from '../clients/client-error.js';
import {type Resource, type VmConfig, type VmPlace} from '../clients/proxmox/proxmox.js';
import {vmName, type Vm} from '../domain/vm.js';
import {assertUnlocked, isStamped, notOurs} from './owned-config.js';
import {type Step, type StepContext} from './step.js';
import {recogniseClone} from './steps/clone-vm.js';
import {rejected, TaskFailed} from './task-failed.js';

/** The VM in its cluster, which bears our stamp. */
export type OwnGuest = {readonly place: VmPlace; readonly config: VmConfig};

type Guest = Extract<Resource, {readonly type: 'qemu'}>;
type Host = Extract<Resource, {readonly type: 'node'}>;
type Context = Pick<StepContext, 'proxmox' | 'store' | 'installation'>;

const isGuest = (vmid: number) => (resource: Resource): resource is Guest => resource.type === 'qemu' && resource.vmid === vmid;

const transient = (vm: Vm, node: string | null, message: string): ClientError => new ClientError(message, {peer: vm.cluster, kind: 'transient', node});

const isMissing = (error: unknown): boolean => error instanceof ClientError && error.kind === 'missing';

/** The node that is asked whether the VM is really gone: the one where it was last seen, which must be there and online. */
const findWitness = (vm: Vm, resources: readonly Resource[]): string => {
	const hosts = resources.filter((resource): resource is Host => resource.type === 'node');
	const home = hosts.find(({node}) => node === vm.node);
	if (!home && vm.node !== null) {
		throw rejected(vm, `${vm.node}, where VM ${vm.vmid} was, is no node of ${vm.cluster} any more: if the VM is gone for good, \`cronsole vm reset ${vmName(vm)} removed --reason …\` says so`);
	}

	if (home && home.status !== 'online') {
		throw new ClientError(`${vm.node} is ${home.status}: whether VM ${vm.vmid} is gone cannot be told`, {
			peer: vm.cluster, kind: 'transient', scope: 'node', node: vm.node,
		});
	}

	const witness = home ?? hosts.find(({status}) => status === 'online');
	if (!witness) {
		throw transient(vm, null, `no node of ${vm.cluster} is online: whether VM ${vm.vmid} is gone cannot be told`);
	}

	return witness.node;
};

/** A cluster that lists no such VM might only hide it from our token, or know no better: throws unless it is definitely not there. */
const assertAbsent = async (vm: Vm, vmid: number, resources: readonly Resource[], {proxmox}: Context): Promise<void> => {
	const node = findWitness(vm, resources);
	const {isQuorate} = await proxmox.getClusterStatus();
	if (!isQuorate) {
		throw new ClientError(`${vm.cluster} has no quorum: whether VM ${vmid} is gone cannot be told`, {peer: vm.cluster, kind: 'no-quorum', scope: 'cluster'});
	}

	try {
		await proxmox.getVmConfig({node, vmid});
	} catch (error) {
		if (isMissing(error)) {
			return;
		}

		throw error;
	}

	throw transient(vm, node, `VM ${vmid} is on ${vm.cluster}/${node}, but the cluster does not list it`);
};

/** A clone of ours whose call nobody noted may still be coming: it is waited for. */
const assertNotBeingCloned = async (vm: Vm, vmid: number, resources: readonly Resource[], {proxmox}: Context): Promise<void> => {
	const template = resources.find(isGuest(vm.template.vmid));
	const tasks = template ? await proxmox.listNodeTasks(template.node, {vmid: template.vmid, type: 'qmclone'}) : [];
	for (const {upid} of tasks.filter(({endTime}) => endTime === undefined)) {
		if (await recogniseClone(vmid, {proxmox})(upid)) {
			throw new ClientError(`VM ${vmid} is still being cloned`, {peer: vm.cluster, kind: 'locked', node: template!.node});
		}
	}
};

const readConfig = async (vm: Vm, {node, vmid}: VmPlace, {proxmox}: Context): Promise<VmConfig> => {
	try {
		return await proxmox.getVmConfig({node, vmid});
	} catch (error) {
		// Between the two looks it was moved, or went.
		throw isMissing(error) ? transient(vm, node, `VM ${vmid} is listed on ${vm.cluster}/${node}, which does not have it: it is looked for again`) : error;
	}
};

/**
 Finds the VM wherever in its cluster it is now. Undefined: it is definitely not there, be it that nothing has its VMID or (where no clone of ours was ever
 seen) that somebody else's VM has it. Throws where that cannot be told, and where the VM under our VMID bears no stamp of ours.
 */
export const findOwnGuest = async (vm: Vm, context: Context): Promise<OwnGuest | undefined> => {
	const {proxmox, store, installation} = context;
	const {id, vmid} = vm;
	if (vmid === null) {
		return undefined;
	}

	const resources = await proxmox.listResources();
	const listed = resources.find(isGuest(vmid));
	if (vm.node === null) {
		await assertNotBeingCloned(vm, vmid, resources, context);
	}

	if (!listed) {
		await assertAbsent(vm, vmid, resources, context);
		return undefined;
	}

	const place = {node: listed.node, vmid};
	const config = await readConfig(vm, place, context);
	if (!isStamped(vm, config, installation)) {
		assertUnlocked(vm, place, config); // A clone that has only begun bears no stamp yet.
		if (vm.node === null) {
			return undefined;
		}

		const {message} = notOurs(vm, place, config, installation);
		throw rejected(vm, `${message}; if ours is gone for good, \`cronsole vm reset ${vmName(vm)} removed --reason …\` says so`);
	}

	if (place.node !== vm.node) {
		await store.write(async ({vms}) => vms.set(id, {node: place.node}));
	}

	return {place, config};
};

/** What vanishes while a step works at it is looked for again, and is then found to be gone. */
export const orGone = (step: Step): Step => async (vm, context) => {
	try {
		return await step(vm, context);
	} catch (error) {
		if (!(error instanceof ClientError && error.kind === 'missing')) {
			throw error;
		}

		const {peer, message} = error;
		const node = error.node ?? '';
		throw error instanceof TaskFailed
			? new TaskFailed(message, {
				peer, kind: 'transient', node, upid: error.upid, log: error.log,
			})
			: transient(vm, node, message);
	}
};

/** Throws where a VM is protected: whoever did that has to undo it before the VM can go. */
export const assertUnprotected = (vm: Vm, {place: {node, vmid}, config}: OwnGuest): void => {
	if (Number(config.protection ?? 0) === 1) {
		throw rejected(vm, `VM ${vmid} is protected: if it is to go, lift that with \`qm set ${vmid} --protection 0\` on ${node}`);
	}
};
