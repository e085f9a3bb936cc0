import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {onTestFinished, vi} from 'vitest';
import {openApp, type App} from '../../../source/app.js';
import {systemClock} from '../../../source/domain/clock.js';
import {type Settings} from '../../../source/domain/settings.js';
import {taskNames} from '../../../source/domain/task.js';
import {createIntents} from '../../../source/intents/create-intents.js';
import {type Intents} from '../../../source/intents/intents.js';
import {runPipeline} from '../../../source/pipelines/run-pipeline.js';
import {runOnce} from '../../../source/scheduler/run-once.js';
import {type Store} from '../../../source/store/store.js';
import {createRunInside} from '../../../source/commands/run-inside.js';
import {insideIo} from '../../commands/inside.js';
import {startZones, zoneOn} from '../../scheduler/dns-world.js';
import {
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
	workWith,
	type TestCluster,
} from '../../scheduler/world.js';
import {startSitePanel, type SitePanel} from '../../support/site-panel.js';
import {open, type Opened} from '../../tui/support/open.js';

const day = 86_400_000;
/** However busy the machine is. */
const patienceMs = 120_000;

const settingsOf = (database: string, {cluster}: TestCluster, panel: SitePanel, dns: Settings['dns']): Settings => settingsWith({
	database, clusters: [cluster], dns,
	templates: {
		'debian-12': [{
			cluster: cluster.name, vmid: 9000, clone: 'full', storage: 'local-lvm',
		}],
	},
	packages: {
		'kvm-s': {
			cores: 1, memoryMib: 1024, diskGib: 10, ipv4: 1, snapshots: 3, snapshotDays: 1, backups: 2, backupDays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], trafficGb: 1000,
		},
		'kvm-m': {
			cores: 2, memoryMib: 2048, diskGib: 12, ipv4: 1,
		},
	},
	pools: [{
		name: 'v4', cluster: cluster.name, family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.99',
		resolvers: ['203.0.113.2'], alertBelow: 5, quarantineMs: 1000, genericPtr: null,
	}],
	installs: {
		panels: {
			web1: {
				kind: 'command', command: panel.command, timeoutMs: 10_000, concurrency: 2, address: null, externalIp: null, controlPanelUrl: null,
			},
		},
		applications: {
			static: {
				stage: true, welcomeEmail: false, blogName: 'My site', url: 'domain', controlPanelLogin: true,
			},
		},
	},
	backups: {window: '00:00-23:59', alertAfterMs: 3 * day},
	scheduler: {
		cycleMs: 200, leaseMs: 15_000, maxAttempts: 20, startAt: 'once',
	},
	retention: {
		debugMs: day, infoMs: 90 * day, errorMs: 365 * day, runsMs: 90 * day, clientsMs: 365 * day,
	},
});

const orderOf = (index: number) => ({
	reference: `order-${index}`, hostname: `web${index}.example.net`, cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, mail: true,
});

/** Each VM is asked for one thing after another, and stands still between them. */
const wishes: ReadonlyArray<ReadonlyArray<(person: Intents, vm: string) => Promise<unknown>>> = [
	[
		async (person, vm) => person.changeVm(vm, {package: 'kvm-m'}, {isPlan: false, allowDataLoss: true}),
		async (person, vm) => person.terminateVm(vm),
	],
	[
		async (person, vm) => person.takeSnapshot(vm, {name: 's1', note: null}),
		async (person, vm) => person.removeSnapshot(vm, 's1'),
	],
	[
		async (person, vm) => person.backUpVm(vm, 'before the upgrade'),
		async (person, vm) => person.restoreBackup(vm, 'b1', {mail: false}),
	],
	[
		async (person, vm) => person.suspendVm(vm, 'overdue'),
		async (person, vm) => person.unsuspendVm(vm, 'overdue'),
	],
];

const isQuiet = async ({read}: Store): Promise<boolean> => (await Promise.all(taskNames.map(async name => read.operations.listUnderWay([name])))).flat().length === 0;

