import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {createWorld, type World} from './world.js';

const failures = async (world: World, vm: {readonly id: number}) => (await world.steps(vm)).filter(({outcome}) => outcome === 'failed');

test.each([
	['a change whose answer is lost', {kind: 'drop', method: 'PUT', path: '/config$'}],
	['a 503 that is not Proxmox\'s own', {
		kind: 'status', method: 'PUT', path: '/config$', status: 503,
	}],
	['a look that a proxy answers for the cluster', {
		kind: 'status', method: 'GET', path: '/config$', status: 502,
	}],
] as const)('%s counts no attempt where the cluster cannot be reached', async (_, rule) => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault(rule);
	world.verdict = 'cluster';
	expect(await world.drive(vm)).toMatchObject({outcome: 'paused'});
	expect(await world.operation(vm)).toMatchObject({attempt: 0, waitingFor: 'fra1 unreachable'});
	expect(await failures(world, vm)).toEqual([]);
	world.clearFaults();
	world.verdict = 'item';
	world.pass(5000);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test('a clone whose VMID somebody took in between gets another one by itself', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({
		kind: 'fail-task', type: 'qmclone', count: 1, text: 'clone failed: unable to create VM 5000: config file already exists',
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await failures(world, vm)).toMatchObject([{to: 'clone', reason: expect.stringContaining('already exists'), upid: expect.stringContaining('qmclone')}]);
});

test('once a person has looked at several tasks that could be the intended one, the step looks again and goes on', async () => {
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
	const {id} = await world.operation(vm);
	await world.store.write(async ({vms, operations}) => {
		await vms.setAttention(vm.id, null);
		await operations.nextStep(id, world.clock.now());
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('resize')).toBe(2);
});

test('an intent does not wait for a moment that lies far off because the clock was set back', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.pass(365 * 86_400_000);
	const dead = {
		...world.proxmox,
		async cloneVm(): Promise<string> {
			throw new LockLost('vm:101');
		},
	};
	await expect(world.drive(vm, undefined, {proxmox: dead})).rejects.toThrow(LockLost);
	world.pass(-365 * 86_400_000);
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('not seen yet')});
	const {nextAttemptAt} = await world.operation(vm);
	expect(nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(60_000);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
});
