import {expect, test} from 'vitest';
import {type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	dyingAt,
	endOf,
	moveOn,
	offVm,
	settle,
	stepsOf,
} from './asked.js';
import {changes, createWorld, type World} from './world.js';

const place = {node: 'pve1', vmid: 5000};

const namesInCluster = async (world: World, vm: Pick<Vm, 'id'>) => (await world.guest(vm)).snapshots.map(({name}) => name);
const rows = async ({store}: World, {id}: Pick<Vm, 'id'>) => store.read.snapshots.list(id);

/** Somebody takes one in Proxmox's own interface. */
const takeByHand = async (world: World, vm: Pick<Vm, 'id'>, name: string) => {
	const guest = await world.guest(vm);
	guest.snapshots.push({
		name, description: 'by hand', snaptime: Math.floor(world.clock.now() / 1000), vmstate: false, parent: guest.parent, config: {...guest.config},
	});
	guest.parent = name;
};

const take = async (world: World, vm: Pick<Vm, 'id'>, name: string, note: string | null = null) => {
	const operation = await ask(world, vm, 'take-snapshot', {name, note});
	await settle(world, vm);
	return operation;
};

test('a snapshot is taken without the memory, and stands in our rows as ours with its note', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await takeByHand(world, vm, 'elsewhere');
	const operation = await take(world, vm, 'before', 'before the {{update}}, 50 % "done"');
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	const guest = await world.guest(vm);
	expect(guest.snapshots.at(-1)).toMatchObject({name: 'before', vmstate: false, description: `cronsole:${world.installation}:v101 before the {{update}}, 50 % "done"`});
	const [elsewhere, before] = await rows(world, vm);
	expect(elsewhere).toMatchObject({name: 'elsewhere', note: 'by hand', ours: false});
	expect(before).toMatchObject({
		name: 'before', note: 'before the {{update}}, 50 % "done"', ours: true, keep: false, createdAt: guest.snapshots.at(-1)!.snaptime * 1000,
	});
});

test('a snapshot that is there already and ours is no change, and its row is there afterwards', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'before');
	await world.store.write(async ({snapshots}) => snapshots.remove(vm.id, 'before'));
	expect(await stepsOf(world, await take(world, vm, 'before'))).toEqual(['done skipped: no change']);
	expect(await rows(world, vm)).toMatchObject([{name: 'before', ours: true}]);
	expect(world.tasks('qmsnapshot')).toBe(1);
});

test('a name that somebody else has used is given up, and the VM is as it was', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await takeByHand(world, vm, 'before');
	const operation = await take(world, vm, 'before');
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'a snapshot before is there already, made outside: take another name'});
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await rows(world, vm)).toMatchObject([{name: 'before', ours: false}]);
});

test('a storage that takes no snapshots fails the operation at once, with Proxmox\'s own words and log, and nobody is called', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.fault({kind: 'fail-task', type: 'qmsnapshot', text: 'snapshot feature is not available'});
	const operation = await take(world, vm, 'before');
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'the snapshot failed: snapshot feature is not available'});
	expect(await world.vm(vm)).toMatchObject({needsAttention: null});
	expect(world.tasks('qmsnapshot')).toBe(1);
	expect(await rows(world, vm)).toEqual([]);
	const [step] = await world.steps(vm);
	expect(step).toMatchObject({outcome: 'failed', upid: expect.stringContaining(':qmsnapshot:'), log: expect.stringContaining('TASK ERROR: snapshot feature')});
});

test.each([
	['after the call', true],
	['before the call', false],
])('an owner that dies straight %s leaves one snapshot in the end', async (_, isSent) => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'take-snapshot', {name: 'before', note: null});
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, 'takeSnapshot', isSent)})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(world.tasks('qmsnapshot')).toBe(1);
	expect(await rows(world, vm)).toMatchObject([{name: 'before', ours: true}]);
});

test('a snapshot whose task nobody knows any more is looked for, and known as ours by its stamp', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.fault({kind: 'vanish', type: 'qmsnapshot', count: 1});
	const operation = await take(world, vm, 'before', 'note');
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(await rows(world, vm)).toMatchObject([{name: 'before', ours: true, note: 'note'}]);
	expect(await namesInCluster(world, vm)).toEqual(['before']);
});

test('a locked VM is waited for, and nothing is asked of Proxmox meanwhile', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	world.fault({kind: 'locked', vmid: 5000});
	world.requests();
	const operation = await ask(world, vm, 'take-snapshot', {name: 'before', note: null});
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(changes(world.requests())).toEqual([]);
	world.clearFaults();
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
});

