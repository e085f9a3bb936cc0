import {expect, test} from 'vitest';
import {type VmPlace} from '../../source/clients/proxmox/proxmox.js';
import {type Vm} from '../../source/domain/vm.js';
import {createVm} from '../../source/simulation/vms.js';
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
import {
	addressesOf,
	deployed,
	goOnWith,
	settleDying,
} from './changing.js';
import {changes, createWorld, type World} from './world.js';

const mail = {smtp: {reveal: () => 'smtp://localhost'}, from: 'ops@example.net', templates: null};

const rocky = {
	name: 'rocky-9', vmid: 9001, clone: 'full', storage: 'local-lvm',
} as const;

/** Another template, and a VM that runs and has no keys. */
const prepare = async (world: World, make: (world: World) => Promise<Vm> = async () => runningVm(world, {sshKeys: []})): Promise<Vm> => {
	const {cluster} = world.server;
	const {config} = cluster.vms.get(9000)!;
	cluster.vms.set(9001, createVm(cluster, 9001, 'pve1', {...config, name: 'rocky-9', scsi0: 'local-lvm:base-9001-disk-0,size=6G'}));
	const vm = await make(world);
	world.requests();
	return vm;
};

const deploy = async (world: World): Promise<Vm> => deployed(world, {}, {sshKeys: []});

const askToReinstall = async (world: World, vm: Pick<Vm, 'id'>) => ask(world, vm, 'reinstall', {template: rocky});

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

test('a guest that does not listen is turned off when its time is over', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const guest = await world.guest(vm);
	guest.isPaused = true;
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	expect(world.tasks('qmdestroy')).toBe(1);
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

test('a VM that is gone already counts as removed, and comes back under its VMID', async () => {
	const world = await createWorld();
	const vm = await prepare(world, deploy);
	world.server.cluster.vms.delete(5000);
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', vmid: 5000, mac: vm.mac});
	expect(world.tasks('qmdestroy')).toBe(0);
});

test.each([
	['another installation\'s stamp', 'cronsole:deadbeef:v101'],
	['no stamp', 'made by hand'],
])('a VM with %s under our VMID is not touched', async (_, description) => {
	const world = await createWorld();
	const vm = await prepare(world);
	const guest = await world.guest(vm);
	guest.config.description = description;
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'reinstall', needsAttention: {reason: expect.stringContaining('it is not touched')}});
	expect(changes(world.requests())).toEqual([]);
	expect(await isRunning(world, vm)).toBe(true);
});

test('a VM that somebody moved is found and removed where it is', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const guest = await world.guest(vm);
	guest.runs = [];
	guest.node = 'pve3';
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', vmid: 5000, node: 'pve1'});
	expect(changes(world.requests())[0]).toBe('DELETE /nodes/pve3/qemu/5000');
});

test('that it is not there is not believed of a node that cannot be reached', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	world.fault({kind: 'proxy-refused', node: 'pve1'});
	world.verdict = 'node';
	const operation = await askToReinstall(world, vm);
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'paused'});
	expect(changes(world.requests())).toEqual([]);
	world.clearFaults();
	expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	expect(world.tasks('qmdestroy')).toBe(1);
});

test('one that somebody removes between the look and the call is gone, and that is fine', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const proxmox: typeof world.proxmox = {
		...world.proxmox,
		async destroyVm(place: VmPlace) {
			const upid = await world.proxmox.destroyVm(place);
			world.fault({
				kind: 'fail-task', type: 'qmdestroy', count: 1, text: 'Configuration file \'nodes/pve1/qemu-server/5000.conf\' does not exist',
			});
			world.server.cluster.vms.delete(5000);
			return upid;
		},
	};
	await askToReinstall(world, vm);
	expect(await settle(world, vm, {proxmox})).toMatchObject({status: 'ready', vmid: 5000, needsAttention: null});
});

test('a locked VM is waited for, a protected one needs a person before it is even turned off', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const operation = await askToReinstall(world, vm);
	world.fault({kind: 'locked', vmid: 5000, text: 'backup'});
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(changes(world.requests())).toEqual([]);
	world.clearFaults();
	const guest = await world.guest(vm);
	guest.config.protection = 1;
	expect(await settle(world, vm)).toMatchObject({status: 'reinstall', needsAttention: {reason: expect.stringContaining('VM 5000 is protected')}});
	expect(changes(world.requests())).toEqual([]);
});

test('it counts as a destroy: above so many an hour the next one waits, without an attempt', async () => {
	const world = await createWorld();
	const settings = {...world.settings, clusters: world.settings.clusters.map(cluster => ({...cluster, destroysPerHour: 1}))};
	const first = await prepare(world);
	const second = await runningVm(world);
	await askToReinstall(world, first);
	await settle(world, first, {settings});
	const operation = await askToReinstall(world, second);
	const line = async () => (await moveOn(world, operation, {settings})).line;
	await expect.poll(line, {interval: 5}).toContain('the next of 1 that the destroy may be started in');
	expect(await world.operation(second)).toMatchObject({attempt: 0});
	expect(world.tasks('qmdestroy')).toBe(1);
	world.pass(3_600_000);
	expect(await settle(world, second, {settings})).toMatchObject({status: 'ready'});
	expect(world.tasks('qmdestroy')).toBe(2);
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
