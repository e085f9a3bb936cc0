import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	askToSuspend,
	dyingAt,
	endOf,
	isRunning,
	moveOn,
	offVm,
	runningVm,
	settle,
	stepsOf,
} from './asked.js';
import {addressesOf, goOnWith, settleDying} from './changing.js';
import {
	askToReinstall,
	deploy,
	prepare,
	rocky,
} from './reinstalling.js';
import {changes, createWorld} from './world.js';

const mail = {
	smtp: {reveal: () => 'smtp://localhost'}, fingerprints: [], from: 'ops@example.net', templates: null,
};

test.each(['9.2', '8.4'] as const)('on Proxmox %s it becomes another VM with the same VMID, MAC and addresses; snapshots go, backups stay', async pve => {
	const world = await createWorld({mail}, {pve});
	const vm = await prepare(world, deploy);
	const before = (await world.guest(vm)).createdAt;
	const addresses = await addressesOf(world, vm);
	await ask(world, vm, 'take-snapshot', {name: 'old', note: null});
	await settle(world, vm);
	await world.store.write(async ({backups}) => backups.add({
		vmId: vm.id, kind: 'manual', localDate: null, storage: 'shared', note: null, createdAt: 1, operationId: null,
	}));
	const operation = await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({
		status: 'ready', needsAttention: null, vmid: vm.vmid, mac: vm.mac, template: rocky, remoteStatus: 'running', password: 'a-new-Password-23456',
	});
	const steps = await stepsOf(world, operation);
	expect(steps.map(line => /^\w+ \w+/.exec(line)![0])).toEqual([
		'set_ip done',
		'clone done',
		'set_dns skipped',
		'migrated skipped',
		'set_cpu_ram done',
		'set_system_disk_size done',
		'set_system_disk_bandwidth skipped',
		'set_created_additional_disk skipped',
		'set_additional_disk_size skipped',
		'set_additional_disk_bandwidth skipped',
		'set_network done',
		'set_firewall done',
		'set_cloudinit done',
		'starting done',
		'ready done',
	]);
	const guest = await world.guest(vm);
	expect(guest.createdAt).toBeGreaterThan(before);
	expect(guest.config).toMatchObject({net0: expect.stringContaining(`virtio=${vm.mac},`), scsi0: expect.stringContaining('size=10G'), ipconfig0: expect.stringContaining(addresses[0]!)});
	expect(guest.snapshots).toEqual([]);
	expect(await world.store.read.snapshots.count(vm.id)).toBe(0);
	expect(await world.store.read.backups.list(vm.id)).toHaveLength(1);
	expect(await addressesOf(world, vm)).toEqual(addresses);
	expect([world.tasks('qmshutdown'), world.tasks('qmstop'), world.tasks('qmdestroy'), world.tasks('qmclone')]).toEqual([1, 0, 1, 2]);
	expect(world.requests().find(({method, path}) => method === 'DELETE' && /\/qemu\/\d+$/.test(path))?.params).toMatchObject({purge: '1'});
	const outbox = await world.store.read.outbox.list();
	expect(outbox.map(({template}) => template)).toEqual(['vm-ready', 'vm-ready']);
	expect(outbox[1]!.variables).toMatchObject({password: 'a-new-Password-23456'});
});

test('a VM with keys gets no new password', async () => {
	const world = await createWorld();
	const vm = await prepare(world, async () => runningVm(world, {sshKeys: ['ssh-ed25519 AAAA ada@laptop']}));
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', password: null});
	expect(await world.config(vm)).not.toHaveProperty('cipassword');
});

test('a VM that was off is installed anew without a stop, and runs afterwards', async () => {
	const world = await createWorld();
	const vm = await prepare(world, offVm);
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'running'});
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('a suspended VM ends stopped, and starts neither now nor with its node', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	await askToSuspend(world, vm, 'overdue');
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'stopped', resumes: true});
	expect(await isRunning(world, vm)).toBe(false);
	expect((await world.config(vm)).onboot ?? 0).toBe(0);
});

test('an owner who dies at each call, before it and after it, destroys once and clones once', async () => {
	const world = await createWorld();
	const vm = await prepare(world, deploy);
	await askToReinstall(world, vm);
	expect(await settleDying(world, vm)).toEqual(expect.arrayContaining(['shutdownVm', 'destroyVm', 'cloneVm', 'setVmConfig', 'startVm']));
	expect(await world.vm(vm)).toMatchObject({
		status: 'ready', vmid: 5000, mac: vm.mac, needsAttention: null, template: rocky,
	});
	expect([world.tasks('qmshutdown'), world.tasks('qmdestroy'), world.tasks('qmclone'), world.tasks('qmstart')]).toEqual([1, 1, 2, 2]);
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.10']);
});

test('one that was ended on its way is gone on with where it stood: nothing is destroyed twice', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const operation = await askToReinstall(world, vm);
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'setVmConfig', false)})).rejects.toThrow(LockLost);
	const {status} = await world.vm(vm);
	const next = await goOnWith(world, operation);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', vmid: 5000, remoteStatus: 'running'});
	const step = (await world.steps(vm)).find(({operationId}) => operationId === next.id);
	expect(step).toMatchObject({from: status, to: 'set_cpu_ram'});
	expect([world.tasks('qmdestroy'), world.tasks('qmclone')]).toEqual([1, 2]);
});

test('a VM that is being terminated is not installed anew', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const operation = await askToReinstall(world, vm);
	await world.store.write(async ({vms}) => vms.enter(await vms.get(vm.id), 'terminate', world.clock.now()));
	await moveOn(world, operation);
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'vm1.example.net stands at terminate, which is no step of reinstall'});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.vm(vm)).toMatchObject({template: {name: 'debian-12'}});
});
