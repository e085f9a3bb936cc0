import {expect, test} from 'vitest';
import {type VmStatus} from '../../source/domain/vm-status.js';
import {pool} from './settings.js';
import {changes, createWorld, outcomes} from './world.js';

const everything = {
	cores: 4, sockets: 2, memoryMib: 4096, diskGib: 20, diskReadMBps: 100, diskWriteMBps: 80, diskReadIops: 500, diskWriteIops: 0,
	additionalDiskGib: 8, additionalDiskReadIops: 300, networkMbps: 100, vlan: 7, ipv4: 2, ipv6: 1, agent: true,
	firewall: {
		enable: true, policyIn: 'DROP', ipfilter: true, logIn: 'info',
	},
} as const;

const pools = [
	pool({name: 'other', bridge: 'vmbr1'}),
	pool({name: 'v4', vlan: 7}),
	pool({
		name: 'v6', family: 6, vlan: 7, first: '2001:db8::10', last: '2001:db8::20', gateway: '2001:db8::1', prefix: 64, resolvers: ['2001:db8::2'],
	}),
];

test('an order with everything becomes a running VM that is what the order says', async () => {
	const world = await createWorld({
		pools, mail: {
			smtp: {reveal: () => ''}, fingerprints: [], from: 'ops@example.net', templates: null,
		},
	});
	const {vm} = await world.order({package: everything});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done', line: 'v101 vm1.example.net: starting → ready, done'});

	const guest = await world.guest(vm);
	expect(guest.config).toMatchObject({
		name: 'vm1.example.net', cores: 4, sockets: 2, memory: '4096', onboot: 1, ciuser: 'root', description: `cronsole:${world.installation}:v101`,
		ipconfig0: 'ip=203.0.113.10/24,gw=203.0.113.1,ip6=2001:db8::10/64,gw6=2001:db8::1', nameserver: '203.0.113.2 2001:db8::2',
		scsi0: 'local-lvm:vm-5000-disk-0,size=20G,mbps_rd=100,mbps_wr=80,iops_rd=500', scsi1: 'local-lvm:vm-5000-disk-1,size=8G,iops_rd=300',
	});
	expect(decodeURIComponent(String(guest.config.sshkeys))).toBe('ssh-ed25519 AAAA ada@laptop');
	expect(guest.firewall.options).toMatchObject({
		enable: 1, policy_in: 'DROP', ipfilter: 1, log_level_in: 'info',
	});
	expect(guest.firewall.ipsets.map(({name, members}) => [name, members.map(({cidr}) => cidr).toSorted()])).toEqual([
		['ipfilter-net0', ['2001:db8::10', '203.0.113.10', '203.0.113.11']],
	]);
	const row = await world.vm(vm);
	expect(guest.config.net0).toBe(`virtio=${row.mac},bridge=vmbr0,tag=7,rate=12.5,firewall=1`);
	expect(row).toMatchObject({
		status: 'ready', node: 'pve1', vmid: 5000, remoteStatus: 'running', needsAttention: null, password: 'correct horse',
	});
	expect(await world.store.read.outbox.list()).toMatchObject([{
		template: 'vm-ready', to: 'ada@example.org', variables: {hostname: 'vm1.example.net', password: 'correct horse'},
	}]);
});

test('every step logs how it ended, with the remote task that it waited for', async () => {
	const world = await createWorld({pools});
	const {vm} = await world.order({package: {...everything, agent: false}});
	await world.drive(vm);
	const steps = await world.steps(vm);
	expect(outcomes(steps)).toEqual([
		'set_ip done',
		'clone done',
		'set_dns skipped: no zone for vm1.example.net',
		'migrated skipped: no change',
		'set_cpu_ram done',
		'set_system_disk_size done',
		'set_system_disk_bandwidth done',
		'set_created_additional_disk done',
		'set_additional_disk_size skipped: no change',
		'set_additional_disk_bandwidth done',
		'set_network done',
		'set_firewall done',
		'set_cloudinit done',
		'starting done',
		'ready skipped: no mail configured',
	]);
	const types = steps.filter(({upid}) => upid !== null).map(({to, upid}) => [to, upid!.split(':', 6)[5]]);
	expect(types).toEqual([['clone', 'qmclone'], ['set_system_disk_size', 'resize'], ['starting', 'qmstart']]);
	expect(steps.every(({attempt}) => attempt === 1)).toBe(true);
	expect(await world.vm(vm)).toMatchObject({password: null});
	const activity = await world.store.read.activity.list({limit: 9});
	expect(activity.map(({level, message}) => `${level} ${message.replace(/ \d{1,9}s$/, ' Ns')}`)).toEqual(['info deploy started, asked for by anna', 'info deploy done: ready after Ns']);
});

