import {expect, test} from 'vitest';
import {stampOf} from '../../source/domain/vm.js';
import {
	ask,
	askToSuspend,
	endOf,
	isRunning,
	moveOn,
	settle,
	stepsOf,
} from './asked.js';
import {
	askBack,
	backedUpBefore,
	letGoOn,
} from './backed-up.js';
import {expectWanted} from './brought-back.js';
import {changes, type World} from './world.js';

test('after a restore the VM is what its row wants by now, though the backup brought its old configuration back, and the mail goes out', async () => {
	const {world, vm} = await backedUpBefore();
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual([
		'stopped done',
		'snapshots_removed done',
		'restored done',
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
	expect((await world.vm(vm)).mac).toBe(vm.mac);
	expect([world.tasks('qmrestore'), world.tasks('qmshutdown'), world.tasks('qmstop')]).toEqual([1, 1, 0]);
	const mails = await world.store.read.outbox.list();
	expect(mails.map(({template, to}) => [template, to])).toEqual([['vm-ready', 'ada@example.org'], ['backup-restored', 'ada@example.org']]);
});

test('with `--no-mail` no mail goes out', async () => {
	const {world, vm} = await backedUpBefore();
	await askBack(world, vm, {mail: false});
	await settle(world, vm);
	await expectWanted(world, vm);
	expect((await world.store.read.outbox.list()).map(({template}) => template)).toEqual(['vm-ready']);
});

test('snapshots go, whoever took them, and so do their rows', async () => {
	const {world, vm} = await backedUpBefore();
	for (const name of ['first', 'second']) {
		await ask(world, vm, 'take-snapshot', {name, note: null});
	}

	await settle(world, vm);
	const guest = await world.guest(vm);
	guest.snapshots.push({...guest.snapshots[0]!, name: 'by-hand', description: 'by hand'});
	await askBack(world, vm);
	// Somebody else is faster with the last one.
	const proxmox = {
		...world.proxmox,
		async removeSnapshot(...given: Parameters<typeof world.proxmox.removeSnapshot>) {
			guest.snapshots = guest.snapshots.length === 1 ? [] : guest.snapshots;
			return world.proxmox.removeSnapshot(...given);
		},
	};
	await settle(world, vm, {proxmox});
	expect(world.tasks('qmdelsnapshot')).toBe(3);
	expect(guest.snapshots).toEqual([]);
	expect(await world.store.read.snapshots.list(vm.id)).toEqual([]);
	await expectWanted(world, vm);
});

test.each([
	['whose volume is gone', async (world: World) => {
		world.server.cluster.backups.length = 0;
	}, /^shared does not list the backup b1 of VM 5000 any more: shared:backup\/vzdump-qemu-5000-/],
	['that failed', async ({store}: World) => store.write(async ({backups}) => backups.set(1, {state: 'failed', volid: null})), /^the backup b1 is failed: there is nothing to restore$/],
	['whose volume belongs to another VM', async ({server, store}: World) => {
		const [backup] = server.cluster.backups;
		server.cluster.backups[0] = {...backup!, vmid: 5001, volid: backup!.volid.replace('5000', '5001')};
		await store.write(async ({backups}) => backups.set(1, {volid: backup!.volid.replace('5000', '5001')}));
	}, /^shared does not list the backup b1 of VM 5000/],
])('a backup %s is given up before anything is stopped', async (_, spoil, message) => {
	const {world, vm} = await backedUpBefore();
	await spoil(world);
	const operation = await askBack(world, vm);
	world.requests();
	await settle(world, vm);
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: expect.stringMatching(message)});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a backup of another VM of ours is never restored into this one', async () => {
	const {world, vm} = await backedUpBefore();
	const other = await world.order();
	await world.drive(other.vm);
	const operation = await ask(world, other.vm, 'restore', {backupId: 1, mail: true});
	await settle(world, other.vm);
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'vm2.example.net has no backup b1'});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a suspended VM ends off and not starting with its node', async () => {
	const {world, vm} = await backedUpBefore();
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	await expectWanted(world, vm);
});

test('a backup from before the VM was ours: the stamp is set again at once', async () => {
	const {world, vm} = await backedUpBefore();
	world.server.cluster.backups[0]!.config.description = 'Ada\'s web server';
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toContain('set_stamp done');
	expect((await world.config(vm)).description).toBe(`Ada's web server\n\n${stampOf(world.installation, vm)}`);
	await expectWanted(world, vm);
});

test('a locked VM is waited for before it is stopped, without an attempt', async () => {
	const {world, vm} = await backedUpBefore();
	world.fault({kind: 'locked', vmid: 5000});
	const operation = await askBack(world, vm);
	world.requests();
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.store.read.operations.find(operation.id)).toMatchObject({attempt: 0});
	world.clearFaults();
	await settle(world, vm);
	await expectWanted(world, vm);
});

test('a restore that fails needs a person at once, is not tried over and over, and goes on with `retry`', async () => {
	const {world, vm} = await backedUpBefore();
	world.server.cluster.backups[0]!.config.description = 'from before it was ours';
	world.fault({
		kind: 'fail-task', type: 'qmrestore', text: 'lvcreate failed', count: 1,
	});
	const operation = await askBack(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({
		reason: 'the restore failed: unable to restore VM 5000 - lvcreate failed: until a restore ends well, the VM may be without its disks', command: 'cronsole vm retry v101',
	});
	expect(world.tasks('qmrestore')).toBe(1);
	// What the failed one left bears no stamp any more.
	expect((await world.config(vm)).description).toBe('from before it was ours');
	await letGoOn(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	await expectWanted(world, vm);
	expect(world.tasks('qmrestore')).toBe(2);
});

test('a time-out of a lock is no failed restore: it is tried again by itself', async () => {
	const {world, vm} = await backedUpBefore();
	world.fault({
		kind: 'fail-task', type: 'qmrestore', text: 'can\'t lock file \'/var/lock/qemu-server/lock-5000.conf\' - got timeout', count: 1,
	});
	await askBack(world, vm);
	await settle(world, vm);
	await expectWanted(world, vm);
});

test('a VM whose restore died with its node stays locked: that is waited out, then a person hears the command and `retry` goes on', async () => {
	const {world, vm} = await backedUpBefore();
	await askBack(world, vm);
	const {tasks} = world.server.cluster;
	const proxmox = {
		...world.proxmox,
		async restoreVm(...given: Parameters<typeof world.proxmox.restoreVm>) {
			const upid = await world.proxmox.restoreVm(...given);
			tasks.interrupt(tasks.find('pve1', upid)!, 'unexpected status', false);
			return upid;
		},
	};
	expect((await settle(world, vm, {proxmox})).needsAttention).toMatchObject({reason: expect.stringContaining('unexpected status')});
	expect((await world.config(vm)).lock).toBe('create');
	await letGoOn(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({
		reason: expect.stringContaining('VM is locked (create) for three hours'), command: 'ssh root@pve1 qm unlock 5000 && cronsole vm retry v101',
	});
	expect(world.tasks('qmrestore')).toBe(1);
	delete (await world.guest(vm)).config.lock;
	await letGoOn(world, vm);
	await settle(world, vm);
	await expectWanted(world, vm);
});
