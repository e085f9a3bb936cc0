import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type Tally} from '../../source/domain/run.js';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {type FaultRule} from '../../source/simulation/faults.js';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {type PveRelease} from '../../source/simulation/verify.js';
import {createVm, startVm} from '../../source/simulation/vms.js';
import {type Vm as Guest} from '../../source/simulation/world.js';
import {openStore} from '../../source/store/open-store.js';
import {type FencedStore, type Store} from '../../source/store/store.js';
import {type ImportedVm} from '../../source/store/vms.js';
import {collectStatistics} from '../../source/tasks/collect-statistics.js';
import {type TaskContext} from '../../source/tasks/task.js';
import {baseSettings} from '../pipelines/settings.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {noInstalls} from '../support/installing.js';

export const minute = 60_000;
export const hour = 60 * minute;

/** A database, a simulated cluster, and one clock for both that moves only when told to. */
export type StatisticsWorld = {
	readonly server: ProxmoxServer;
	readonly store: Store;
	readonly settings: Settings;
	readonly clock: Clock;
	readonly proxmox: Proxmox;
	/** Under the task's lock. */
	readonly fenced: FencedStore;
	readonly pass: (ms: number) => void;
	/** Switches a fault of the cluster on or all off, at this moment. */
	readonly fault: (command: {readonly add: FaultRule} | {readonly clear: true}) => void;
	/** A VM that was cloned at this moment and runs, here and in the cluster. */
	readonly addVm: (own?: Partial<ImportedVm>) => Promise<{readonly vm: Vm; readonly guest: Guest}>;
	/** One run of the task, with its lines. */
	readonly run: (own?: Partial<TaskContext>) => Promise<{readonly tally: Tally; readonly lines: readonly string[]}>;
	/** What the cluster was asked since the last time: `hour day`. */
	readonly asked: () => string;
	readonly totals: (vm: Pick<Vm, 'id'>, unit?: 'hour' | 'day' | 'month') => Promise<{readonly in: number; readonly out: number; readonly gaps: number; readonly estimated: number}>;
};

const importedVm = (index: number, now: number): ImportedVm => ({
	reference: `order-${index}`, hostname: `web${index}.example.net`, cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s', package: {trafficGb: 1},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: null,
	},
	client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: false, order: {}, createdAt: now,
	node: 'pve1', vmid: 10_000 + index, mac: null, remoteStatus: 'running',
});

const createAsked = (logFile: string) => {
	let seen = 0;
	return (): string => {
		const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').filter(line => line.includes('/rrddata')) : [];
		const fresh = lines.slice(seen).map(line => (JSON.parse(line) as {params: {timeframe: string}}).params.timeframe);
		seen = lines.length;
		return fresh.join(' ');
	};
};

type Start = {readonly pve?: PveRelease; readonly startAt?: number};

/** Makes one that goes away with the test. */
export const createStatisticsWorld = async ({pve = '9.2', startAt = Date.UTC(2026, 10, 21, 17), ...own}: Partial<Settings> & Start = {}): Promise<StatisticsWorld> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-statistics-'));
	const logFile = path.join(folder, 'requests.jsonl');
	let now = startAt;
	const clock: Clock = {now: () => now, monotonic: systemClock.monotonic};
	const server = await startProxmoxServer({
		seed: 7, pve, waits: false, logFile, clock,
	});
	const store = await openStore({path: path.join(folder, 'state', 'cronsole.db'), clock: {...systemClock, now: clock.now}});
	const cluster = clusterSettings({
		urls: [server.url], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret}, fingerprints: [server.fingerprint],
	});
	const settings: Settings = {...baseSettings(cluster), ...own};
	const connection = connectProxmox(settings.clusters[0]!, {clock: systemClock});
	onTestFinished(async () => {
		await connection.close();
		await store.close();
		await server.close();
		rmSync(folder, {recursive: true});
	});
	const session = await store.sessions.start({
		kind: 'run', actor: 'tester', address: null, isReadOnly: false,
	});
	const lease = await store.leases.acquire('task:collect_statistics', session.id, hour);
	const fenced = store.fencedBy(lease.held!);
	await store.write(async ({clusters}) => clusters.set({
		name: 'fra1', state: 'ok', version: pve, error: null, checkedAt: now, nodesDown: [], foreignInstallation: null,
	}));
	let count = 0;
	return {
		server, store, settings, clock, proxmox: connection.reader, fenced, asked: createAsked(logFile),
		pass(ms) {
			now += ms;
			server.cluster.advance(now);
		},
		fault(command) {
			server.faults.command(command);
			server.cluster.advance(now);
		},
		async addVm(ownVm = {}) {
			count++;
			const wanted = {...importedVm(count, now), ...ownVm};
			const guest = createVm(server.cluster, wanted.vmid, wanted.node!, {name: wanted.hostname, onboot: 1});
			server.cluster.vms.set(wanted.vmid, guest);
			startVm(server.cluster, guest);
			const vm = await store.write(async ({vms, traffic}) => {
				const inserted = await vms.insertImported(wanted);
				await traffic.add({
					vmId: inserted.id, from: null, to: Math.floor(now / 1000), rows: [], now: 0,
				});
				return inserted;
			});
			return {vm, guest};
		},
		async run(ownContext = {}) {
			const lines: string[] = [];
			const tally = await collectStatistics.run({
				store: fenced, settings, clock, signal: new AbortController().signal, readerOf: name => name === 'fra1' ? connection.reader : undefined,
				async moveOn() {
					throw new Error('it moves nothing on');
				},
				payDns: async () => undefined,
				...noInstalls,
				listReady: async () => [],
				report(line) {
					lines.push(line);
				},
				...ownContext,
			});
			return {tally, lines};
		},
		async totals({id}, unit = 'hour') {
			const rows = await store.read.traffic.list({
				unit, from: '', to: '~', vmId: id,
			});
			const sum = (part: 'bytesIn' | 'bytesOut' | 'gapSeconds' | 'estimatedBytes') => rows.reduce((total, row) => total + row[part], 0);
			return {
				in: sum('bytesIn'), out: sum('bytesOut'), gaps: sum('gapSeconds'), estimated: sum('estimatedBytes'),
			};
		},
	};
};
