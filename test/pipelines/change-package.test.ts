import {expect, test} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {
	ask,
	askToSuspend,
	endOf,
	isRunning,
	moveOn,
	settle,
	stepsOf,
	switchOn,
} from './asked.js';
import {
	askToChange,
	deployed,
	settleDying,
	small,
} from './changing.js';
import {pool} from './settings.js';
import {changes, createWorld} from './world.js';

const mail = {
	smtp: {reveal: () => 'smtp://localhost'}, fingerprints: [], from: 'ops@example.net', templates: null,
};

const large: Package = {
	...small, cores: 4, memoryMib: 4096, diskGib: 20, diskReadMBps: 50, additionalDiskGib: 8, additionalDiskWriteIops: 300, networkMbps: 200, ipv4: 2,
	firewall: {enable: true, policyIn: 'DROP'},
};

test.each(['9.2', '8.4'] as const)('on Proxmox %s every step of a change to a larger package is done, and the customer hears of it', async pve => {
	const world = await createWorld({mail}, {pve});
	const vm = await deployed(world);
	const operation = await askToChange(world, vm, large);
	expect(await settle(world, vm)).toMatchObject({
		status: 'ready', packageName: 'kvm-m', package: large, needsAttention: null, remoteStatus: 'running', mac: vm.mac,
	});
	expect(await stepsOf(world, operation)).toEqual([
		'cp_update_ip done: added 203.0.113.11',
		'cp_stop done: cores from 2 to 4, memory to 4096 MiB',
		'cp_cpu_ram done',
		'cp_system_disk_size done',
		'cp_system_disk_bandwidth done',
		'cp_additional_disk done',
		'cp_additional_disk_size skipped: no change',
		'cp_additional_disk_bandwidth done',
		'cp_network done',
		'cp_firewall done',
		'cp_start done',
		'ready done',
	]);
	expect(await world.config(vm)).toMatchObject({
		cores: 4, memory: '4096', scsi0: expect.stringMatching(/mbps_rd=50/), scsi1: expect.stringMatching(/size=8G.*iops_wr=300|iops_wr=300.*size=8G/), net0: expect.stringContaining('rate=25'),
	});
	expect([world.tasks('qmshutdown'), world.tasks('qmstop'), world.tasks('qmstart')]).toEqual([1, 0, 2]);
	const outbox = await world.store.read.outbox.list();
	expect(outbox.map(({template}) => template)).toEqual(['vm-ready', 'upgrade-finished']);
	expect(outbox[1]!.variables).not.toHaveProperty('password');
});

test('an additional disk that grows is a step of its own, on a running VM', async () => {
	const world = await createWorld();
	const vm = await deployed(world, {additionalDiskGib: 4});
	const operation = await askToChange(world, vm, {additionalDiskGib: 9});
	await settle(world, vm);
	expect((await stepsOf(world, operation)).filter(line => line.includes(' done'))).toEqual(['cp_additional_disk_size done']);
	expect((await world.config(vm)).scsi1).toContain('size=9G');
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('every step finds no change where there is none, and Proxmox is not touched', async () => {
	const world = await createWorld();
	const vm = await deployed(world, large);
	world.requests();
	const operation = await askToChange(world, vm, {});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', packageName: 'kvm-m'});
	expect(await stepsOf(world, operation)).toEqual([
		'cp_update_ip skipped: no change',
		'cp_stop skipped: nothing of it needs the VM off',
		'cp_cpu_ram skipped: no change',
		'cp_system_disk_size skipped: no change',
		'cp_system_disk_bandwidth skipped: no change',
		'cp_additional_disk skipped: no change',
		'cp_additional_disk_size skipped: no change',
		'cp_additional_disk_bandwidth skipped: no change',
		'cp_network skipped: no change',
		'cp_firewall skipped: no change',
		'cp_start skipped: no change',
		'ready skipped: no mail configured',
	]);
	expect(changes(world.requests())).toEqual([]);
});

test.each<[string, Package, number]>([
	['cores', {cores: 3}, 1],
	['the card\'s model', {model: 'e1000'}, 1],
	['a VLAN', {vlan: 7, ipv4: 0}, 1],
	['a larger disk', {diskGib: 11}, 0],
	['limits', {diskWriteIops: 500, networkMbps: 10}, 0],
	['a new disk', {additionalDiskGib: 2}, 0],
	['the firewall', {firewall: {enable: true}}, 0],
	['quotas', {snapshots: 9, backups: 9, trafficGb: 9}, 0],
])('for %s the VM is stopped only if it has to be', async (_, wanted, stops) => {
	const world = await createWorld();
	const vm = await deployed(world);
	await askToChange(world, vm, wanted);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', package: wanted, remoteStatus: 'running'});
	expect(world.tasks('qmshutdown')).toBe(stops);
	const {pending} = await world.guest(vm);
	expect(pending).toEqual({});
});

test('the look decides, not the rows: what somebody wrote down for the next start is applied by a stop', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	await world.proxmox.setVmConfig({node: 'pve1', vmid: 5000}, {cores: 4});
	const operation = await askToChange(world, vm, {cores: 4});
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual(expect.arrayContaining(['cp_stop done: cores from 2 to 4', 'cp_cpu_ram skipped: no change']));
	expect(await world.guest(vm)).toMatchObject({config: {cores: 4}, pending: {}});
});

test('a VM that was off is changed and stays off', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	await ask(world, vm, 'stop');
	await settle(world, vm);
	const operation = await askToChange(world, vm, {cores: 4, diskGib: 12});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'stopped', package: {cores: 4}});
	expect(await stepsOf(world, operation)).toEqual(expect.arrayContaining(['cp_stop skipped: it is off already', 'cp_cpu_ram done', 'cp_start skipped: it was off before']));
	expect(world.tasks('qmstart')).toBe(1);
});

