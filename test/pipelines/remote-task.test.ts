import {expect, test} from 'vitest';
import {type CloneWish, type Proxmox, type VmPlace} from '../../source/clients/proxmox/proxmox.js';
import {LockLost} from '../../source/store/leases.js';
import {createWorld, outcomes, type World} from './world.js';

/** The owner dies straight after its call (or straight before it), which nobody hears of. */
const dying = ({proxmox}: World, isSent: boolean): Proxmox => ({
	...proxmox,
	async cloneVm(template: VmPlace, wish: CloneWish) {
		if (isSent) {
			await proxmox.cloneVm(template, wish);
		}

		throw new LockLost('vm:101');
	},
});

test('a clone whose answer is lost is found by its log and adopted, not started twice', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({
		kind: 'lost-answer', method: 'POST', path: '/clone$', count: 1,
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
	const steps = await world.steps(vm);
	expect(steps.slice(1, 3).map(({to, outcome, attempt, upid}) => [to, outcome, attempt, upid?.split(':', 6)[5] ?? null])).toEqual([
		['clone', 'failed', 1, null], ['clone', 'done', 2, 'qmclone'],
	]);
});

test('a clone that a dead owner had started is adopted by the next one', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await expect(world.move(vm, {proxmox: dying(world, true)})).rejects.toThrow(LockLost);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
	const [, clone] = await world.steps(vm);
	expect(clone).toMatchObject({
		to: 'clone', outcome: 'done', attempt: 1, upid: expect.stringContaining(':qmclone:9000:'),
	});
});

test('an intent without a task waits until its call can no longer arrive, looks again, and only then starts', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await expect(world.move(vm, {proxmox: dying(world, false)})).rejects.toThrow(LockLost);
	const move = await world.move(vm);
	expect(move).toMatchObject({outcome: 'waiting', line: expect.stringContaining('not seen yet')});
	const {nextAttemptAt} = await world.operation(vm);
	// The lease bounds when the call went out, the call's time-out when it arrived.
	expect(nextAttemptAt! - world.clock.now()).toBeGreaterThan(2000);
	expect(nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(8000);
	await world.move(vm);
	expect(world.tasks('qmclone')).toBe(0);

	world.pass(8000);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
});

test('long after its deadline, an intent without a task is still looked for twice before anything starts', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await expect(world.move(vm, {proxmox: dying(world, false)})).rejects.toThrow(LockLost);
	world.pass(600_000);
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('not seen yet')});
	const {nextAttemptAt} = await world.operation(vm);
	expect(nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(2000);
	expect(world.tasks('qmclone')).toBe(0);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
});

test('somebody else\'s clone of the same template is not taken for ours', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await expect(world.move(vm, {proxmox: dying(world, false)})).rejects.toThrow(LockLost);
	await world.proxmox.cloneVm({node: 'pve1', vmid: 9000}, {
		newid: 7777, name: 'other', description: 'by hand', full: true,
	});
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('not seen yet')});
	const row = await world.store.read.remoteTasks.findUnsettled((await world.operation(vm)).id, 'clone');
	expect(row).toMatchObject({state: 'intent', upid: null});
});

test('several tasks that could be the intended one need a person', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	const place = {node: 'pve1', vmid: 5000};
	const crash = {
		...world.proxmox,
		async resizeDisk(): Promise<string> {
			await world.proxmox.resizeDisk(place, {disk: 'scsi0', gib: 10});
			await world.proxmox.resizeDisk(place, {disk: 'scsi0', gib: 10});
			throw new LockLost('vm:101');
		},
	};
	await expect(world.drive(vm, undefined, {proxmox: crash})).rejects.toThrow(LockLost);
	expect(await world.drive(vm)).toMatchObject({outcome: 'attention', line: expect.stringContaining('a person must look')});
});

test('a task that ends with warnings went well, and the step log says so', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({kind: 'warnings', type: 'qmclone'});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(outcomes(await world.steps(vm))[1]).toBe('clone done: WARNINGS: 1');
});

test('a task that fails leaves its text, its UPID and its log, and the next attempt starts a new one', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({
		kind: 'fail-task', type: 'resize', count: 1, text: 'thin pool is full',
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	const failed = (await world.steps(vm)).find(({outcome}) => outcome === 'failed');
	expect(failed).toMatchObject({
		to: 'set_system_disk_size', reason: 'the resize failed: thin pool is full', log: expect.stringContaining('TASK ERROR: thin pool is full'), upid: expect.stringContaining(':resize:'),
	});
	expect(world.tasks('resize')).toBe(2);
});

test('a task that vanished is no failure of the VM: the step looks, and starts again what is not there', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({kind: 'vanish', type: 'qmclone', count: 1});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	const [, failed, cloned] = await world.steps(vm);
	expect(failed).toMatchObject({to: 'clone', outcome: 'failed', reason: expect.stringContaining('does not know the clone any more')});
	expect(cloned).toMatchObject({to: 'clone', outcome: 'done', attempt: 2});
});

test('a call that was refused leaves no intent behind, and its slot is free', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({
		kind: 'status', method: 'POST', path: '/clone$', status: 500, text: 'got timeout', count: 1,
	});
	expect(await world.move(vm)).toMatchObject({outcome: 'failed'});
	const {id} = await world.operation(vm);
	expect(await world.store.read.remoteTasks.findUnsettled(id, 'clone')).toBeUndefined();
	expect(await world.store.read.remoteTasks.inUse('clone:fra1/pve1/local-lvm')).toBe(0);
});

test('clones into one storage are limited: the third waits for a slot, however long that is', async () => {
	const world = await createWorld({}, {speed: 1});
	const [first, second, third] = [await world.order(), await world.order(), await world.order()];
	await world.move(first.vm);
	await world.move(second.vm);
	expect(await world.move(third.vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('a clone slot on fra1/pve1/local-lvm')});
	expect(await world.operation(third.vm)).toMatchObject({slot: {key: 'clone:fra1/pve1/local-lvm', limit: 2}, attempt: 0});
	expect(world.tasks('qmclone')).toBe(2);
	world.pass(9 * 3_600_000);
	expect(await world.move(third.vm)).toMatchObject({outcome: 'waiting'});
	expect(await world.vm(third.vm)).toMatchObject({needsAttention: null});
});
