import {type ClusterSettings, type Settings} from '../../source/domain/settings.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A config of a small host: one cluster, three packages, one pool, the tasks at their default intervals. */
export const settingsOf = (cluster: ClusterSettings, database: string, {graceMs, timezone}: {readonly graceMs: number; readonly timezone: string}): Settings => ({
	file: null, database, timezone, clusters: [cluster],
	templates: {
		'debian-12': [{
			cluster: cluster.name, vmid: 9000, clone: 'full', storage: 'local-lvm',
		}],
		'debian-shared': [{
			cluster: cluster.name, vmid: 9000, clone: 'full', storage: 'shared',
		}],
	},
	packages: {
		'kvm-s': {
			cores: 1, memoryMib: 1024, diskGib: 10, networkMbps: 100, ipv4: 1, snapshots: 3, snapshotDays: 1, backups: 2, backupDays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
			trafficGb: 1000, firewall: {enable: true, ipfilter: true},
		},
		'kvm-m': {
			cores: 2, memoryMib: 2048, diskGib: 20, networkMbps: 200, vlan: 7, ipv4: 2, snapshots: 3, backups: 3, backupDays: ['mon', 'wed', 'sat'], backupAt: '02:30',
			diskReadMBps: 100, diskWriteMBps: 80, diskReadIops: 500, additionalDiskGib: 15, additionalDiskStorage: 'local-lvm', traffic: {count: 'out'},
			firewall: {enable: true, ipfilter: true, policyIn: 'ACCEPT'},
		},
		'kvm-l': {
			cores: 4, memoryMib: 4096, diskGib: 30, networkMbps: 1000, ipv4: 1, onboot: false, snapshots: 5, snapshotDays: 2, backups: 3, backupDays: ['tue', 'thu', 'sun'],
			additionalDiskGib: 25, additionalDiskStorage: 'local-lvm', additionalDiskWriteIops: 300,
		},
	},
	pools: [
		{
			name: 'v4', cluster: cluster.name, family: 4, bridge: 'vmbr0', vlan: 0, gateway: '10.9.0.1', prefix: 16, first: '10.9.1.1', last: '10.9.12.254',
			resolvers: ['10.9.0.2'], alertBelow: 0, quarantineMs: 6 * hour, genericPtr: null,
		},
		{
			name: 'v4-vlan7', cluster: cluster.name, family: 4, bridge: 'vmbr0', vlan: 7, gateway: '10.7.0.1', prefix: 16, first: '10.7.1.1', last: '10.7.12.254',
			resolvers: ['10.7.0.2'], alertBelow: 0, quarantineMs: 6 * hour, genericPtr: null,
		},
	],
	dns: [],
	// Nothing is sent: what would be lies in the outbox.
	mail: {
		smtp: {reveal: () => ''}, fingerprints: [], from: 'noc@example.net', templates: null,
	},
	alerts: {
		mail: [], command: [], webhook: null, heartbeatUrl: null,
	},
	installs: {panels: {}, applications: {}},
	intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
	terminate: {graceMs, keepBackupsDays: 0}, snapshots: {days: 0}, backups: {window: '01:00-05:00', alertAfterMs: 3 * day}, shutdownTimeoutMs: 2 * minute,
	// A graph of a day is long: it is read a few times a day.
	tasks: {collect_statistics: {intervalSeconds: 5 * 3600, lockTimeoutMs: null}},
	scheduler: {
		// What is due is looked at each second of the world's time; a world that jumps by minutes must not make anybody lose a lease.
		cycleMs: 1000, leaseMs: 45 * minute, maxAttempts: 20, startAt: 'once',
	},
	retention: {
		debugMs: day, infoMs: null, errorMs: null, runsMs: null, clientsMs: null,
	},
});
