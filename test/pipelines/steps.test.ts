import {expect, test} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {type VmStatus} from '../../source/domain/vm-status.js';
import {type Config} from '../../source/simulation/world.js';
import {changes, createWorld, type World} from './world.js';

const template = {
	name: 'debian-12', vmid: 9000, clone: 'full', storage: 'local-lvm',
} as const;

/** Deploys with that package onto a template with that configuration; the log's line of the step that ends with `to`. */
const deploy = async (world: World, to: VmStatus, own: Package, templateConfig: Config = {}): Promise<{readonly line: string; readonly config: Config}> => {
	const {config} = world.server.cluster.vms.get(9000)!;
	Object.assign(config, templateConfig);
	const {vm} = await world.order({package: own});
	const move = await world.drive(vm, ({status}) => status === 'ready');
	expect(move).toMatchObject({outcome: 'done'});
	const step = (await world.steps(vm)).findLast(row => row.to === to);
	return {line: `${step!.outcome} ${step!.reason}`, config: await world.config(vm)};
};

test('a disk that is larger than the package is left as it is, and the log says so', async () => {
	const {line, config} = await deploy(await createWorld(), 'set_system_disk_size', {diskGib: 2});
	expect(line).toBe('skipped scsi0 has 4 GiB already, more than 2: a disk is never made smaller');
	expect(config.scsi0).toContain('size=4G');
});

test('a limit of 0 takes the template\'s limit away, what the package leaves out stays, a limit for both directions gives way', async () => {
	const {line, config} = await deploy(await createWorld(), 'set_system_disk_bandwidth', {diskReadIops: 0, diskWriteMBps: 50}, {
		scsi0: 'local-lvm:base-9000-disk-0,discard=on,iops_rd=900,iops_wr=700,mbps=300,size=4G',
	});
	expect(line).toBe('done null');
	expect(config.scsi0).toBe('local-lvm:vm-5000-disk-0,discard=on,iops_wr=700,size=4G,mbps_wr=50');
});

test('less memory than the balloon takes the balloon along', async () => {
	const {config} = await deploy(await createWorld(), 'set_cpu_ram', {memoryMib: 1024}, {balloon: 2048, memory: '4096'});
	expect(config).toMatchObject({memory: '1024', balloon: 1024, cores: 1});
});

test('a template\'s second disk serves as the additional one, and grows', async () => {
	const {line, config} = await deploy(await createWorld(), 'set_additional_disk_size', {additionalDiskGib: 6}, {scsi1: 'local-lvm:base-9000-disk-1,size=2G'});
	expect(line).toBe('done null');
	expect(config.scsi1).toContain('size=6G');
});

test('an additional disk goes to the storage that the package names', async () => {
	const {config} = await deploy(await createWorld(), 'set_created_additional_disk', {additionalDiskGib: 6, additionalDiskStorage: 'shared'});
	expect(config.scsi1).toMatch(/^shared:.*size=6G/);
});

test('untagged and unlimited are said by 0; the model changes and the MAC stays', async () => {
	const world = await createWorld();
	const {config} = await deploy(world, 'set_network', {vlan: 0, networkMbps: 0, model: 'e1000'}, {net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=9,rate=5,queues=2'});
	const [vm] = await world.store.read.vms.list();
	expect(config.net0).toBe(`e1000=${vm!.mac},bridge=vmbr0,queues=2,firewall=1`);
});

test('a template without a network card gets one, and the MAC that Proxmox made up is kept', async () => {
	const world = await createWorld();
	delete world.server.cluster.vms.get(9000)!.config.net0;
	const {config} = await deploy(world, 'set_network', {bridge: 'vmbr0'});
	const [vm] = await world.store.read.vms.list();
	expect(vm!.mac).toMatch(/^BC:24:11/);
	expect(config.net0).toBe(`virtio=${vm!.mac},bridge=vmbr0,firewall=1`);
});

test('the address filter becomes exactly the VM\'s addresses', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	const guest = await world.guest(vm);
	guest.firewall.ipsets[0]!.members.splice(0, 1, {cidr: '203.0.113.10/32'}, {cidr: '198.51.100.7'});
	world.requests();
	await world.again(vm, 'set_network');
	await world.drive(vm);
	expect(guest.firewall.ipsets[0]!.members).toEqual([{cidr: '203.0.113.10/32'}]);
	expect(changes(world.requests())).toEqual(['DELETE /nodes/pve1/qemu/5000/firewall/ipset/ipfilter-net0/198.51.100.7']);
});

test('a VM does not start with its node where the package says no', async () => {
	const {config} = await deploy(await createWorld(), 'set_cloudinit', {onboot: false}, {onboot: 1});
	expect(config.onboot).toBe(0);
});

test('a VM that runs already is not started again', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	await world.again(vm, 'set_cloudinit');
	await world.drive(vm);
	expect(world.tasks('qmstart')).toBe(1);
	expect((await world.steps(vm)).findLast(({to}) => to === 'starting')).toMatchObject({outcome: 'skipped', reason: 'no change'});
});

test('a linked clone names no storage and stays with its template, though the order names another node', async () => {
	const world = await createWorld();
	const {vm} = await world.order({template: {...template, clone: 'linked'}, wantedNode: 'pve2'});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({node: 'pve1'});
	const steps = await world.steps(vm);
	expect(steps.find(({to}) => to === 'migrated')).toMatchObject({outcome: 'skipped', reason: expect.stringContaining('a linked clone cannot leave its template\'s node')});
	const [warning] = await world.store.read.activity.list({limit: 1, level: 'warning'});
	expect(warning).toMatchObject({level: 'warning', subject: 'vm1.example.net', message: expect.stringContaining('stays on pve1')});
	expect(world.requests().find(({path}) => path.endsWith('/clone'))?.params).not.toHaveProperty('storage');
});

test('a VM goes to the node that its order names, and the work goes on there', async () => {
	const world = await createWorld();
	const {vm} = await world.order({wantedNode: 'pve3'});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await world.vm(vm)).toMatchObject({node: 'pve3'});
	expect(await world.guest(vm)).toMatchObject({node: 'pve3'});
	expect((await world.steps(vm)).find(({to}) => to === 'migrated')).toMatchObject({outcome: 'done', upid: expect.stringContaining(':qmigrate:5000:')});
});

test('a VM that fits nowhere but was ordered stays where it was cloned, with a warning', async () => {
	const world = await createWorld();
	const {vm} = await world.order({package: {memoryMib: 900_000}});
	await world.drive(vm, ({status}) => status === 'migrated');
	expect((await world.steps(vm)).find(({to}) => to === 'migrated')).toMatchObject({outcome: 'skipped', reason: 'no node of the cluster has room for it: the VM stays on pve1'});
});

test('a node in maintenance is not gone to', async () => {
	const world = await createWorld();
	await world.store.write(async ({clusters}) => clusters.setMaintenance({
		cluster: 'fra1', node: 'pve2', by: 'anna', reason: null, since: 0, until: null,
	}));
	const {vm} = await world.order({wantedNode: 'pve2'});
	await world.drive(vm);
	expect((await world.steps(vm)).find(({to}) => to === 'migrated')?.reason).toBe('the node pve2 is in maintenance: the VM stays on pve1');
});

test('the DNS step says why it writes nothing', async () => {
	const reasons = [];
	for (const wanted of [{ipv4: 1}, {ipv4: 0}]) {
		const {line} = await deploy(await createWorld(), 'set_dns', wanted);
		reasons.push(line);
	}

	expect(reasons).toEqual(['skipped no zone for vm1.example.net', 'skipped no addresses']);
});
