import {type Activity} from '../../../source/domain/activity.js';
import {type Install} from '../../../source/domain/install.js';
import {type Operation} from '../../../source/domain/operation.js';
import {type Run} from '../../../source/domain/run.js';
import {type Settings} from '../../../source/domain/settings.js';
import {taskNames} from '../../../source/domain/task.js';
import {type Lock, type Overview, type VmInWork} from '../../../source/tui/state.js';

/** Saturday 2026-11-21 18:40:12 in Berlin. */
export const fixedNow = Date.parse('2026-11-21T17:40:12Z');

const ago = (seconds: number): number => fixedNow - (seconds * 1000);

export const fixedSettings: Settings = {
	file: '/etc/cronsole/cronsole.yaml', database: '/var/lib/cronsole/cronsole.db', timezone: 'Europe/Berlin', clusters: [], templates: {}, packages: {}, pools: [], dns: [], mail: null,
	alerts: {
		mail: [], command: [], webhook: null, heartbeatUrl: null,
	},
	installs: {panels: {}, applications: {}},
	intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
	terminate: {graceMs: 0, keepBackupsDays: 7},
	snapshots: {days: 7},
	backups: {window: '01:00-05:00', alertAfterMs: 0},
	shutdownTimeoutMs: 60_000,
	tasks: {},
	scheduler: {
		cycleMs: 5000, leaseMs: 60_000, maxAttempts: 5, startAt: 'once',
	},
	retention: {
		debugMs: null, infoMs: null, errorMs: null, runsMs: null, clientsMs: null,
	},
};

const run = (id: number, task: Run['task'], startedAgo: number, tookMs: number | null, more: Partial<Run> = {}): Run => ({
	id, task, trigger: 'schedule', by: 'scheduler', startedAt: ago(startedAgo), finishedAt: tookMs === null ? null : ago(startedAgo) + tookMs, result: tookMs === null ? null : 'ok',
	processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: null, ...more,
});

const operation = (vmId: number, more: Partial<Operation> = {}): Operation => ({
	id: vmId, vmId, kind: 'create', task: 'process_vms', params: {}, requestedBy: 'billing', requestedAt: ago(600), state: 'running', startedAt: ago(300), finishedAt: null,
	attempt: 0, nextAttemptAt: null, waitingFor: null, stepSince: ago(41), remoteTaskId: null, slot: null, pausedByNode: null, message: null, position: null, notes: {}, ...more,
});

export const vmInWork = (id: number, hostname: string, more: {readonly vm?: Partial<VmInWork['vm']>; readonly operation?: Partial<Operation>; readonly progress?: number} = {}): VmInWork => ({
	vm: {
		id, reference: `order-${id}`, hostname, cluster: 'fra1', node: 'pve1', vmid: id, status: 'set_ip', needsAttention: null, suspended: [], version: 3, ...more.vm,
	},
	operation: operation(id, more.operation),
	progress: more.progress ?? null,
});

export const install = (id: number, domain: string, more: Partial<Install> = {}): Install => ({
	id, reference: `site-${id}`, generation: 1, panel: 'web1', application: 'wordpress', domain, account: domain.split('.', 1)[0]!, client: {name: 'Max', email: 'max@example.org'}, order: {},
	kind: 'install', plan: null, title: 'A site', adminUser: 'max', adminEmail: 'max@example.org', url: 'domain', position: 'account', stepSince: null, inFlight: null,
	foundBefore: null, isDropAsked: false, accountState: 'active', site: null, doing: null,
	state: 'pending', droppedFrom: null, droppedBy: null, droppedAt: null, cause: null, attempt: 0, progress: null, createdAt: ago(120), updatedAt: ago(120), nextAttemptAt: ago(-192), version: 1, ...more,
});

export const activity = (id: number, more: Partial<Activity>): Activity => ({
	id, at: ago(60 - id), level: 'info', actor: 'scheduler', address: null, subject: 'web1.example.net', vmId: 101, installId: null, message: 'clone started on pve1', ...more,
});

const lock = (name: string, pid: number, stale: boolean, acquiredAgo: number): Lock => ({
	name, owner: {
		host: 'ops1', pid, instance: 'x', kind: 'daemon',
	}, acquiredAt: ago(acquiredAgo), renewedAt: ago(Math.min(acquiredAgo, stale ? 60 : 5)), stale, fence: 41,
});

const runs: readonly Run[] = [
	run(40, 'process_vms', 52, 8200, {processed: 14, errors: 2}),
	run(39, 'remove_snapshots', 2461, 1100, {processed: 3}),
	run(38, 'restore_backup', 130, 1000, {result: 'interrupted'}),
	run(37, 'backup_status', 92, 300, {waiting: 2}),
	run(36, 'schedule_backup', 1800, 900, {processed: 5}),
	run(35, 'collect_statistics', 1200, 2300, {processed: 90}),
	run(34, 'process_installs', 100, null),
];

