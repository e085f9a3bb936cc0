import {expect, test, vi} from 'vitest';
import {type Proxmox, type VmPlace} from '../../source/clients/proxmox/proxmox.js';
import {type Vm} from '../../source/domain/vm.js';
import {createVm} from '../../source/simulation/vms.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	dyingAt,
	isRunning,
	offVm,
	runningVm,
	settle,
	stepsOf,
	switchOn,
} from './asked.js';
import {addAddress, goUntil, listHeld} from './termination.js';
import {changes, createWorld, type World} from './world.js';

/** Somebody else's VM under the VMID of ours. */
const reuse = ({server: {cluster}}: World, vmid: number, description?: string): void => {
	cluster.vms.set(vmid, createVm(cluster, vmid, 'pve1', {name: 'theirs', ...(description !== undefined && {description})}));
};

const isThere = ({server: {cluster}}: World, vmid = 5000): boolean => cluster.vms.has(vmid);

/** Until no task runs in the cluster any more; the watcher tells what became of those that are known. */
const letTasksEnd = async ({server: {cluster}, store, clock}: World): Promise<void> => {
	await vi.waitFor(() => {
		expect(cluster.tasks.running()).toEqual([]);
	}, {timeout: 5000, interval: 5});
	for (const {id} of await store.read.remoteTasks.listRunning()) {
		await store.write(async ({remoteTasks}) => remoteTasks.finish(id, 'OK', clock.now()));
	}
};

test.each([
	['made by hand', 'made by hand', 'no stamp of ours'],
	['of another installation', 'cronsole:deadbeef:v101', 'the stamp of another installation, deadbeef:v101'],
])('a VM %s that has the VMID of ours by now is never touched, and a person is told how to say that ours is gone', async (_, description, reason) => {
	const world = await createWorld();
	const vm = await offVm(world);
	const address = await addAddress(world, vm);
	reuse(world, 5000, description);
	world.requests();
	await ask(world, vm, 'terminate');
	const {status, needsAttention} = await settle(world, vm);
	expect(status).toBe('error_terminate');
	expect(needsAttention?.reason).toContain(reason);
	expect(needsAttention?.reason).toContain('it is not touched; if ours is gone for good, `cronsole vm reset v101 removed --reason …` says so');
	expect(changes(world.requests())).toEqual([]);
	expect(await listHeld(world, vm)).toEqual([address]);
	expect(isThere(world)).toBe(true);
});

test('a VM that takes the VMID between the cutting off and the destroy is not touched either', async () => {
	const world = await createWorld({terminate: {graceMs: 3_600_000, keepBackupsDays: 0}});
	const vm = await offVm(world);
	await ask(world, vm, 'terminate');
	await goUntil(world, vm, ({position}) => position === 'cut_off');
	reuse(world, 5000);
	expect(await settle(world, vm)).toMatchObject({status: 'error_terminate'});
	expect(isThere(world)).toBe(true);
	expect(world.tasks('qmdestroy')).toBe(0);
});

test('what needed attention goes on from there once it is tried again', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	const guest = await world.guest(vm);
	const {description} = guest.config;
	guest.config.description = '';
	await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'error_terminate'});
	guest.config.description = description!;
	await world.store.write(async ({vms}) => vms.setAttention(vm.id, null));
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(await listHeld(world, vm)).toEqual([]);
});

test('somebody else\'s VM under a VMID for which no clone of ours was ever seen is not ours: nothing is there to destroy', async () => {
	const world = await createWorld();
	const {vm, operation} = await world.order();
	await world.store.write(async tables => {
		await tables.vms.reserveVmid(vm, [5000, 5999], new Set());
		await tables.operations.finish(operation.id, 'cancelled', world.clock.now());
	});
	reuse(world, 5000);
	world.requests();
	await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(isThere(world)).toBe(true);
	expect(changes(world.requests())).toEqual([]);
});

/** What the intent writes: what is open ends, and the termination begins. */
const terminateInTheMiddle = async (world: World, vm: Pick<Vm, 'id'>) => {
	await world.store.write(async ({operations}) => operations.cancelOpen(vm.id, world.clock.now(), 'anna terminated the VM'));
	return ask(world, vm, 'terminate');
};

test('a termination in the middle of a clone waits for it to end, then destroys what it made', async () => {
	const world = await createWorld({}, {speed: 50});
	const {vm} = await world.order();
	await world.move(vm);
	expect(world.tasks('qmclone')).toBe(1);
	await terminateInTheMiddle(world, vm);
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('what an earlier operation began: the clone')});
	await letTasksEnd(world);
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect(isThere(world)).toBe(false);
	expect(world.tasks('qmdestroy')).toBe(1);
	expect(await listHeld(world, vm)).toEqual([]);
});

