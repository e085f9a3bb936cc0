import {type ClusterSettings, type PoolSettings, type Settings} from '../../source/domain/settings.js';

const hour = 3_600_000;

/** A pool of fra1, with what a test cares for in its place. */
export const pool = (own: Partial<PoolSettings>): PoolSettings => ({
	name: 'fra1-v4', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.20',
	resolvers: ['203.0.113.2'], alertBelow: 0, quarantineMs: 72 * hour, genericPtr: null, ...own,
});

/** A config with one cluster and one pool. */
export const baseSettings = (cluster: ClusterSettings): Settings => ({
	file: null, database: ':memory:', timezone: 'UTC', clusters: [cluster],
	templates: {
		'debian-12': [{
			cluster: 'fra1', vmid: 9000, clone: 'full', storage: 'local-lvm',
		}],
	},
	packages: {}, pools: [pool({})], dns: [], mail: null,
	alerts: {
		mail: [], command: [], webhook: null, heartbeatUrl: null,
	},
	installs: {panels: {}, applications: {}},
	intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
	terminate: {graceMs: 0, keepBackupsDays: 0}, snapshots: {days: 0}, backups: {window: '01:00-05:00', alertAfterMs: 72 * hour}, shutdownTimeoutMs: 120_000,
	tasks: {}, scheduler: {
		cycleMs: 1000, leaseMs: 6000, maxAttempts: 20, startAt: 'once',
	},
	retention: {
		debugMs: null, infoMs: null, errorMs: null, runsMs: null, clientsMs: null,
	},
});
