import {expect, test} from 'vitest';
import {createVm} from '../../source/simulation/vms.js';
import {type Config} from '../../source/simulation/world.js';
import {pool} from './settings.js';
import {
	changes,
	createWorld,
	outcomes,
	type World,
} from './world.js';

/** A VM that is not ours. */
const addForeign = ({server: {cluster}}: World, vmid: number, config: Config = {}): Config => {
	const vm = createVm(cluster, vmid, 'pve2', {name: `foreign-${vmid}`, ...config});
	cluster.vms.set(vmid, vm);
	return vm.config;
};

test.each([
	['another installation\'s stamp', 'cronsole:deadbeef:v101', 'the stamp of another installation, deadbeef:v101'],
	['another VM\'s stamp', 'OWN:v999', 'v999'],
	['no stamp', 'made by hand', 'no stamp of ours'],
])('a VM with %s is not touched', async (_, description, reason) => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	const guest = await world.guest(vm);
	guest.config.description = description.replace('OWN', () => `cronsole:${world.installation}`);
	guest.config.cores = 1;
	guest.firewall.ipsets = [];
	const before = structuredClone(guest.config);
	for (const status of ['migrated', 'set_cpu_ram', 'set_system_disk_bandwidth', 'set_additional_disk_bandwidth', 'set_network', 'set_firewall', 'set_cloudinit'] as const) {
		world.requests();
		guest.config.scsi0 = 'local-lvm:vm-5000-disk-0,size=4G';
		guest.runs = [];
		await world.store.write(async ({operations, vms}) => {
			for (const {id} of await operations.listOpen(vm.id)) {
				await operations.finish(id, 'cancelled', world.clock.now());
			}

			await vms.setAttention(vm.id, null);
		});
		await world.again(vm, status);
		expect(await world.drive(vm)).toMatchObject({outcome: 'attention'});
		expect((await world.vm(vm)).needsAttention?.reason).toContain(reason);
		expect(changes(world.requests())).toEqual([]);
	}

	expect({...guest.config, scsi0: before.scsi0}).toEqual(before);
});

test('a VMID that somebody else took after it was reserved is left alone, and another one reserved', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	expect(await world.store.write(async ({vms}) => vms.reserveVmid(vm, [5000, 5999], new Set()))).toBe(5000);
	const foreign = addForeign(world, 5000, {cores: 7});
	const before = structuredClone(foreign);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({vmid: 5001, node: 'pve1'});
	expect(foreign).toEqual(before);
});

test('a half-made clone that is locked is waited for, not touched', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.store.write(async ({vms}) => vms.reserveVmid(vm, [5000, 5999], new Set()));
	const half = addForeign(world, 5000, {lock: 'clone'});
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (clone)')});
	expect(await world.operation(vm)).toMatchObject({attempt: 0});
	expect(changes(world.requests())).toEqual([]);
	delete half.lock;
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({vmid: 5001});
	expect(half).toEqual({name: 'foreign-5000'});
});

test('a VMID that is refused because something unseen has it is given up for the next', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	world.fault({
		kind: 'status', method: 'POST', path: '/clone$', status: 500, text: 'unable to create VM 5000: config file already exists', count: 1,
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({vmid: 5001});
	expect(world.tasks('qmclone')).toBe(1);
});

test('a VM that somebody moved to another node is found there, and the work goes on', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	const guest = await world.guest(vm);
	guest.runs = [];
	guest.node = 'pve3';
	guest.config.cores = 1;
	await world.again(vm, 'migrated');
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({node: 'pve3', needsAttention: null});
	expect(guest.config.cores).toBe(2);
	const activity = await world.store.read.activity.list({limit: 9});
	expect(activity.map(({message}) => message)).toContain('found on fra1/pve3, it was on pve1');
	expect(outcomes(await world.steps(vm)).filter(line => line.includes('failed'))).toEqual([]);
});

test('a VM that is nowhere needs a person', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	world.server.cluster.vms.delete(5000);
	await world.again(vm, 'migrated');
	expect(await world.drive(vm)).toMatchObject({outcome: 'attention', line: expect.stringContaining('VM 5000 is nowhere on fra1')});
});

test.each([
	['is not there', 9999, 'the template debian-12 (VM 9999) is not on fra1'],
	['is no template', 8888, 'VM 8888 on fra1, the config\'s template debian-12, is no template'],
])('a template that %s needs a person who is told which', async (_, vmid, reason) => {
	const world = await createWorld({}, {speed: 20_000});
	addForeign(world, 8888);
	await new Promise(resolve => {
		setTimeout(resolve, 20);
	}); // Until the cluster's next broadcast tells what the VM is.
	const {vm} = await world.order({
		template: {
			name: 'debian-12', vmid, clone: 'full', storage: 'local-lvm',
		},
	});
	expect(await world.drive(vm)).toMatchObject({outcome: 'attention', line: expect.stringContaining(reason)});
	expect(world.tasks('qmclone')).toBe(0);
});

test('without a cloud-init drive a person is told what to add to which template', async () => {
	const world = await createWorld();
	delete world.server.cluster.vms.get(9000)!.config.ide2;
	const {vm} = await world.order();
	expect(await world.drive(vm)).toMatchObject({outcome: 'attention', line: expect.stringMatching(/no cloud-init drive.*add one to the template debian-12 \(VM 9000\)/)});
});

test('an address that a foreign VM uses is not handed out, and many deploys share one look', async () => {
	const world = await createWorld({pools: [pool({first: '203.0.113.10', last: '203.0.113.12'})]});
	addForeign(world, 301, {ipconfig0: 'ip=203.0.113.10/24,gw=203.0.113.1'});
	addForeign(world, 302, {ipconfig0: 'ip=dhcp', ipconfig1: 'ip6=2001:DB8:0::1/64'});
	const orders = [await world.order(), await world.order(), await world.order()];
	for (const {vm} of orders) {
		await world.move(vm);
	}

	const all = await world.store.read.addresses.listAll();
	expect(all.map(({address}) => address)).toEqual(['203.0.113.11', '203.0.113.12']);
	expect(world.requests().filter(({path}) => /qemu\/30[12]\/config/.test(path))).toHaveLength(2);
	expect(await world.operation(orders[2]!.vm)).toMatchObject({waitingFor: 'a free IPv4 address in fra1-v4', attempt: 0});
	expect(await world.vm(orders[2]!.vm)).toMatchObject({status: 'creation', needsAttention: null});
});

test('all addresses of a VM are on one network; a pool elsewhere does not serve it', async () => {
	const world = await createWorld({
		pools: [pool({name: 'small', first: '203.0.113.10', last: '203.0.113.10'}), pool({
			name: 'large', bridge: 'vmbr1', first: '203.0.113.30', last: '203.0.113.40',
		})],
	});
	const {vm} = await world.order({package: {ipv4: 2}});
	await world.move(vm);
	const had = await world.store.read.addresses.listFor(vm.id);
	expect(had.map(({address, bridge}) => `${bridge} ${address}`)).toEqual(['vmbr1 203.0.113.30', 'vmbr1 203.0.113.31']);
	const other = await world.order({package: {ipv4: 1, bridge: 'vmbr7'}});
	expect(await world.move(other.vm)).toMatchObject({line: expect.stringContaining('fra1 has no address pool on vmbr7')});
});
