import {setTimeout as sleep} from 'node:timers/promises';
import {
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {type Tally} from '../../source/domain/run.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Move} from '../../source/pipelines/move.js';
import {syncSnapshots} from '../../source/pipelines/sync-snapshots.js';
import {LockLost} from '../../source/store/leases.js';
import {removeSnapshots} from '../../source/tasks/remove-snapshots.js';
import {type TaskContext} from '../../source/tasks/task.js';
import {
	ask,
	askToSuspend,
	dyingAt,
	moveOn,
	offVm,
	settle,
	stepsOf,
} from '../pipelines/asked.js';
import {createWorld, type World} from '../pipelines/world.js';
import {noInstalls} from '../support/installing.js';

const day = 86_400_000;

let world: World;
let lines: string[];

beforeEach(async () => {
	world = await createWorld({snapshots: {days: 3}});
});

/** One run of the task. */
const run = async (own: Partial<TaskContext> = {}): Promise<Tally> => {
	const {store, settings, clock, proxmox} = world;
	lines = [];
	return removeSnapshots({
		store: await world.fenced({id: 0}), settings, clock, signal: new AbortController().signal,
		moveOn: async (operation): Promise<Move> => moveOn(world, operation),
		readerOf: () => proxmox,
		listReady: async () => store.read.operations.listReady({
			now: clock.now(), tasks: ['remove_snapshots'], clusters: ['fra1'], nodesDown: [], start: true, limit: 100,
		}),
		payDns: async () => undefined,
		...noInstalls,
		report(line) {
			lines.push(line);
		},
		...own,
	});
};

const own = {packageName: 'kvm-s', package: {cores: 1}};

/** A VM with snapshots of these ages in days, by name. */
const vmWith = async (ages: Readonly<Record<string, number>>, wish: Parameters<typeof offVm>[1] = own): Promise<Vm> => {
	const vm = await offVm(world, wish);
	for (const name of Object.keys(ages)) {
		await ask(world, vm, 'take-snapshot', {name, note: null});
		await settle(world, vm);
	}

	const guest = await world.guest(vm);
	guest.snapshots = guest.snapshots.map(snapshot => ({...snapshot, snaptime: snapshot.snaptime - (ages[snapshot.name]! * day / 1000)}));
	const rows = await world.proxmox.listSnapshots({node: 'pve1', vmid: guest.vmid});
	await world.store.write(syncSnapshots(vm, rows, world.installation));
	return vm;
};

const asked = async ({id}: Pick<Vm, 'id'>) => {
	const open = await world.store.read.operations.listOpen(id);
	return open.map(({kind, params}) => `${kind} ${(params as {readonly name?: string}).name ?? ''}`.trim());
};

const namesOf = async (vm: Pick<Vm, 'id'>) => {
	const {snapshots} = await world.guest(vm);
	const rows = await world.store.read.snapshots.list(vm.id);
	expect(rows.map(({name}) => name).toSorted()).toEqual(snapshots.map(({name}) => name).toSorted());
	return snapshots.map(({name}) => name);
};

/** Marks it, as `snapshot keep` does. */
const keep = async ({id}: Pick<Vm, 'id'>, name: string) => world.store.write(async ({snapshots}) => snapshots.keep(id, name, true));

/** What the watcher writes when a removal has ended. */
const noteEnd = async ({id}: Pick<Vm, 'id'>, exitStatus: string) => {
	await sleep(50); // Until it has, in the cluster.
	const [operation] = await world.store.read.operations.listOpen(id);
	await world.store.write(async ({remoteTasks}) => remoteTasks.finish(operation!.remoteTaskId!, exitStatus, world.clock.now()));
};

test('what has outlived its days is removed, the oldest first and one after the other; what is young, kept or foreign stays', async () => {
	const vm = await vmWith({
		young: 2, older: 5, oldest: 9, kept: 9, foreign: 9,
	});
	await keep(vm, 'kept');
	await world.store.write(async ({snapshots}) => {
		await snapshots.add({
			vmId: vm.id, name: 'foreign', note: null, createdAt: 1, keep: false, ours: false,
		});
	});
	const guest = await world.guest(vm);
	guest.snapshots = guest.snapshots.map(snapshot => snapshot.name === 'foreign' ? {...snapshot, description: 'by hand'} : snapshot);
	expect(await run()).toMatchObject({
		processed: 0, waiting: 1, errors: 0, message: null,
	});
	expect(lines).toEqual(['vm1.example.net  oldest: being removed']);
	expect(await asked(vm)).toEqual(['expire-snapshot oldest', 'expire-snapshot older']);
	await settle(world, vm);
	expect(await namesOf(vm)).toEqual(['young', 'kept', 'foreign']);
	expect(world.tasks('qmdelsnapshot')).toBe(2);
	expect(await run()).toEqual({
		processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: null,
	});
});

test('a second run asks for nothing twice', async () => {
	const vm = await vmWith({older: 5, oldest: 9});
	await run();
	await run();
	expect(await asked(vm)).toEqual(['expire-snapshot oldest', 'expire-snapshot older']);
	await settle(world, vm);
	expect(world.tasks('qmdelsnapshot')).toBe(2);
});

test('a removal that a person has asked for is not asked for again', async () => {
	const vm = await vmWith({oldest: 9});
	await ask(world, vm, 'remove-snapshot', {name: 'oldest'});
	await run();
	expect(await asked(vm)).toEqual(['remove-snapshot oldest']);
});

test('the package\'s days win over the config\'s, and 0 is for ever', async () => {
	const long = await vmWith({old: 9}, {...own, package: {snapshotDays: 10}});
	const forEver = await vmWith({old: 900}, {...own, package: {snapshotDays: 0}});
	const short = await vmWith({old: 2}, {...own, package: {snapshotDays: 1}});
	await run();
	expect([await asked(long), await asked(forEver), await asked(short)]).toEqual([[], [], ['expire-snapshot old']]);
});

test('a removal that ended is told as removed, and counted as done', async () => {
	const vm = await vmWith({oldest: 9});
	await run();
	await noteEnd(vm, 'OK');
	expect(await run()).toMatchObject({processed: 1, waiting: 0, errors: 0});
	expect(lines).toEqual(['vm1.example.net  oldest: removed']);
});

describe('a VM that cannot be worked on is told as skipped, never as done:', () => {
	test('a locked one, which is tried again by itself', async () => {
		const vm = await vmWith({oldest: 9});
		world.fault({kind: 'locked', vmid: 5000, text: 'snapshot'});
		expect(await run()).toMatchObject({
			processed: 0, waiting: 1, errors: 0, message: 'skipped: vm1.example.net (VM is locked (snapshot))',
		});
		expect(lines).toEqual(['vm1.example.net  oldest: skipped: VM is locked (snapshot)']);
		expect(world.tasks('qmdelsnapshot')).toBe(0);
		world.clearFaults();
		await settle(world, vm);
		expect(await namesOf(vm)).toEqual([]);
	});

	test('a busy one, whose turn comes after what is under way', async () => {
		const vm = await vmWith({oldest: 9});
		const backup = await ask(world, vm, 'backup', {note: null});
		await world.store.write(async ({operations}) => operations.begin(backup.id, world.clock.now()));
		expect(await run()).toMatchObject({
			processed: 0, waiting: 1, errors: 0, message: 'skipped: vm1.example.net (busy: backup)',
		});
		expect(lines).toEqual(['vm1.example.net  skipped: busy: backup']);
		expect(await asked(vm)).toEqual(['backup', 'expire-snapshot oldest']);
	});

	test.each([
		['one that needs a person', 'it needs attention', async (vm: Vm) => world.store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'disk full', since: 1, command: 'x'})), {}],
		['one of a cluster that is down, in maintenance or only observed', 'fra1 cannot be worked on now', () => undefined, {readerOf: () => undefined}],
		['one that is being terminated', 'it is being terminated', async (vm: Vm) => world.store.write(async ({vms}) => vms.enter(vm, 'terminate', 1)), {}],
	])('%s, and nothing piles up behind it', async (_, why, prepare, context) => {
		const vm = await vmWith({oldest: 9});
		await prepare(vm);
		expect(await run(context)).toMatchObject({
			processed: 0, waiting: 1, errors: 0, message: `skipped: vm1.example.net (${why})`,
		});
		expect(lines).toEqual([`vm1.example.net  skipped: ${why}`]);
		expect(await asked(vm)).toEqual([]);
	});
});