test('a suspended VM ends stopped, and does not start with its node', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	await askToSuspend(world, vm, 'overdue');
	await askToChange(world, vm, {cores: 4});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'stopped', resumes: true});
	expect(await isRunning(world, vm)).toBe(false);
	expect(await world.config(vm)).toMatchObject({cores: 4, onboot: 0});
});

test('whether it starts with its node is the package\'s to say, before and after', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	await askToChange(world, vm, {onboot: false});
	await settle(world, vm);
	expect(await world.config(vm)).toMatchObject({onboot: 0});
	await askToChange(world, vm, {onboot: true});
	await settle(world, vm);
	expect(await world.config(vm)).toMatchObject({onboot: 1});
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('one that somebody starts in the midst of it does not go on with what it had before', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	const operation = await askToChange(world, vm, {cores: 4});
	let wasStarted = false;
	const proxmox: typeof world.proxmox = {
		...world.proxmox,
		async setVmConfig(place, wanted, digest) {
			if (!wasStarted && wanted.cores !== undefined) {
				wasStarted = true;
				await switchOn(world, vm);
			}

			await world.proxmox.setVmConfig(place, wanted, digest);
		},
	};
	await settle(world, vm, {proxmox});
	expect(await stepsOf(world, operation)).toContain('cp_start done');
	expect(world.tasks('qmreboot')).toBe(1);
	expect(await world.guest(vm)).toMatchObject({config: {cores: 4}, pending: {}});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a change of everything survives an owner who dies at each call, before it and after it', async () => {
	const world = await createWorld({pools: [pool({})]});
	const vm = await deployed(world);
	await askToChange(world, vm, {...large, ipv4: 2});
	const deaths = await settleDying(world, vm);
	expect([...new Set(deaths)].toSorted((a, b) => a.localeCompare(b))).toEqual(['addIpSetEntry', 'resizeDisk', 'setFirewallOptions', 'setVmConfig', 'shutdownVm', 'startVm']);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null, package: large});
	expect(await world.config(vm)).toMatchObject({cores: 4, memory: '4096', scsi1: expect.stringContaining('size=8G')});
	expect(await world.config(vm)).not.toHaveProperty('scsi2');
	expect(await isRunning(world, vm)).toBe(true);
	expect([world.tasks('qmshutdown'), world.tasks('qmstart'), world.tasks('resize')]).toEqual([1, 2, 2]);
});

test('a package that its node has no room for needs a person, who is told why it does not start', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	world.fault({kind: 'fail-task', type: 'qmstart', text: 'cannot set up guest memory: Cannot allocate memory'});
	await askToChange(world, vm, {memoryMib: 65_536});
	const settings = {...world.settings, scheduler: {...world.settings.scheduler, maxAttempts: 2}};
	expect(await settle(world, vm, {settings})).toMatchObject({status: 'cp_firewall', needsAttention: {reason: expect.stringContaining('Cannot allocate memory')}});
});

test('a VM that is not ready is not changed: the operation fails, and says where the VM stands', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	const operation = await askToChange(world, vm, {cores: 4});
	await world.store.write(async ({vms}) => vms.enter(await vms.get(vm.id), 'error_terminate', world.clock.now()));
	await moveOn(world, operation);
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'vm1.example.net stands at error_terminate, which is no step of change package'});
	expect(await world.vm(vm)).toMatchObject({status: 'error_terminate', packageName: 'kvm-s', package: {cores: 2}});
});