test('a removed snapshot is gone from the cluster and from our rows; the others stay', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'first');
	await take(world, vm, 'second');
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'first'});
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual(['done done']);
	expect(await namesInCluster(world, vm)).toEqual(['second']);
	expect(await rows(world, vm)).toMatchObject([{name: 'second', ours: true}]);
});

test('a snapshot that is gone already is removed, and its row goes', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'before');
	(await world.guest(vm)).snapshots = [];
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'before'});
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual(['done skipped: it is gone already']);
	expect(await rows(world, vm)).toEqual([]);
	expect(world.tasks('qmdelsnapshot')).toBe(0);
});

test('a snapshot that goes between our look and the task is removed, and no failure', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'before');
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'before'});
	const guest = await world.guest(vm);
	const proxmox = {
		...world.proxmox,
		async removeSnapshot(where: typeof place, name: string) {
			guest.snapshots = [];
			return world.proxmox.removeSnapshot(where, name);
		},
	};
	await settle(world, vm, {proxmox});
	expect(await stepsOf(world, operation)).toEqual(['done done']);
	expect(await rows(world, vm)).toEqual([]);
});

test.each([
	['after the call', true],
	['before the call', false],
])('a removal whose owner dies straight %s is asked for once', async (_, isSent) => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'before');
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'before'});
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, 'removeSnapshot', isSent)})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(world.tasks('qmdelsnapshot')).toBe(1);
	expect(await rows(world, vm)).toEqual([]);
});

/** Proxmox lists it as half removed. */
const broken = (world: World) => ({
	...world.proxmox,
	async listSnapshots(where: typeof place) {
		const listed = await world.proxmox.listSnapshots(where);
		return listed.map(row => ({...row, isBroken: true}));
	},
});

test('a half-removed snapshot is shown as one, and removed by the ordinary call where that works', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await takeByHand(world, vm, 'half');
	const proxmox = broken(world);
	const taken = await ask(world, vm, 'take-snapshot', {name: 'half', note: null});
	await settle(world, vm, {proxmox});
	expect(await endOf(world, taken)).toMatchObject({state: 'failed', message: expect.stringContaining('half made or half removed: `cronsole snapshot remove v101 half` first')});
	expect(await rows(world, vm)).toMatchObject([{name: 'half', note: 'half made or half removed: by hand', ours: false}]);
	const removed = await ask(world, vm, 'remove-snapshot', {name: 'half'});
	await settle(world, vm, {proxmox});
	expect(await endOf(world, removed)).toMatchObject({state: 'done'});
	expect(await namesInCluster(world, vm)).toEqual([]);
});

test('a half-removed snapshot that does not go is given up with the command for its host', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await takeByHand(world, vm, 'half');
	world.fault({kind: 'fail-task', type: 'qmdelsnapshot', text: 'lvremove failed'});
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'half'});
	await settle(world, vm, {proxmox: broken(world)});
	const {state, message} = await endOf(world, operation);
	expect(state).toBe('failed');
	expect(message).toContain('lvremove failed');
	expect(message).toContain('on pve1: `qm unlock 5000 && qm delsnapshot 5000 half --force`');
	expect(world.tasks('qmdelsnapshot')).toBe(1);
	expect(await world.vm(vm)).toMatchObject({needsAttention: null});
});

test('a lock that a dead removal left is waited out for three hours, then the operation ends with the unlock command and nobody has unlocked anything', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await take(world, vm, 'before');
	const guest = await world.guest(vm);
	guest.config.lock = 'snapshot-delete';
	const operation = await ask(world, vm, 'remove-snapshot', {name: 'before'});
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'failed', message: expect.stringMatching(/VM is locked \(snapshot-delete\) for three hours.*qm unlock 5000/)});
	expect(world.tasks('qmdelsnapshot')).toBe(0);
	expect(guest.config.lock).toBe('snapshot-delete');
	expect(await rows(world, vm)).toMatchObject([{name: 'before'}]);
});

test('removing straight after taking waits for the first to end: one operation a VM at a time', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const taken = await ask(world, vm, 'take-snapshot', {name: 'before', note: null});
	const removed = await ask(world, vm, 'remove-snapshot', {name: 'before'});
	await moveOn(world, taken);
	expect(await moveOn(world, removed)).toMatchObject({outcome: 'busy'});
	await settle(world, vm);
	expect([await endOf(world, taken), await endOf(world, removed)]).toMatchObject([{state: 'done'}, {state: 'done'}]);
	expect(await rows(world, vm)).toEqual([]);
});
