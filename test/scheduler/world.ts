import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {
	afterAll,
	beforeAll,
	expect,
	onTestFinished,
	vi,
} from 'vitest';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {createTaskWatch} from '../../source/clients/proxmox/task-watch.js';
import {type ProxmoxConnection} from '../../source/clients/proxmox/proxmox.js';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type LogLine} from '../../source/domain/log.js';
import {type SessionKind} from '../../source/domain/lease.js';
import {type Operation} from '../../source/domain/operation.js';
import {type ClusterSettings, type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {type Move, type MoveOn} from '../../source/pipelines/move.js';
import {createScheduler, type Scheduler} from '../../source/scheduler/scheduler.js';
import {type WorkDeps} from '../../source/scheduler/work.js';
import {startProxmoxServer, type ProxmoxServer, type ProxmoxServerOptions} from '../../source/simulation/proxmox-server.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {allTasks} from '../../source/tasks/all-tasks.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {installingWith} from '../support/installing.js';

/** A config with one cluster that nobody needs to reach, short leases and cycles, and tasks that do not come due by themselves. */
export const settingsWith = (own: Partial<Settings> = {}): Settings => ({
	file: null,
	database: '',
	timezone: 'UTC',
	clusters: [clusterSettings({urls: ['https://127.0.0.1:9']})],
	templates: {},
	packages: {},
	pools: [],
	dns: [],
	mail: null,
	alerts: {
		mail: [], command: [], webhook: null, heartbeatUrl: null,
	},
	installs: {panels: {}, applications: {}},
	intake: {keys: {}, tls: null, ordersPerMinute: 600}, whmcs: null,
	terminate: {graceMs: 0, keepBackupsDays: 0},
	snapshots: {days: 0},
	backups: {window: '01:00-05:00', alertAfterMs: 1},
	shutdownTimeoutMs: 1000,
	tasks: {},
	scheduler: {
		cycleMs: 200, leaseMs: 1500, maxAttempts: 20, startAt: 'once',
	},
	retention: {
		debugMs: null, infoMs: null, errorMs: null, runsMs: null, clientsMs: null,
	},
	...own,
});

export const makeFolder = (): string => {
	const folder = mkdtempSync(join(tmpdir(), 'cronsole-scheduler-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

export const openStoreIn = async (folder: string): Promise<Store> => {
	const store = await openStore({path: join(folder, 'cronsole.db'), clock: systemClock});
	onTestFinished(async () => store.close());
	return store;
};

let references = 0;

/** An ordered VM with its deploy waiting. */
export const addVm = async (store: Store, own: Partial<Pick<Vm, 'cluster' | 'hostname'>> = {}): Promise<{readonly vm: Vm; readonly operation: Operation}> => {
	references++;
	const number = references;
	return store.write(async tables => {
		const vm = await tables.vms.insert({
			reference: `order-${number}`, hostname: `web${number}.example.net`, cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {cores: 1},
			template: {
				name: 'debian-12', vmid: 9000, clone: 'full', storage: 'local-lvm',
			}, client: {name: 'Ada', email: 'ada@example.org'},
			user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: false, order: {}, createdAt: Date.now(), ...own,
		});
		const {operation} = await tables.operations.add(vm.id, {
			kind: 'create', params: null, requestedBy: 'anna', now: Date.now(),
		});
		return {vm, operation};
	});
};

export const moved = (outcome: Move['outcome'], steps = 1): Move => ({outcome, steps, line: outcome});

/** Ends every operation at its first step. */
export const finishAtOnce: MoveOn = async ({id}, {store, clock}) => {
	await store.write(async ({operations}) => operations.finish(id, 'done', clock.now()));
	return moved('done');
};

export type WorldOptions = {
	readonly settings?: Settings;
	readonly pipeline?: MoveOn;
	readonly connectionOf?: WorkDeps['connectionOf'];
	readonly watchOf?: WorkDeps['watchOf'];
	readonly clock?: Clock;
};

// The connection is there, and nothing is asked through it.
const unreachable = (): ProxmoxConnection => {
	const connection = connectProxmox(clusterSettings({urls: ['https://127.0.0.1:9']}), {clock: systemClock});
	onTestFinished(async () => connection.close());
	return connection;
};

/** What a scheduler or a run is made with, on a session of that kind; its log lines are kept. */
export const workWith = async (store: Store, kind: SessionKind, options: WorldOptions = {}) => {
	const {settings = settingsWith(), pipeline = finishAtOnce, connectionOf, watchOf = () => undefined, clock = systemClock} = options;
	const log: LogLine[] = [];
	const session = await store.sessions.start({
		kind, actor: 'anna', address: null, isReadOnly: false,
	});
	const connection = connectionOf ? undefined : unreachable();
	const dns = createDns(() => settings.dns, {clock});
	onTestFinished(dns.close);
	const deps: WorkDeps = {
		store, session, settings: () => settings, clock, createPassword: () => 'a-new-Password-23456', random: () => 0.5, log(line) {
			log.push(line);
		}, connectionOf: connectionOf ?? (name => settings.clusters.some(cluster => cluster.name === name) ? connection : undefined), watchOf, dns, pipeline, tasks: allTasks, ...installingWith(() => settings),
	};
	return {deps, session, log};
};

export type Running = {readonly scheduler: Scheduler; readonly session: {readonly id: string}; readonly log: readonly LogLine[]; readonly end: () => Promise<void>};

/** Starts a scheduler that is stopped with its test. */
export const startScheduler = async (store: Store, kind: 'daemon' | 'console' = 'daemon', options: WorldOptions = {}): Promise<Running> => {
	const settings = options.settings ?? settingsWith();
	const {deps, session, log} = await workWith(store, kind, {...options, settings});
	const scheduler = createScheduler({...deps, settings});
	let hasEnded = false;
	const end = async () => {
		if (hasEnded) {
			return;
		}

		hasEnded = true;
		await scheduler.stop();
		await store.sessions.end(session.id);
	};

	onTestFinished(end);
	await scheduler.start();
	return {
		scheduler, session, log, end,
	};
};

/** Waits until the condition holds. */
export const until = async (condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> => {
	await vi.waitFor(async () => {
		expect(await condition()).toBe(true);
	}, {timeout: timeoutMs, interval: 20});
};

export type TestCluster = Required<Pick<WorldOptions, 'connectionOf' | 'watchOf'>> & {
	readonly server: ProxmoxServer;
	readonly cluster: ClusterSettings;
	readonly close: () => Promise<void>;
};

const openCluster = async (options: ProxmoxServerOptions, own: Partial<ClusterSettings>): Promise<TestCluster> => {
	const server = await startProxmoxServer({waits: false, ...options});
	const cluster = clusterSettings({
		urls: [server.url], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret}, fingerprints: [server.fingerprint], ...own,
	});
	const connection = connectProxmox(cluster, {clock: systemClock});
	const watch = createTaskWatch(connection.reader);
	return {
		server, cluster,
		connectionOf: name => name === cluster.name ? connection : undefined,
		watchOf: name => name === cluster.name ? watch : undefined,
		async close() {
			await connection.close();
			await server.close();
		},
	};
};

/** A simulated cluster that is closed with its test, and a connection to it. */
export const startCluster = async (options: ProxmoxServerOptions = {}, own: Partial<ClusterSettings> = {}): Promise<TestCluster> => {
	const opened = await openCluster(options, own);
	onTestFinished(opened.close);
	return opened;
};

/** The same for all tests of a file, where nothing goes wrong with it. */
export const useCluster = (): (() => Required<Pick<WorldOptions, 'connectionOf' | 'watchOf'>>) => {
	let opened: TestCluster | undefined;
	beforeAll(async () => {
		opened = await openCluster({}, {});
	});
	afterAll(async () => opened?.close());
	return () => ({connectionOf: opened!.connectionOf, watchOf: opened!.watchOf});
};
