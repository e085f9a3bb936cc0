import {expect, test} from 'vitest';
import {stampOf, type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	askToSuspend,
	dyingAt,
	endOf,
	isRunning,
	moveOn,
	settle,
	stepsOf,
} from './asked.js';
import {changedSince, driveThroughDeaths, expectWanted} from './brought-back.js';
import {changes, type World} from './world.js';

const take = async (world: World, vm: Vm, name = 'before'): Promise<void> => {
	await ask(world, vm, 'take-snapshot', {name, note: null});
	await settle(world, vm);
};

const takenBefore = async () => changedSince(take);

const askBack = async (world: World, vm: Vm, name = 'before') => ask(world, vm, 'rollback', {name});

test('after a rollback the VM is what its row wants by now, though the snapshot brought its old configuration back', async () => {
	const {world, vm} = await takenBefore();
	const {mac} = vm;
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(await stepsOf(world, operation)).toEqual([
		'stopped done',
		'rolled_back done',
		'set_stamp skipped: no change',
		'set_cpu_ram done',
		'set_system_disk_size done',
		'set_system_disk_bandwidth done',
		'set_created_additional_disk done',
		'set_additional_disk_size skipped: no change',
		'set_additional_disk_bandwidth skipped: not in the package',
		'set_network done',
		'set_firewall skipped: no change',
		'set_cloudinit done',
		'starting done',
		'done done',
	]);
	await expectWanted(world, vm);
	expect((await world.vm(vm)).mac).toBe(mac);
	expect([world.tasks('qmrollback'), world.tasks('qmshutdown'), world.tasks('qmstop')]).toEqual([1, 1, 0]);
	expect(await world.store.read.outbox.list()).toEqual([]);
});

test('what had been applied is applied again: a rollback after the change brings the old size back, and not for long', async () => {
	const {world, vm} = await takenBefore();
	const guest = await world.guest(vm);
	await askBack(world, vm);
	await settle(world, vm);
	await askBack(world, vm);
	const sizes: unknown[] = [];
	const proxmox = {
		...world.proxmox,
		async resizeDisk(...given: Parameters<typeof world.proxmox.resizeDisk>) {
			sizes.push(guest.config.cores, guest.config.scsi0);
			return world.proxmox.resizeDisk(...given);
		},
	};
	await settle(world, vm, {proxmox});
	expect(sizes).toEqual([4, expect.stringContaining('size=10G')]);
	await expectWanted(world, vm);
});

test('later snapshots stay, and our rows say so', async () => {
	const {world, vm} = await takenBefore();
	await take(world, vm, 'later');
	const guest = await world.guest(vm);
	guest.snapshots.push({...guest.snapshots[0]!, name: 'by-hand', description: 'by hand'});
	await askBack(world, vm);
	await settle(world, vm);
	const rows = await world.store.read.snapshots.list(vm.id);
	expect(Object.fromEntries(rows.map(({name, ours}) => [name, ours]))).toEqual({before: true, later: true, 'by-hand': false});
});

test.each([
	['is gone', false, 'there is no snapshot before any more'],
	['is half made', true, 'the snapshot before is half made or half removed: nobody can go back to it'],
])('a snapshot that %s is given up before anything is stopped', async (_, isBroken, message) => {
	const {world, vm} = await takenBefore();
	const operation = await askBack(world, vm);
	const proxmox = {
		...world.proxmox,
		async listSnapshots(...given: Parameters<typeof world.proxmox.listSnapshots>) {
			const rows = await world.proxmox.listSnapshots(...given);
			return isBroken ? rows.map(row => ({...row, isBroken})) : [];
		},
	};
	world.requests();
	await settle(world, vm, {proxmox});
	expect(await endOf(world, operation)).toEqual({state: 'failed', message});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a suspended VM ends off, not starting with its node, and starts once it is lifted', async () => {
	const {world, vm} = await takenBefore();
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	await world.store.write(async ({vms}) => vms.set(vm.id, {resumes: false}));
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	await expectWanted(world, vm);
	expect(await world.vm(vm)).toMatchObject({resumes: true});
	expect((await world.config(vm)).onboot).toBe(0);
});

