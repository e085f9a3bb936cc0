import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {systemClock} from '../../source/domain/clock.js';
import {type LogLine} from '../../source/domain/log.js';
import {createForeignAddresses} from '../../source/pipelines/foreign-addresses.js';
import {createClusterHealth} from '../../source/scheduler/cluster-health.js';
import {type ClusterSettings} from '../../source/domain/settings.js';
import {
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
} from './world.js';

const open = async (own: Partial<ClusterSettings> = {}, options: Parameters<typeof startCluster>[0] = {}) => {
	const started = await startCluster(options, own);
	const store = await openStoreIn(makeFolder());
	const log: LogLine[] = [];
	let changes = 0;
	const health = createClusterHealth({
		read: store.read, write: store.write, settings: () => settingsWith({clusters: [started.cluster]}), connectionOf: started.connectionOf, clock: systemClock,
		installation: store.installation, foreign: createForeignAddresses(systemClock),
		log(line) {
			log.push(line);
		},
		onChange() {
			changes++;
		},
		badMs: 50, goodMs: 60_000,
	});
	const seen = async () => (await store.read.clusters.list())[0];
	const api = started.connectionOf('fra1')!.guardedBy(() => undefined);
	const failureOf = async (call: Promise<unknown>): Promise<ClientError> => {
		try {
			await call;
		} catch (error) {
			if (error instanceof ClientError) {
				return error;
			}

			throw error;
		}

		throw new Error('It did not fail.');
	};

	return {
		...started, store, health, seen, api, failureOf, log, changes: () => changes,
	};
};

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

describe('a look at a cluster', () => {
	test('finds it well, with its version', async () => {
		const {health, seen} = await open();
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({
			name: 'fra1', state: 'ok', version: '9.2.11', error: null, nodesDown: [], foreignInstallation: null,
		});
	});

	test('finds an old Proxmox well too', async () => {
		const {health, seen} = await open({}, {pve: '8.4'});
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'ok', version: '8.4.21'});
	});

	test('names the privilege that the token lacks', async () => {
		const {health, seen, server} = await open();
		server.faults.command({add: {kind: 'denied', text: 'VM.Clone'}});
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'denied', error: 'the token lacks VM.Clone (to clone templates)'});
	});

	test('finds that it has no quorum', async () => {
		const {health, seen, server} = await open();
		server.faults.command({add: {kind: 'no-quorum'}});
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'no-quorum'});
	});

	test('of one that is only observed says so, and is no fault', async () => {
		const {health, seen} = await open({observe: true});
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'observed', error: null});
	});

	test('comes again soon where something is wrong, and finds it well when it is', async () => {
		const {health, seen, server, changes} = await open();
		server.faults.command({add: {kind: 'revoked-token'}});
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'denied', version: null});
		server.faults.command({clear: true});
		await pause(60);
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'ok'});
		expect(changes()).toBe(2);
	});
});

describe('a fault that another process found', () => {
	test('is looked at as soon as one of our own', async () => {
		const {health, seen, store} = await open();
		await health.lookWhereDue();
		await store.write(async ({clusters}) => clusters.set({
			name: 'fra1', state: 'unreachable', version: null, error: 'no route', checkedAt: 1, nodesDown: [], foreignInstallation: null,
		}));
		await pause(60);
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'ok'});
	});
});

describe('a verdict', () => {
	test('on 200 calls refused for the token comes from one look, which is written before it is given', async () => {
		const logFile = join(makeFolder(), 'requests.jsonl');
		const {health, seen, server, api, failureOf} = await open({}, {logFile});
		const countRequests = () => readFileSync(logFile, 'utf8').split('\n').length;
		server.faults.command({add: {kind: 'revoked-token'}});
		const errors = await Promise.all(Array.from({length: 200}, async () => failureOf(api.getVersion())));
		const before = countRequests();
		const verdicts = await Promise.all(errors.map(async error => {
			const verdict = await health.judge(error);
			expect(await seen()).toMatchObject({state: 'denied'});
			return verdict;
		}));
		expect(new Set(verdicts)).toEqual(new Set(['cluster']));
		expect(countRequests() - before).toBe(1);
	});

	test('is the cluster\'s where it cannot be reached, and the item\'s where it is well', async () => {
		const {health, seen, server, api, failureOf} = await open();
		const denied = new ClientError('Permission check failed (/vms/101, VM.Audit)', {peer: 'fra1', kind: 'denied', status: 403});
		expect(await health.judge(denied)).toBe('item');
		await server.close();
		const error = await failureOf(api.getVersion());
		expect(error.scope).toBe('cluster');
		expect(await health.judge(error)).toBe('cluster');
		expect(await seen()).toMatchObject({state: 'unreachable', error: expect.stringContaining('connection refused')});
	});

	test('is the node\'s where only it does not answer, until a call to it goes well', async () => {
		const {health, seen, server, api, failureOf} = await open();
		server.faults.command({add: {kind: 'proxy-refused', node: 'pve2'}});
		const error = await failureOf(api.listNodeTasks('pve2', {}));
		expect(error).toMatchObject({scope: 'node', node: 'pve2', status: 595});
		expect(await health.judge(error)).toBe('node');
		expect(await seen()).toMatchObject({state: 'degraded', nodesDown: ['pve2'], foreignInstallation: null});
		await pause(60);
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({nodesDown: ['pve2'], foreignInstallation: null});
		server.faults.command({clear: true});
		await pause(60);
		await health.lookWhereDue();
		expect(await seen()).toMatchObject({state: 'ok', nodesDown: [], foreignInstallation: null});
	});

	test('is the node\'s where the cluster says that it is offline', async () => {
		const {health, seen, server, api, failureOf} = await open();
		server.faults.command({add: {kind: 'node-down', node: 'pve3'}});
		const error = await failureOf(api.listNodeTasks('pve3', {}));
		expect(await health.judge(error)).toBe('node');
		expect(await seen()).toMatchObject({
			state: 'degraded', nodesDown: ['pve3'], foreignInstallation: null, error: 'pve3 offline',
		});
	});

	test('is the item\'s where the node answers again already', async () => {
		const {health, server, api, failureOf} = await open();
		server.faults.command({add: {kind: 'proxy-refused', node: 'pve2', count: 1}});
		const error = await failureOf(api.listNodeTasks('pve2', {}));
		expect(await health.judge(error)).toBe('item');
	});
});
