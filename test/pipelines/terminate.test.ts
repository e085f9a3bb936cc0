import {expect, test, vi} from 'vitest';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {
	ask,
	endOf,
	isRunning,
	offVm,
	runningVm,
	settle,
	stepsOf,
} from './asked.js';
import {pool} from './settings.js';
import {addAddress, goUntil, listHeld} from './termination.js';
import {createWorld, outcomes} from './world.js';

const hour = 3_600_000;

const grace = (graceMs: number): Partial<Settings> => ({terminate: {graceMs, keepBackupsDays: 0}});

test('a VM that goes is turned off hard, destroyed, and proven gone; then its addresses rest in quarantine', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const address = await addAddress(world, vm);
	await world.store.write(async ({snapshots, vms}) => {
		await vms.set(vm.id, {password: 'correct horse'});
		await snapshots.add({
			vmId: vm.id, name: 'before', note: null, createdAt: 1, keep: true, ours: true,
		});
	});
	const operation = await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({
		status: 'removed', password: null, remoteStatus: 'unknown', needsAttention: null,
	});
	expect(await stepsOf(world, operation)).toEqual([
		'cut_off done',
		'grace_over skipped: no grace in the config',
		expect.stringMatching(/^traffic_counted /),
		'backups_removed skipped: there are none',
		expect.stringMatching(/^dns_removed skipped/),
		'destroyed done',
		'removed done',
	]);
	expect(await endOf(world, operation)).toEqual({state: 'done', message: null});
	expect([world.tasks('qmstop'), world.tasks('qmshutdown'), world.tasks('qmdestroy')]).toEqual([1, 0, 1]);
	expect(world.server.cluster.vms.has(5000)).toBe(false);
	expect((await world.vm(vm)).removedAt).not.toBeNull();
	expect(await world.store.read.snapshots.list(vm.id)).toEqual([]);
	expect(await listHeld(world, vm)).toEqual([]);
	expect(await world.store.read.addresses.use(world.settings.pools, world.clock.now())).toMatchObject([{used: 0, quarantined: 1}]);
	expect(await world.store.read.addresses.use(world.settings.pools, world.clock.now() + (72 * hour) + 1)).toMatchObject([{quarantined: 0}]);
	expect(await world.store.read.addresses.history(address)).toMatchObject([{vmId: vm.id, until: expect.any(Number)}]);
});

test('the addresses of a pool that is not in the config any more rest for three days', async () => {
	const world = await createWorld({pools: [pool({quarantineMs: hour})]});
	const vm = await offVm(world);
	await addAddress(world, vm);
	await ask(world, vm, 'terminate');
	await settle(world, vm, {settings: {...world.settings, pools: []}});
	expect(await world.store.read.addresses.use(world.settings.pools, world.clock.now() + (71 * hour))).toMatchObject([{quarantined: 1}]);
	expect(await world.store.read.addresses.use(world.settings.pools, world.clock.now() + (73 * hour))).toMatchObject([{quarantined: 0}]);
});

test('access is cut off at once, and for the whole grace nothing else happens to the VM', async () => {
	const world = await createWorld(grace(12 * hour));
	const vm = await runningVm(world);
	const {id, requestedAt} = await ask(world, vm, 'terminate');
	await goUntil(world, vm, ({position, nextAttemptAt}) => position === 'cut_off' && nextAttemptAt !== null);
	expect(await world.operation(vm)).toMatchObject({state: 'running', attempt: 0, notes: {formerStatus: 'ready', wasRunning: true}});
	expect(await isRunning(world, vm)).toBe(false);
	expect(await world.config(vm)).toMatchObject({onboot: 0});
	let polls = 0;
	for (; world.clock.now() < requestedAt + (12 * hour) - 5000; polls++) {
		const {nextAttemptAt, waitingFor, position} = await world.operation(vm);
		expect({position, waitingFor}).toEqual({position: 'cut_off', waitingFor: expect.stringMatching(/^the end of the grace of 12h at \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)$/)});
		expect(nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(hour);
		expect(world.tasks('qmdestroy')).toBe(0);
		world.pass(nextAttemptAt! - world.clock.now());
		await world.move(vm);
	}

	expect(polls).toBe(12);
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect(await stepsOf(world, {id, vmId: vm.id})).toContain('grace_over done');
});