test('a package that says nothing leaves the clone as the template is', async () => {
	const world = await createWorld();
	const {vm} = await world.order({
		package: {}, password: null, sshKeys: [], mail: false,
	});
	await world.drive(vm);
	const steps = await world.steps(vm);
	expect(outcomes(steps).filter(line => !line.includes('skipped'))).toEqual(['clone done', 'set_network done', 'set_cloudinit done', 'starting done']);
	expect(await world.config(vm)).toMatchObject({
		cores: 1, memory: '1024', scsi0: 'local-lvm:vm-5000-disk-0,size=4G', ipconfig0: 'ip=dhcp', onboot: 1,
	});
	const {length} = world.requests().filter(({path}) => !path.includes('/tasks/'));
	expect(length).toBeLessThanOrEqual(12);
});

test.each<readonly [string, VmStatus]>([['the whole pipeline', 'creation'], ['everything after the clone', 'clone']])('a second pass over %s changes nothing', async (_, status) => {
	const world = await createWorld({pools});
	const {vm} = await world.order({package: {...everything, agent: false}});
	await world.drive(vm);
	const before = structuredClone(await world.config(vm));
	world.requests();

	await world.again(vm, status);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.config(vm)).toEqual(before);
	const {id} = await world.operation(vm);
	const steps = await world.steps(vm);
	expect(steps.filter(({operationId, outcome}) => operationId === id && outcome !== 'skipped')).toEqual([]);
});

test('a password that is not sent yet is written once, not at each pass', async () => {
	const world = await createWorld({
		mail: {
			smtp: {reveal: () => ''}, fingerprints: [], from: 'ops@example.net', templates: null,
		},
	});
	const {vm} = await world.order();
	await world.drive(vm);
	world.requests();
	await world.again(vm, 'set_firewall');
	await world.drive(vm);
	expect(await world.vm(vm)).toMatchObject({password: 'correct horse', status: 'ready'});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.store.read.outbox.list()).toHaveLength(2);
});

test('a deploy makes no more API calls than one look before each change', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.drive(vm);
	const calls = world.requests().filter(({path}) => !path.includes('/tasks/'));
	expect(changes(calls)).toHaveLength(8);
	expect(calls.length).toBeLessThanOrEqual(22);
});

test('eight deploys at once end well: nothing is given twice, and no more than two clones ever run', async () => {
	const world = await createWorld();
	const orders = await Promise.all(Array.from({length: 8}, async () => world.order()));
	const proxmox = {
		...world.proxmox,
		async cloneVm(...call: Parameters<typeof world.proxmox.cloneVm>) {
			const running = world.server.cluster.tasks.running().filter(({plan}) => plan.type === 'qmclone');
			expect(running.length).toBeLessThan(2);
			return world.proxmox.cloneVm(...call);
		},
	};
	const moves = await Promise.all(orders.map(async ({vm}) => world.drive(vm, undefined, {proxmox})));
	expect(moves.map(({outcome}) => outcome)).toEqual(Array.from({length: 8}, () => 'done'));
	const vms = await world.store.read.vms.list();
	const addresses = await world.store.read.addresses.listAll();
	expect(new Set(vms.map(({vmid}) => vmid)).size).toBe(8);
	expect(new Set(addresses.map(({address}) => address)).size).toBe(8);
	expect(world.tasks('qmclone')).toBe(8);
});
