import {measureUse} from '../disks.js';
import {assertQuorum, type Endpoint} from '../endpoint.js';
import {refuse, refuseParameters} from '../refusal.js';
import {
	hostCores,
	hostLoad,
	hostMemory,
	hostDisk,
	hostResource,
	networkResource,
	storageResource,
	vmResource,
} from '../resources.js';
import {
	boolean,
	integer,
	listOf,
	longDigest,
	onNode,
	oneOf,
	text,
	vmid,
} from '../rules.js';
import {sha1} from '../vms.js';
import {
	isQuorate,
	localHost,
	seconds,
	tokenId,
	type Host,
	type World,
} from '../world.js';
import {taskSummary} from '../task-rows.js';

const versions = {
	9.2: {version: '9.2.11', release: '9.2', repoid: '14a22df35955d97d'},
	8.4: {version: '8.4.21', release: '8.4', repoid: '3f2d7c1e0b9a8d54'},
} as const;

const recentTasks = 25;

const isSeen = (world: World, host: Host) => host.offlineSince === undefined && (isQuorate(world) || host === localHost(world));

const status = (world: World) => [
	{
		id: 'cluster', type: 'cluster', name: 'simulation', nodes: world.hosts.length, quorate: isQuorate(world) ? 1 : 0, version: world.hosts.length,
	},
	...world.hosts.map(host => ({
		id: `node/${host.name}`, type: 'node', name: host.name, nodeid: host.nodeid, ip: host.ip, level: '', local: host === localHost(world) ? 1 : 0, online: isSeen(world, host) ? 1 : 0,
	})),
];

const storageResources = (world: World) => {
	const useOf = measureUse(world);
	return world.storages.flatMap(storage => world.hosts.map(host => storageResource(world, storage, host, useOf)));
};

const resources = (world: World, type: string | undefined) => world.random.shuffle([
	...(type === undefined ? world.pools.keys().map(pool => ({id: `/pool/${pool}`, type: 'pool', pool})).toArray() : []),
	...(type === undefined || type === 'vm' ? world.vms.values().map(vm => vmResource(world, vm)).toArray() : []),
	...(type === undefined || type === 'node' ? world.hosts.map(host => hostResource(world, host)) : []),
	...(type === undefined || type === 'storage' ? storageResources(world) : []),
	...(type === undefined || type === 'sdn' ? world.hosts.map(host => networkResource(world, host)) : []),
]);

const nextId = (world: World, asked: string | undefined) => {
	if (asked !== undefined) {
		return world.vms.has(Number(asked)) ? refuseParameters({vmid: `VM ${asked} already exists`}) : asked;
	}

	for (let id = 100; id < 1_000_000; id++) {
		if (!world.vms.has(id)) {
			return String(id);
		}
	}

	return refuse('unable to get any free VMID in range [100, 1000000]');
};

const hostStatus = (world: World, name: string) => {
	const host = world.hosts.find(candidate => candidate.name === name)!;
	const {cpu, mem} = hostLoad(world, host, world.now);
	return {
		cpu,
		wait: 0.001,
		idle: 0,
		uptime: seconds(world.now - host.bootedAt),
		loadavg: [0, 1, 2].map(step => (cpu * hostCores * (1 - (step * 0.1))).toFixed(2)),
		memory: {
			total: hostMemory, used: mem, free: hostMemory - mem, ...((world.pve === '9.2') && {available: hostMemory - mem}),
		},
		swap: {total: 0, used: 0, free: 0},
		rootfs: {
			total: hostDisk, used: hostDisk / 10, free: hostDisk * 0.9, avail: hostDisk * 0.85,
		},
		cpuinfo: {
			cpus: hostCores, cores: hostCores / 2, sockets: 1, model: 'Simulated CPU', mhz: '3400.000', flags: 'fpu sse2 hvm', hvm: '1', user_hz: 100,
		},
		ksm: {shared: 0},
		pveversion: `pve-manager/${versions[world.pve].version}/${versions[world.pve].repoid}`,
		kversion: 'Linux 6.17.2-1-pve #1 SMP PREEMPT_DYNAMIC',
		'current-kernel': {
			sysname: 'Linux', release: '6.17.2-1-pve', version: '#1 SMP PREEMPT_DYNAMIC', machine: 'x86_64',
		},
		'boot-info': {mode: 'efi', secureboot: 0},
	};
};

const everything: Readonly<Record<string, string>> = {
	'/': 'Sys.Audit Sys.Modify',
	'/nodes': 'Sys.Audit',
	'/vms': 'VM.Audit VM.Allocate VM.Clone VM.Config.Disk VM.Config.CDROM VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType VM.Config.Options VM.Config.Cloudinit VM.Console VM.PowerMgmt VM.Migrate VM.Snapshot VM.Snapshot.Rollback VM.Backup',
	'/storage': 'Datastore.Audit Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate',
	'/sdn': 'SDN.Audit SDN.Use',
	'/pool': 'Pool.Audit Pool.Allocate',
};