test.each(['creation', 'set_ip'] as const)('a VM that was never cloned (%s) goes without a call that changes anything, grace or not', async status => {
	const world = await createWorld(grace(hour));
	const {vm, operation: create} = await world.order();
	await world.store.write(async tables => {
		await tables.operations.finish(create.id, 'cancelled', world.clock.now());
		await tables.vms.enter(vm, status, world.clock.now());
	});
	await addAddress(world, vm);
	const operation = await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect((await stepsOf(world, operation)).slice(0, -1).every(line => line.includes(' skipped: '))).toBe(true);
	expect(world.requests().filter(({method}) => method !== 'GET')).toEqual([]);
	expect(await listHeld(world, vm)).toEqual([]);
});

test('a VM that is gone already is done with', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.server.cluster.vms.delete(5000);
	const operation = await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	expect(await stepsOf(world, operation)).toEqual(expect.arrayContaining(['cut_off skipped: it is not in the cluster', 'destroyed skipped: it is not in the cluster', 'removed done']));
	expect(world.tasks('qmdestroy')).toBe(0);
});

test('a VM that vanishes while it is stopped is found to be gone', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await ask(world, vm, 'terminate');
	const proxmox = {
		...world.proxmox,
		async stopVm(): Promise<string> {
			world.server.cluster.vms.delete(5000);
			return world.proxmox.stopVm({node: 'pve1', vmid: 5000});
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({status: 'removed', needsAttention: null});
});

test('what is asked for twice is one termination', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const first = await ask(world, vm, 'terminate');
	await world.move(vm);
	expect(await ask(world, vm, 'terminate')).toMatchObject({id: first.id});
	await settle(world, vm);
	expect(world.tasks('qmdestroy')).toBe(1);
});

test('what still waits for its turn at a VM ends with it', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await ask(world, vm, 'terminate');
	await world.move(vm);
	const late = await ask(world, vm, 'start');
	await settle(world, vm);
	expect(await endOf(world, late)).toEqual({state: 'cancelled', message: 'the VM was removed'});
});

test('a VM on another node than we thought is found there', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	(await world.guest(vm)).node = 'pve3';
	await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed', node: 'pve3'});
	expect(world.server.cluster.vms.has(5000)).toBe(false);
});

test('where its last traffic cannot be counted the VM goes all the same, after three attempts and with a warning', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.fault({
		kind: 'status', path: '/rrddata$', status: 500, text: 'rrd is broken',
	});
	const operation = await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	const steps = await stepsOf(world, operation);
	expect(steps.filter(line => line.startsWith('traffic_counted'))).toEqual([
		'traffic_counted failed: rrd is broken', 'traffic_counted failed: rrd is broken', 'traffic_counted skipped: not counted: rrd is broken',
	]);
	expect(await world.store.read.activity.list({limit: 20})).toContainEqual(expect.objectContaining({level: 'warning', message: 'its last traffic could not be counted: rrd is broken'}));
});

test('only so many VMs are destroyed on a cluster within an hour; the others wait without an attempt, then go too', async () => {
	const world = await createWorld({}, {speed: 5000});
	const vms: Vm[] = [];
	for (let count = 0; count < 12; count++) {
		vms.push(await offVm(world));
	}

	for (const vm of vms) {
		await ask(world, vm, 'terminate');
	}

	const waiting = await vi.waitFor(async () => {
		await Promise.all(vms.map(async vm => world.move(vm)));
		const present = await Promise.all(vms.map(async vm => world.vm(vm)));
		const left = present.filter(({status}) => status !== 'removed');
		expect(left).toHaveLength(2);
		return left;
	}, {timeout: 10_000, interval: 5});
	expect(world.tasks('qmdestroy')).toBe(10);
	for (const vm of waiting) {
		expect(await world.operation(vm)).toMatchObject({
			state: 'running', position: 'dns_removed', attempt: 0, waitingFor: expect.stringContaining('at most 10 VMs'),
		});
	}

	world.pass(hour + 1000);
	for (const vm of waiting) {
		expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	}

	expect(outcomes(await world.steps(waiting[0]!)).filter(line => line.includes('failed'))).toEqual([]);
});