const session = (id: string, kind: Overview['sessions'][number]['kind'], actor: string, pid: number): Overview['sessions'][number] => ({
	id, kind, host: 'ops1', pid, bootId: 'b', actor, address: null, isReadOnly: false, startedAt: ago(9000), seenAt: ago(1),
});

const leader = session('s1', 'daemon', 'scheduler', 4121);

/** One busy evening: two VMs and an install need a person, a lock is stale, a cluster is degraded. */
export const fixedOverview: Overview = {
	now: fixedNow,
	stamps: {},
	hold: null,
	leader: {...leader, renewedAt: ago(2)},
	lastLeader: leader,
	sessions: [leader, session('s2', 'screen', 'anna', 501), session('s3', 'screen', 'ben', 502)],
	lastRuns: runs,
	recentRuns: [runs[0]!, ...[3, 1, 5, 2].map((size, index) => run(30 - index, 'process_vms', 112 + (60 * index), size * 1000, index === 2 ? {result: 'failed', errors: 3} : {processed: size})), ...runs.slice(1)],
	skips: [],
	taskSettings: taskNames.map(task => ({
		task, intervalSeconds: task === 'process_installs' ? 120 : null, intervalSetBy: task === 'process_installs' ? 'anna' : null,
		paused: task === 'collect_statistics'
			? {
				by: 'ben', reason: 'billing closes', since: ago(900), until: null,
			}
			: null,
	})),
	leases: [lock('leader', 4121, false, 9000), lock('task:restore_backup', 977, true, 130), lock('task:process_installs', 4121, false, 100), lock('vm:101', 4121, true, 41)],
	vmCounts: {
		ready: 90, inWork: 12, needsAttention: 2, suspended: 3, removed: 5,
	},
	installCounts: {
		pending: 4, running: 1, done: 30, failed: 1, dropped: 2,
	},
	vmsInWork: [
		vmInWork(102, 'db2.example.net', {vm: {needsAttention: {reason: 'backup lock', since: ago(3 * 3600), command: 'qm unlock 102'}, status: 'clone'}}),
		vmInWork(103, 'mail.example.net', {vm: {needsAttention: {reason: 'the pool fra1-v4 is empty', since: ago(700), command: 'cronsole pool list'}, status: 'creation'}}),
		vmInWork(101, 'web1.example.net', {progress: 62, operation: {waitingFor: 'the clone on pve1'}}),
		vmInWork(104, '日本語.example.net', {operation: {attempt: 2, nextAttemptAt: ago(-95), waitingFor: 'Proxmox refused: 500 got timeout'}}),
		vmInWork(105, 'queued.example.net', {operation: {state: 'waiting', startedAt: null, stepSince: null}, vm: {status: 'creation', node: null}}),
	],
	workByCluster: [{cluster: 'fra1', count: 12}],
	installs: [
		install(7, 'shop.example.org', {
			state: 'failed', cause: 'the database refused the connection', attempt: 3, createdAt: ago(720), nextAttemptAt: null, version: 9,
		}),
		install(8, 'forum.example.org', {
			state: 'running', progress: 40, doing: 'unpacking WordPress', attempt: 1, nextAttemptAt: null,
		}),
		install(9, 'blog.example.com'),
		install(10, 'notes.example.com', {nextAttemptAt: null, createdAt: ago(30)}),
	],
	clusters: [
		{
			name: 'fra1', state: 'ok', version: '9.2', error: null, since: ago(9999), checkedAt: ago(5), nodesDown: [], foreignInstallation: null,
		},
		{
			name: 'ams1', state: 'degraded', version: '9.2', error: 'pve3 is offline', since: ago(500), checkedAt: ago(5), nodesDown: ['pve3'], foreignInstallation: null,
		},
	],
	maintenance: [],
	incidents: [
		{
			id: 4, key: 'node:ams1/pve3:down', severity: 'warning', cause: 'pve3 of ams1 does not answer: its VMs wait', command: 'cronsole maintenance on ams1/pve3', since: ago(500), closedAt: null, affects: 3, acknowledged: null,
		},
		{
			id: 5, key: 'vm:102:attention', severity: 'warning', cause: 'db2.example.net (v102): backup lock', command: 'qm unlock 102', since: ago(3 * 3600), closedAt: null, affects: 1, acknowledged: null,
		},
		{
			id: 6, key: 'lock:task:restore_backup:stale', severity: 'warning', cause: 'the lock task:restore_backup is stale', command: 'cronsole --clear-locks=restore_backup', since: ago(60), closedAt: null, affects: 1, acknowledged: {
				by: 'ben', at: ago(30), note: null, until: null,
			},
		},
	],
	activity: [
		activity(1, {
			level: 'warning', subject: 'ams1', message: 'pve3 does not answer', vmId: null,
		}),
		activity(2, {
			subject: 'process_vms', message: 'asked for a run now', actor: 'anna', vmId: null,
		}),
		activity(3, {
			level: 'error', subject: 'shop.example.org', message: 'install failed: the database refused the connection', vmId: null, installId: 7,
		}),
		activity(4, {}),
	],
};
