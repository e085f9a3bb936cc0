import {ClientError} from '../../clients/client-error.js';
import {type Resource, type VmConfig, type VmPlace} from '../../clients/proxmox/proxmox.js';
import {findBootDisk} from '../../domain/disk.js';
import {parseCard} from '../../domain/network-card.js';
import {type Slot} from '../../domain/slot.js';
import {stampOf, type Vm} from '../../domain/vm.js';
import {getClusterSettings} from '../cluster-settings.js';
import {assertOwned, assertUnlocked, isStamped} from '../owned-config.js';
import {
	done,
	skipped,
	type Alongside,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {rejected, TaskFailed} from '../task-failed.js';

type Guest = Extract<Resource, {readonly type: 'qemu'}>;

/** How often a VMID may turn out to be somebody else's within one attempt. */
const tries = 5;

const findGuest = (resources: readonly Resource[], vmid: number): Guest | undefined =>
	resources.find((resource): resource is Guest => resource.type === 'qemu' && resource.vmid === vmid);

const note = (vm: Vm, {node}: VmPlace, {net0}: VmConfig, {clock}: StepContext): Alongside => async ({vms, traffic}) => {
	await vms.set(vm.id, {node, mac: vm.mac ?? parseCard(String(net0 ?? '')).mac ?? null});
	// What flowed before was another's, who had the VMID; of a VM that is cloned anew the count goes on from where it was.
	await traffic.add({
		vmId: vm.id, from: null, to: Math.floor(clock.now() / 1000), rows: [], now: 0,
	});
};

/** The clone is there: waits for its lock to vanish, makes sure that it is ours, notes where it is. */
const finish = async (vm: Vm, place: VmPlace, context: StepContext): Promise<Outcome> => {
	const config = await context.proxmox.getVmConfig(place);
	assertUnlocked(vm, place, config);
	assertOwned(vm, place, config, context.installation);
	return done(note(vm, place, config, context));
};

const reserveVmid = async (vm: Vm, resources: readonly Resource[], isAgain: boolean, {store, settings}: StepContext): Promise<number> => {
	const taken = new Set(resources.flatMap(resource => resource.type === 'qemu' ? [resource.vmid] : []));
	const range = getClusterSettings(settings, vm).vmids;
	const vmid = await store.write(async ({vms}) => vms.reserveVmid(vm, range, taken, isAgain));
	if (vmid === undefined) {
		throw rejected(vm, `no VMID is left in ${range.join(' to ')} on ${vm.cluster}: widen \`vmids\` in the config`);
	}

	return vmid;
};

const findTemplate = (vm: Vm, resources: readonly Resource[]): Guest => {
	const {name, vmid} = vm.template;
	const found = findGuest(resources, vmid);
	if (!found) {
		throw rejected(vm, `the template ${name} (VM ${vmid}) is not on ${vm.cluster}, or the token may not see it`);
	}

	// A node that is silent says nothing of what its VMs are.
	if (!found.template && found.status !== 'unknown') {
		throw rejected(vm, `VM ${vmid} on ${vm.cluster}, the config's template ${name}, is no template`);
	}

	return found;
};

/** Where the clone's disks come to lie: a linked one stays with its template. */
const getStorage = async (vm: Vm, template: VmPlace, {proxmox}: StepContext): Promise<string> =>
	(vm.template.clone === 'full' ? vm.template.storage : null) ?? findBootDisk(await proxmox.getVmConfig(template))?.storage ?? `template-${template.vmid}`;

/** Clones into a storage are limited per node where it is the node's own, and per cluster where it is shared. */
const cloneSlot = (vm: Vm, node: string, storage: string, resources: readonly Resource[]): string => {
	const isShared = resources.some(resource => resource.type === 'storage' && resource.storage === storage && resource.shared);
	return isShared ? `clone:${vm.cluster}/${storage}` : `clone:${vm.cluster}/${node}/${storage}`;
};

const startClone = async (vm: Vm, vmid: number, resources: readonly Resource[], context: StepContext): Promise<Outcome> => {
	const {proxmox, remote, installation, settings} = context;
	const template = findTemplate(vm, resources);
	const {node, vmid: templateId} = template;
	const isFull = vm.template.clone === 'full';
	const storage = await getStorage(vm, template, context);
	const slot: Slot = {key: cloneSlot(vm, node, storage, resources), limit: getClusterSettings(settings, vm).clonesPerStorage};
	const wish = {
		node, type: 'qmclone', taskVmid: templateId, slot, title: 'the clone', recognises: recogniseClone(vmid, context),
	};
	const waits = await remote.run(wish, async () => proxmox.cloneVm({node, vmid: templateId}, {
		newid: vmid,
		name: vm.hostname,
		description: stampOf(installation, vm),
		full: isFull,
		...(isFull && vm.template.storage !== null && {storage: vm.template.storage}), // Refused for a linked clone.
	}));
	return waits ?? finish(vm, {node, vmid}, context);
};

/** A clone's UPID names the template; which clone it makes stands in its log. */
export const recogniseClone = (vmid: number, {proxmox}: Pick<StepContext, 'proxmox'>) => async (upid: string): Promise<boolean> => {
	const {lines} = await proxmox.getTaskLog(upid, {start: 0, limit: 5});
	return lines.some(line => new RegExp(String.raw`^creating a clone of VM \d+ with ID ${vmid}$`).test(line.trim()));
};

const isTaken = (error: unknown): boolean => error instanceof ClientError && error.kind === 'rejected' && /already exists/i.test(error.message);

/** What stands under our VMID: our clone, something under way, or (`undefined`) a VM that is somebody else's. */
const lookAt = async (vm: Vm, place: VmPlace, context: StepContext): Promise<Outcome | undefined> => {
	const config = await context.proxmox.getVmConfig(place);
	assertUnlocked(vm, place, config);
	return isStamped(vm, config, context.installation) ? skipped('no change', note(vm, place, config, context)) : undefined;
};

/** Looks for the clone before one is started; what is somebody else's is left alone and another VMID reserved. */
const lookThenClone = async (vm: Vm, context: StepContext): Promise<Outcome> => {
	let {vmid} = vm;
	let wasRefused = false;
	for (let attempt = 1; ; attempt++) {
		const resources = await context.proxmox.listResources();
		const present = vmid === null ? undefined : findGuest(resources, vmid);
		const outcome = present && await lookAt(vm, present, context);
		if (outcome) {
			return outcome;
		}

		vmid = await reserveVmid(vm, resources, present !== undefined || wasRefused, context);
		try {
			return await startClone(vm, vmid, resources, context);
		} catch (error) {
			const isLastTry = attempt === tries;
			if (isLastTry || !isTaken(error)) {
				throw error;
			}

			wasRefused = true; // It may be the clone of an earlier call whose answer was lost: the next round looks.
		}
	}
};

/** A clone that found its VMID taken: by somebody else, or by an earlier call of ours that came late. The next attempt looks, so it is worth one. */
const resumeClone = async (vm: Vm, context: StepContext): ReturnType<StepContext['remote']['resume']> => {
	try {
		return await context.remote.resume(vm.vmid === null ? undefined : recogniseClone(vm.vmid, context));
	} catch (error) {
		throw error instanceof TaskFailed && /config file already exists/i.test(error.message)
			? new TaskFailed(error.message, {
				peer: error.peer, kind: 'transient', node: error.node ?? '', upid: error.upid, log: error.log,
			})
			: error;
	}
};

/** Clones the template, on its node, into a VMID of ours with our stamp in the description. */
export const cloneVm: Step = async (vm, context) => {
	const earlier = await resumeClone(vm, context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	return earlier && vm.vmid !== null ? finish(vm, {node: earlier.node, vmid: vm.vmid}, context) : lookThenClone(vm, context);
};
