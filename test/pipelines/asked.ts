import {setTimeout as sleep} from 'node:timers/promises';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {type OperationKind} from '../../source/domain/operation-kind.js';
import {type Operation} from '../../source/domain/operation.js';
import {stampOf, type SuspendReason, type Vm} from '../../source/domain/vm.js';
import {type Move, type MoveContext} from '../../source/pipelines/move.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {startVm} from '../../source/simulation/vms.js';
import {LockLost} from '../../source/store/leases.js';
import {type NewVm} from '../../source/store/vms.js';
import {outcomes, type World} from './world.js';

const template = {node: 'pve1', vmid: 9000};

/** A VM that was deployed and is off: its deploy's steps are left out. */
export const offVm = async (world: World, own: Partial<NewVm> = {}): Promise<Vm> => {
	const {store, proxmox, clock, installation} = world;
	const {vm, operation} = await world.order(own);
	const vmid = await store.write(async ({vms, operations}) => {
		await operations.finish(operation.id, 'done', clock.now());
		await vms.enter(vm, 'ready', clock.now());
		await vms.set(vm.id, {node: 'pve1', password: null});
		return vms.reserveVmid(vm, [5000, 5999], new Set());
	});
	await proxmox.cloneVm(template, {
		newid: vmid!, name: vm.hostname, description: stampOf(installation, vm), full: true,
	});
	const place = {node: 'pve1', vmid: vmid!};
	const hasEnded = async () => {
		const tasks = await proxmox.listNodeTasks('pve1', {vmid: template.vmid, type: 'qmclone'});
		return tasks.every(({endTime}) => endTime !== undefined);
	};

	while (!await hasEnded()) {
		await sleep(5);
	}

	await proxmox.setVmConfig(place, {onboot: true});
	return world.vm(vm);
};

/** A VM that was deployed and runs. */
export const runningVm = async (world: World, own: Partial<NewVm> = {}): Promise<Vm> => {
	const vm = await offVm(world, own);
	await switchOn(world, vm);
	return world.vm(vm);
};

/** Somebody starts it in Proxmox's own interface. */
export const switchOn = async (world: World, vm: Pick<Vm, 'id'>): Promise<void> => {
	startVm(world.server.cluster, await world.guest(vm));
};

export const isRunning = async ({proxmox, vm: get}: World, vm: Pick<Vm, 'id'>): Promise<boolean> => {
	const {vmid} = await get(vm);
	const {status} = await proxmox.getVmStatus({node: 'pve1', vmid: vmid!});
	return status === 'running';
};

/** Writes what a verb writes. */
export const ask = async ({store, clock}: World, {id}: Pick<Vm, 'id'>, kind: OperationKind, parameters: unknown = {}): Promise<Operation> => store.write(async ({operations}) => {
	const {operation} = await operations.add(id, {
		kind, params: parameters, requestedBy: 'anna', now: clock.now(),
	});
	return operation;
});

/** Writes what `vm suspend` writes. */
export const askToSuspend = async (world: World, vm: Pick<Vm, 'id'>, reason: SuspendReason): Promise<Operation> => {
	await world.store.write(async ({vms}) => {
		const {suspended} = await vms.get(vm.id);
		await vms.set(vm.id, {suspended: [...suspended, reason]});
	});
	return ask(world, vm, 'suspend', {reason});
};

/** Writes what `vm unsuspend` writes. */
export const askToUnsuspend = async (world: World, vm: Pick<Vm, 'id'>, reason: SuspendReason): Promise<Operation> => {
	await world.store.write(async ({vms}) => {
		const {suspended} = await vms.get(vm.id);
		await vms.set(vm.id, {suspended: suspended.filter(other => other !== reason)});
	});
	return ask(world, vm, 'unsuspend', {reason});
};

/** One go at an operation. */
export const moveOn = async (world: World, {id, vmId}: Pick<Operation, 'id' | 'vmId'>, own: Partial<MoveContext> = {}): Promise<Move> => {
	const operation = await world.store.read.operations.find(id);
	return runPipeline(operation!, await world.context({id: vmId}, own));
};

/** Goes at a VM's operations, in their order, until none is open or the VM needs a person. */
export const settle = async (world: World, vm: Pick<Vm, 'id'>, own: Partial<MoveContext> = {}): Promise<Vm> => {
	const end = Date.now() + 90_000;
	for (;;) {
		const [first] = await world.store.read.operations.listOpen(vm.id);
		const row = await world.vm(vm);
		if (!first || row.needsAttention) {
			return row;
		}

		const {line} = await moveOn(world, first, own);
		if (Date.now() > end) {
			throw new Error(`It does not end: ${line}`);
		}

		const {nextAttemptAt, remoteTaskId} = (await world.store.read.operations.find(first.id))!;
		world.pass(Math.max(0, (nextAttemptAt ?? 0) - world.clock.now()));
		await sleep(remoteTaskId === null ? 0 : 5);
	}
};

/** The steps of one operation, as `to outcome: reason`. */
export const stepsOf = async (world: World, {id, vmId}: Pick<Operation, 'id' | 'vmId'>): Promise<string[]> => {
	const steps = await world.steps({id: vmId});
	return outcomes(steps.filter(({operationId}) => operationId === id));
};

/** How an operation ended. */
export const endOf = async ({store}: World, {id}: Pick<Operation, 'id'>): Promise<Pick<Operation, 'state' | 'message'>> => {
	const {state, message} = (await store.read.operations.find(id))!;
	return {state, message};
};

/** The owner dies at that call: straight before it goes out, or straight after, which nobody hears of. */
export const dyingAt = ({proxmox}: World, call: keyof Proxmox, isSent: boolean): Proxmox => ({
	...proxmox,
	async [call](...given: unknown[]) {
		if (isSent) {
			await (proxmox[call] as (...given: unknown[]) => Promise<unknown>)(...given);
		}

		throw new LockLost('vm:101');
	},
});
