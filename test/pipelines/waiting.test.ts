import {expect, test} from 'vitest';
import {createWorld, type World} from './world.js';

const hour = 3_600_000;

const silentAgent = {
	kind: 'status', path: '/agent/ping$', status: 500, text: 'QEMU guest agent is not running',
} as const;

/** A VM that runs, and whose agent does not answer. */
const waitingForAgent = async (world: World) => {
	world.fault(silentAgent);
	const {vm} = await world.order({package: {agent: true}});
	for (let status = ''; status !== 'starting';) {
		const move = await world.drive(vm, row => row.status === 'starting' || row.status === 'set_cloudinit');
		expect(move.outcome).toBe('waiting');
		({status} = await world.vm(vm));
	}

	return vm;
};

/** Looks in vain, as seldom as somebody who is always there may, until a person is needed. */
const waitOut = async (world: World, vm: {readonly id: number}) => {
	for (let move = await world.move(vm); move.outcome !== 'attention'; move = await world.move(vm)) {
		expect(move.outcome).toBe('waiting');
		world.pass(55_000);
	}
};

test('the guest agent is waited for where the package asks for it, at first often and then less so', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	const {waitingFor, nextAttemptAt} = await world.operation(vm);
	expect(waitingFor).toBe('the guest agent');
	expect(nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(1500);
	world.clearFaults();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test('a step that waits for too long needs a person', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	await waitOut(world, vm);
	expect(await world.vm(vm)).toMatchObject({status: 'starting', needsAttention: {reason: 'verify running, mail: still waiting for the guest agent after 30m', command: 'cronsole vm retry v101'}});
});

test('time in which nobody was there to go on is not held against the step', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	world.pass(9 * hour);
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting'});
	const {stepSince} = await world.operation(vm);
	expect(world.clock.now() - stepSince!).toBeLessThan(60_000);
});

test('once a person has retried, the step has its time again', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	await waitOut(world, vm);
	world.pass(9 * hour);
	const {id} = await world.operation(vm);
	await world.store.write(async ({vms, operations}) => {
		await vms.setAttention(vm.id, null);
		await operations.postpone(id, {attempt: 0, nextAttemptAt: null, waitingFor: null});
	});
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting'});
	world.clearFaults();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test('a VM that is off again after its start is started once an attempt', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	const guest = await world.guest(vm);
	guest.runs = [];
	world.clearFaults();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmstart')).toBe(2);
	expect(guest.runs).toHaveLength(1);
});

test('a VM that never stays on needs a person in the end', async () => {
	const world = await createWorld();
	const vm = await waitingForAgent(world);
	const guest = await world.guest(vm);
	const settings = {...world.settings, scheduler: {...world.settings.scheduler, maxAttempts: 2}};
	const proxmox = {
		...world.proxmox,
		async getVmStatus(place: {readonly node: string; readonly vmid: number}) {
			guest.runs = [];
			return world.proxmox.getVmStatus(place);
		},
	};
	expect(await world.drive(vm, undefined, {settings, proxmox})).toMatchObject({outcome: 'attention'});
	expect((await world.vm(vm)).needsAttention?.reason).toContain('the VM was started and is off again');
	expect(world.tasks('qmstart')).toBe(3);
});