const work = async (store: Store, person: Intents, panel: SitePanel): Promise<void> => {
	await Promise.all(wishes.map(async (_, index) => person.createVm(orderOf(index))));
	await store.write(async ({installs}) => installs.insert({
		reference: 'site-1', panel: 'web1', application: 'static', domain: panel.domain, account: 'ada', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: 1,
	}));
	await until(async () => isQuiet(store), patienceMs);
	for (let round = 0; wishes.some(each => each[round]); round++) {
		await Promise.all(wishes.map(async (each, index) => each[round]?.(person, `order-${index}`)));
		await until(async () => isQuiet(store), patienceMs);
	}
};

/** Whatever a screen reads has been read once it says so no more and stands still. */
const settle = async (terminal: Opened): Promise<void> => {
	for (let before = ''; ; before = terminal.text()) {
		await terminal.settle(150);
		if (terminal.text() === before && !before.includes('reading')) {
			return;
		}
	}
};

/** Every view of the console with its details, while it watches. */
const watch = async (app: App): Promise<void> => {
	const terminal = open(app, {mode: 'watch'});
	await until(() => terminal.text().includes('Process VMs'), patienceMs);
	for (const key of ['2', '3', '4', '5', '6', '1']) {
		terminal.send(key);
		await until(() => terminal.text().includes(`[${key}`), patienceMs);
		await settle(terminal);
		terminal.send('\r');
		await settle(terminal);
		terminal.send('\u{1B}');
		await settle(terminal);
	}

	terminal.send('qqq');
	await terminal.code;
};

/** What a monitor or a billing system asks for again and again. */
const commands = ['status', 'vm show order-1', 'install show site-1', 'incident list', 'task list', 'task history process_vms', 'lock list', 'pool list', 'usage order-1', 'activity --vm order-1'];

/** Every statement that is prepared from now on, each once. */
const listen = (): ReadonlySet<string> => {
	const statements = new Set<string>();
	const {prepare} = BetterSqlite.prototype;
	const spy = vi.spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: BetterSqlite.Database, text: string) {
		statements.add(text);
		return prepare.call(this, text);
	});
	onTestFinished(() => {
		spy.mockRestore();
	});
	return statements;
};

/**
 A leader and one who stands by, a cluster, a name server and a panel: VMs are ordered, changed, backed up and terminated, an install is staged and done,
 each task is run by hand, somebody looks at every view, a monitor asks. Answers every statement that they gave the database.
 */
export const collectStatements = async (): Promise<ReadonlySet<string>> => {
	const folder = makeFolder();
	const [cluster, panel, nameServer] = await Promise.all([
		startCluster({speed: 200}, {backup: {storage: 'shared', mode: 'snapshot', compress: 'zstd'}}), startSitePanel(), startZones('example.net'),
	]);
	const store = await openStoreIn(folder);
	// Migrations are no steady state.
	const statements = listen();
	const settings = settingsOf(join(folder, 'cronsole.db'), cluster, panel, [zoneOn(nameServer)]);
	const world = {...cluster, settings, pipeline: runPipeline};
	await startScheduler(store, 'daemon', world);
	await startScheduler(await openStoreIn(folder), 'daemon', world);
	const person = createIntents({
		store, clock: systemClock, actor: {name: 'anna', address: null}, isReadOnly: false, settings: () => settings, randomBytes,
	});
	const app = await openApp({settings, actor: {name: 'ben', address: null}, isReadOnly: false});
	onTestFinished(async () => app.close());
	await Promise.all([work(store, person, panel), watch(app)]);
	const {deps} = await workWith(store, 'run', world);
	for (const task of taskNames) {
		await runOnce(deps, {
			task, by: 'anna', report: () => undefined, signal: new AbortController().signal,
		});
	}

	await app.overview({vms: 0, installs: 0, activity: 0});
	await app.read.backlog.count();
	await app.ping();
	const run = createRunInside(app, insideIo);
	for (const line of commands) {
		await run(line.split(' '), {ask: async () => null, signal: new AbortController().signal});
	}

	return statements;
};
