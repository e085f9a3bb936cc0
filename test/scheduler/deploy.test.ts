import {describe, expect, test} from 'vitest';
import {type PoolSettings, type Settings} from '../../source/domain/settings.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {runOnce} from '../../source/scheduler/run-once.js';
import {type Store} from '../../source/store/store.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
	workWith,
	type TestCluster,
} from './world.js';

const pool: PoolSettings = {
	name: 'fra1-v4', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.99',
	resolvers: ['203.0.113.2'], alertBelow: 0, quarantineMs: 1000, genericPtr: null,
};

const settingsFor = ({cluster}: TestCluster, own: Partial<Settings> = {}): Settings => settingsWith({
	clusters: [cluster], pools: [pool], scheduler: {
		cycleMs: 500, leaseMs: 15_000, maxAttempts: 20, startAt: 'once',
	}, ...own,
});

const addVms = async (store: Store, count: number) => Promise.all(Array.from({length: count}, async () => addVm(store)));

const statuses = async (store: Store) => (await store.read.vms.list()).map(({status}) => status);
const isReady = async (store: Store) => (await statuses(store)).every(status => status === 'ready');

describe('deploys', () => {
	test('go from the order to ready in one go, without a run and without a person', async () => {
		const cluster = await startCluster({speed: 20});
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {...cluster, settings: settingsFor(cluster), pipeline: runPipeline});
		await addVms(store, 4);
		await store.ring();
		await until(async () => isReady(store), 25_000);
		expect(await store.read.incidents.listOpen()).toEqual([]);
		expect(await store.read.operations.listUnderWay(['process_vms'])).toEqual([]);
	});

	test('all wait when the token is revoked in their midst: one incident, no VM needs a person, and all go on when it is given back', async () => {
		const cluster = await startCluster({speed: 20});
		const store = await openStoreIn(makeFolder());
		await startScheduler(store, 'daemon', {...cluster, settings: settingsFor(cluster), pipeline: runPipeline});
		await addVms(store, 6);
		await store.ring();
		await until(async () => (await statuses(store)).some(status => status !== 'creation' && status !== 'set_ip'), 10_000);
		cluster.server.faults.command({add: {kind: 'revoked-token'}});
		await until(async () => (await store.read.incidents.listOpen()).length > 0, 10_000);
		await new Promise(resolve => {
			setTimeout(resolve, 1500);
		});
		expect(await store.read.incidents.listOpen()).toMatchObject([{key: 'cluster:fra1:denied', severity: 'critical'}]);
		expect(await store.read.vms.list({state: 'needsAttention'})).toEqual([]);
		const underWay = await store.read.operations.listUnderWay(['process_vms']);
		expect(underWay.filter(({attempt}) => attempt > 0).map(({waitingFor}) => waitingFor)).toEqual([]);
		cluster.server.faults.command({clear: true});
		await until(async () => isReady(store), 30_000);
		await until(async () => (await store.read.incidents.listOpen()).length === 0);
	}, 240_000);

	test('go on without any leader, by runs by hand alone, and a run that waits ends when all is done', async () => {
		const cluster = await startCluster({speed: 20});
		const store = await openStoreIn(makeFolder());
		await addVm(store);
		const {deps} = await workWith(store, 'run', {...cluster, settings: settingsFor(cluster), pipeline: runPipeline});
		const lines: string[] = [];
		const report = (line: string) => {
			lines.push(line);
		};

		const {signal} = new AbortController();
		const {run} = await runOnce(deps, {
			task: 'process_vms', by: 'anna', report, signal,
		});
		expect(run).toMatchObject({result: 'ok', processed: 0, waiting: 1});
		expect(lines).toEqual([expect.stringMatching(/web\d+\.example\.net.* → clone, waiting: the clone$/)]);
		await runOnce(deps, {
			task: 'process_vms', by: 'anna', report, signal, isWaiting: true,
		});
		expect(await statuses(store)).toEqual(['ready']);
		expect(await store.leases.list()).toEqual([]);
	});
});