test('a clone of which nobody knows whether it was started is found, waited for and destroyed', async () => {
	const world = await createWorld({}, {speed: 50});
	const {vm} = await world.order();
	const dying = dyingAt(world, 'cloneVm', true);
	await expect(world.move(vm, {proxmox: dying})).rejects.toThrow(LockLost);
	await terminateInTheMiddle(world, vm);
	world.pass(60_000); // Longer than that call could still arrive: its intent is given up.
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM 5000 is still being cloned')});
	expect(await listHeld(world, vm)).toHaveLength(1);
	await letTasksEnd(world);
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect([isThere(world), world.tasks('qmdestroy')]).toEqual([false, 1]);
});

test('a clone that comes late, after the VM was found to be absent, goes too', async () => {
	const world = await createWorld();
	const {vm, operation} = await world.order();
	await world.store.write(async tables => {
		await tables.vms.reserveVmid(vm, [5000, 5999], new Set());
		await tables.operations.finish(operation.id, 'cancelled', world.clock.now());
	});
	const termination = await ask(world, vm, 'terminate');
	let isLate = false;
	const proxmox = {
		...world.proxmox,
		async listResources() {
			if (!isLate && (await world.operation(vm)).position === 'destroyed') {
				isLate = true;
				reuse(world, 5000, `cronsole:${world.installation}:v${vm.id}`);
			}

			return world.proxmox.listResources();
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({status: 'removed'});
	expect(isLate).toBe(true);
	expect(isThere(world)).toBe(false);
	expect((await stepsOf(world, termination)).at(-1)).toBe('removed done');
});

test('the owner dies straight after the call that destroys: its task is adopted, and the VM is not destroyed twice', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	const operation = await ask(world, vm, 'terminate');
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'destroyVm', true)})).rejects.toThrow(LockLost);
	expect(await listHeld(world, vm)).toHaveLength(1);
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect(world.tasks('qmdestroy')).toBe(1);
	expect((await world.steps(vm)).find(({operationId, to}) => operationId === operation.id && to === 'destroyed')).toMatchObject({outcome: 'done', upid: expect.stringContaining(':qmdestroy:5000:')});
});

test.each(['setVmConfig', 'stopVm', 'destroyVm'] as const satisfies ReadonlyArray<keyof Proxmox>)('the owner dies straight before %s: the next one does it', async call => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await ask(world, vm, 'terminate');
	await expect(settle(world, vm, {proxmox: dyingAt(world, call, false)})).rejects.toThrow(LockLost);
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect([world.tasks('qmstop'), world.tasks('qmdestroy')]).toEqual([1, 1]);
});

test('the owner dies between the destroy and the record that the VM is removed: its addresses are held until then', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	await ask(world, vm, 'terminate');
	const context = await world.context(vm);
	const store = {
		...context.store,
		async write<T>(change: Parameters<typeof context.store.write<T>>[0]): Promise<T> {
			return context.store.write(async tables => {
				const result = await change(tables);
				if ((await tables.vms.get(vm.id)).status === 'removed') {
					throw new LockLost('vm:101');
				}

				return result;
			});
		},
	};
	await expect(settle(world, vm, {store})).rejects.toThrow(LockLost);
	expect(isThere(world)).toBe(false);
	expect(await world.vm(vm)).toMatchObject({status: 'terminate'});
	expect(await listHeld(world, vm)).toHaveLength(1);
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(await listHeld(world, vm)).toEqual([]);
});

test('a destroy that is refused because somebody started the VM meanwhile stops it and tries again', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'terminate');
	let isStarted = false;
	const proxmox = {
		...world.proxmox,
		async destroyVm(place: VmPlace) {
			if (!isStarted) {
				isStarted = true;
				await switchOn(world, vm);
			}

			return world.proxmox.destroyVm(place);
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({status: 'removed', needsAttention: null});
	expect(await stepsOf(world, operation)).toContain('destroyed failed: VM 5000 is running - destroy failed');
	expect([world.tasks('qmstop'), world.tasks('qmdestroy')]).toEqual([1, 1]);
});

test('a protected VM is cut off and needs a person, who is told what lifts that; its backups and disks stay', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	(await world.guest(vm)).config.protection = 1;
	await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'error_terminate', needsAttention: {reason: 'VM 5000 is protected: if it is to go, lift that with `qm set 5000 --protection 0` on pve1'}});
	expect(await isRunning(world, vm)).toBe(false);
	expect(await world.operation(vm)).toMatchObject({position: null});
	expect(isThere(world)).toBe(true);
});

test('a VM that a backup has locked is waited for, without an attempt', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.fault({kind: 'locked', vmid: 5000});
	await ask(world, vm, 'terminate');
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(await world.operation(vm)).toMatchObject({attempt: 0});
	world.clearFaults();
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
});