/** What the token may do, less what a fault takes from it everywhere. */
const permissions = (world: World) => Object.fromEntries(Object.entries(everything).map(([path, privileges]) => {
	const agent = path === '/vms' ? [world.pve === '9.2' ? 'VM.GuestAgent.Audit' : 'VM.Monitor'] : [];
	const lost = new Set(world.faults.list().filter(fault => fault.kind === 'denied' && fault.path === undefined).map(fault => fault.text));
	return [path, Object.fromEntries([...privileges.split(' '), ...agent].filter(privilege => !lost.has(privilege)).map(privilege => [privilege, 1]))];
}));

const firewallOptions = (world: World) => {
	const options = world.faults.find('firewall-off', {}) ? {...world.datacenterFirewall, enable: 0} : world.datacenterFirewall;
	return {...options, digest: sha1(JSON.stringify(options))};
};

const policies = 'ACCEPT REJECT DROP';

/** The cluster as a whole and its nodes. */
export const clusterEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/version', rules: {}, run: ({world}) => ({...versions[world.pve]}),
	},
	{
		method: 'GET', path: '/cluster/status', privilege: ['/', 'Sys.Audit'], rules: {}, run: ({world}) => status(world),
	},
	{
		method: 'GET', path: '/cluster/resources', rules: {type: oneOf('vm storage node sdn')}, run: ({world, parameters}) => resources(world, parameters.type),
	},
	{
		method: 'GET', path: '/cluster/nextid', rules: {vmid}, run: ({world, parameters}) => nextId(world, parameters.vmid),
	},
	{
		method: 'GET', path: '/cluster/tasks', rules: {},
		run: ({world}) => world.hosts.flatMap(host => world.tasks.list(host.name).slice(0, recentTasks).map(task => ({...taskSummary(task), saved: task.endtime === undefined ? '0' : '1'}))),
	},
	{
		method: 'GET', path: '/cluster/firewall/options', privilege: ['/', 'Sys.Audit'], rules: {}, run: ({world}) => firewallOptions(world),
	},
	{
		method: 'PUT', path: '/cluster/firewall/options', privilege: ['/', 'Sys.Modify'],
		rules: {
			delete: listOf('configid'), digest: longDigest, ebtables: boolean(), enable: integer(0), log_ratelimit: text(), policy_forward: oneOf('ACCEPT DROP'),
			policy_in: oneOf(policies), policy_out: oneOf(policies),
		},
		run({world, parameters: {digest, delete: gone, ...options}}) {
			assertQuorum(isQuorate(world), 'cfs-lock \'file-cluster_fw\' error: no quorum!');
			if (digest !== undefined && digest !== firewallOptions(world).digest) {
				refuse('detected modified configuration - file changed by other user? Try again.');
			}

			for (const [name, value] of Object.entries(options)) {
				world.datacenterFirewall[name] = /^\d+$/.test(value) ? Number(value) : value;
			}

			for (const name of gone?.split(/[\s,;]/) ?? []) {
				Reflect.deleteProperty(world.datacenterFirewall, name);
			}

			return null;
		},
	},
	{
		method: 'GET', path: '/nodes', rules: {}, run: ({world}) => world.random.shuffle(world.hosts).map(host => ({...hostResource(world, host), ssl_fingerprint: world.fingerprint})),
	},
	{
		method: 'GET', path: '/nodes/{node}/status', isForwarded: true, privilege: ['/nodes/{node}', 'Sys.Audit'], rules: onNode, run: ({world, node}) => hostStatus(world, node),
	},
	{
		method: 'GET', path: '/nodes/{node}/network', isForwarded: true,
		rules: {...onNode, type: oneOf('bridge bond eth alias vlan fabric OVSBridge OVSBond OVSPort OVSIntPort vnet any_bridge any_local_bridge include_sdn')},
		run: () => [{
			iface: 'vmbr0', type: 'bridge', active: 1, autostart: 1, bridge_ports: 'eno1', method: 'manual', method6: 'manual', priority: 3, families: ['inet'],
		}],
	},
	{
		method: 'GET', path: '/access/permissions', rules: {path: text(), userid: text()},
		run({world, parameters}) {
			if (parameters.userid !== undefined && parameters.userid !== tokenId) {
				refuse('Permission check failed (/access, Sys.Audit)', 403);
			}

			const all = permissions(world);
			const asked = parameters.path;
			return asked === undefined ? all : {[asked]: all[asked] ?? all[`/${asked.split('/', 2)[1] ?? ''}`] ?? all['/']};
		},
	},
];