test('a snapshot with the guest\'s memory brings the VM back running: it is turned off again before anything is applied', async () => {
	const {world, vm} = await takenBefore();
	const {snapshots} = await world.guest(vm);
	snapshots[0] = {...snapshots[0]!, vmstate: true};
	await askToSuspend(world, vm, 'abuse');
	await settle(world, vm);
	const operation = await askBack(world, vm);
	const stops = world.tasks('qmstop');
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect([world.tasks('qmrollback'), world.tasks('qmstop') - stops]).toEqual([1, 1]);
	await expectWanted(world, vm);
});

test('a stamp that came back missing is set again, and the rest of the description stays', async () => {
	const {world, vm} = await takenBefore();
	const guest = await world.guest(vm);
	guest.snapshots[0] = {...guest.snapshots[0]!, config: {...guest.snapshots[0]!.config, description: 'Ada\'s web server'}};
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toContain('set_stamp done');
	expect(guest.config.description).toBe(`Ada's web server\n\n${stampOf(world.installation, vm)}`);
	await expectWanted(world, vm);
});

test('a stamp of somebody else that came back is not overwritten, and nothing is applied to that VM', async () => {
	const {world, vm} = await takenBefore();
	const guest = await world.guest(vm);
	guest.snapshots[0] = {...guest.snapshots[0]!, config: {...guest.snapshots[0]!.config, description: 'cronsole:deadbeef:v7'}};
	await askBack(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('the stamp of another installation, deadbeef:v7'), command: 'cronsole vm retry v101'});
	expect(guest.config).toMatchObject({description: 'cronsole:deadbeef:v7', cores: 2});
});

test('a VM that is not ours is neither stopped nor rolled back', async () => {
	const {world, vm} = await takenBefore();
	(await world.guest(vm)).config.description = 'made by hand';
	await askBack(world, vm);
	world.requests();
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('no stamp of ours')});
	expect(changes(world.requests())).toEqual([]);
});

test('a disk that has grown beyond what is wanted stays as large as it is, with the reason', async () => {
	const {world, vm} = await takenBefore();
	await world.store.write(async ({vms}) => vms.set(vm.id, {package: {diskGib: 5}}));
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toContain('set_system_disk_size skipped: scsi0 has 10 GiB already, more than 5: a disk is never made smaller');
});

test('a rollback that fails needs a person, and goes on with `retry`', async () => {
	const {world, vm} = await takenBefore();
	world.fault({
		kind: 'fail-task', type: 'qmrollback', text: 'snapshot feature is not available', count: 1,
	});
	const operation = await askBack(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: 'the rollback failed: snapshot feature is not available', command: 'cronsole vm retry v101'});
	await world.store.write(async ({vms}) => vms.setAttention(vm.id, null));
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	await expectWanted(world, vm);
});

test('a rollback that ended with warnings went well', async () => {
	const {world, vm} = await takenBefore();
	world.fault({kind: 'warnings', type: 'qmrollback', count: 1});
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toContain('rolled_back done: WARNINGS: 1');
	await expectWanted(world, vm);
});

test.each([
	['after the call', true],
	['before the call', false],
])('an owner that dies straight %s has rolled back once', async (_, isSent) => {
	const {world, vm} = await takenBefore();
	const operation = await askBack(world, vm);
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'rollBack', isSent)})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(world.tasks('qmrollback')).toBe(1);
	await expectWanted(world, vm);
});

test.each([
	['straight before', false],
	['straight after', true],
])('owners that die %s their writes, again and again, have rolled back once, and turned off once what came back running', async (_, isWritten) => {
	const {world, vm} = await takenBefore();
	const {snapshots} = await world.guest(vm);
	snapshots[0] = {...snapshots[0]!, vmstate: true};
	const operation = await askBack(world, vm);
	expect(await driveThroughDeaths(world, operation, isWritten)).toBeGreaterThan(10);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect([world.tasks('qmrollback'), world.tasks('qmshutdown'), world.tasks('qmstop')]).toEqual([1, 1, 1]);
	await expectWanted(world, vm);
});

test('a locked VM is waited for before it is stopped', async () => {
	const {world, vm} = await takenBefore();
	world.fault({kind: 'locked', vmid: 5000});
	const operation = await askBack(world, vm);
	world.requests();
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(changes(world.requests())).toEqual([]);
	world.clearFaults();
	await settle(world, vm);
	await expectWanted(world, vm);
});