test('a removal that fails is counted as failed, with its cause', async () => {
	const vm = await vmWith({oldest: 9});
	world.fault({
		kind: 'fail-task', type: 'qmdelsnapshot', text: 'lvremove failed', count: 1,
	});
	await run();
	await noteEnd(vm, 'lvremove failed');
	expect(await run()).toMatchObject({processed: 0, errors: 1});
	expect(lines).toEqual([expect.stringMatching(/oldest: failed: attempt 2 of 20 after: .*lvremove failed/)]);
});

test('a suspended VM\'s snapshots expire like any other\'s, and it stays off', async () => {
	const vm = await vmWith({oldest: 9});
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	await run();
	await settle(world, vm);
	expect(await namesOf(vm)).toEqual([]);
	expect(world.tasks('qmstart')).toBe(0);
});

describe('a removal that was asked for in time is looked at again before it is done:', () => {
	test('a snapshot that was marked since is kept', async () => {
		const vm = await vmWith({oldest: 9});
		const operation = await ask(world, vm, 'expire-snapshot', {name: 'oldest'});
		await keep(vm, 'oldest');
		expect(await run()).toMatchObject({processed: 1});
		expect(lines).toEqual(['vm1.example.net  oldest: kept after all']);
		expect(await stepsOf(world, operation)).toEqual(['done skipped: it is kept, or not too old any more']);
		expect(await namesOf(vm)).toEqual(['oldest']);
	});

	test('a new snapshot of the same name is not taken for the old one', async () => {
		const vm = await vmWith({nightly: 9});
		await ask(world, vm, 'remove-snapshot', {name: 'nightly'});
		await ask(world, vm, 'take-snapshot', {name: 'nightly', note: null});
		await ask(world, vm, 'expire-snapshot', {name: 'nightly'});
		await settle(world, vm);
		expect(await namesOf(vm)).toEqual(['nightly']);
		expect(world.tasks('qmdelsnapshot')).toBe(1);
	});
});

test('a run that dies between asking and moving on has asked once, and the next one goes on', async () => {
	const vm = await vmWith({oldest: 9});
	await expect(run({
		async listReady() {
			throw new LockLost('task:remove_snapshots');
		},
	})).rejects.toThrow(LockLost);
	expect(await asked(vm)).toEqual(['expire-snapshot oldest']);
	await expect(run({moveOn: async operation => moveOn(world, operation, {proxmox: dyingAt(world, 'removeSnapshot', true)})})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await namesOf(vm)).toEqual([]);
	expect(world.tasks('qmdelsnapshot')).toBe(1);
});
