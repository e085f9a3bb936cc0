import {expect, test} from 'vitest';
import {type VmPlace} from '../../source/clients/proxmox/proxmox.js';
import {
	isRunning,
	moveOn,
	runningVm,
	settle,
} from './asked.js';
import {askToReinstall, deploy, prepare} from './reinstalling.js';
import {changes, createWorld} from './world.js';

test('a guest that does not listen is turned off when its time is over', async () => {
	const world = await createWorld();
	const vm = await prepare(world);
	const guest = await world.guest(vm);
	guest.isPaused = true;
	await askToReinstall(world, vm);
	expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	expect(world.tasks('qmdestroy')).toBe(1);
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
	await expect.poll(line, {interval: 5}).toContain('room for the destroy: at most 1 VMs in');
	expect(await world.operation(second)).toMatchObject({attempt: 0});
	expect(world.tasks('qmdestroy')).toBe(1);
	world.pass(3_600_000);
	expect(await settle(world, second, {settings})).toMatchObject({status: 'ready'});
	expect(world.tasks('qmdestroy')).toBe(2);
});
