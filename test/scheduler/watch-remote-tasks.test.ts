import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {type RemoteTask} from '../../source/domain/operation.js';
import {createRemoteWatch} from '../../source/scheduler/watch-remote-tasks.js';
import {type Store} from '../../source/store/store.js';
import {expectWithin} from '../support/expect-within.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	startCluster,
	until,
	type TestCluster,
} from './world.js';

let lastVmid = 7000;

const cloneReally = async ({connectionOf}: TestCluster): Promise<string> => {
	lastVmid++;
	const api = connectionOf('fra1')!.guardedBy(() => undefined);
	return api.cloneVm({node: 'pve1', vmid: 9000}, {
		newid: lastVmid, name: `web${lastVmid}.example.net`, description: 'x', full: true,
	});
};

/** A clone that runs at the cluster and is recorded with its operation waiting for it. */
const addClone = async (store: Store, upid: string): Promise<RemoteTask> => {
	const {vm, operation} = await addVm(store);
	return store.write(async ({operations, remoteTasks}) => {
		await operations.begin(operation.id, Date.now());
		const task = await remoteTasks.intend({
			operationId: operation.id, vmId: vm.id, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: Date.now(), deadlineAt: Date.now() + 5000,
		});
		await remoteTasks.record(task!.id, upid);
		await operations.wait(operation.id, {
			waitingFor: 'the clone', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
		});
		return task!;
	});
};

const open = async (options: Parameters<typeof startCluster>[0] = {}) => {
	const logFile = join(makeFolder(), 'requests.jsonl');
	const cluster = await startCluster({logFile, ...options});
	const store = await openStoreIn(makeFolder());
	const errors: unknown[] = [];
	let finished = 0;
	let isAllowed = true;
	const watch = createRemoteWatch({
		read: store.read, write: store.write, watchOf: cluster.watchOf, isAllowed: () => isAllowed, clock: systemClock, log: () => undefined,
		async onError(error) {
			errors.push(error);
		},
		onFinished() {
			finished++;
		},
	});
	const countCalls = (path: RegExp) => readFileSync(logFile, 'utf8').split('\n').filter(line => path.test(line)).length;
	return {
		cluster, store, watch, errors, countCalls, finished: () => finished,
		allow(may: boolean) {
			isAllowed = may;
		},
	};
};

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

describe('the watch over remote tasks', () => {
	test('writes how a task ended soon after it did, and its operation is ready', async () => {
		await expectWithin(900, async () => {
			const {cluster, store, watch, finished} = await open({speed: 80});
			onTestFinished(watch.stop);
			const task = await addClone(store, await cloneReally(cluster));
			const noticedAt = performance.now();
			watch.notice();
			await until(async () => (await store.read.remoteTasks.find(task.id))?.state === 'finished');
			const tookMs = performance.now() - noticedAt;
			expect(await store.read.remoteTasks.find(task.id)).toMatchObject({exitStatus: 'OK'});
			expect(await store.read.operations.listReady({
				now: Date.now(), tasks: ['process_vms'], clusters: ['fra1'], nodesDown: [], start: false, limit: 9,
			})).toHaveLength(1);
			await until(() => finished() === 1);
			return tookMs;
		});
	});

	test('asks once a second however many run, and for one log at most', async () => {
		const {cluster, store, watch, countCalls} = await open();
		onTestFinished(watch.stop);
		for (let count = 0; count < 12; count++) {
			await addClone(store, await cloneReally(cluster));
		}

		watch.notice();
		await pause(3400);
		expect(countCalls(/"\/api2\/json\/cluster\/tasks"/)).toBeLessThanOrEqual(5);
		expect(countCalls(/"\/api2\/json\/cluster\/tasks"/)).toBeGreaterThanOrEqual(3);
		expect(countCalls(/\/log"/)).toBeLessThanOrEqual(5);
		const progress = await Promise.all((await store.read.remoteTasks.listRunning()).map(async ({id}) => (await store.read.remoteTasks.find(id))?.progress));
		expect(progress.some(percent => percent !== null)).toBe(true);
	});

	test('asks nothing at all where nothing runs', async () => {
		const {watch, countCalls} = await open();
		onTestFinished(watch.stop);
		watch.notice();
		await pause(1500);
		expect(countCalls(/"GET"/)).toBe(0);
	});

	test('asks nothing while this process does not lead, and goes on when it does again', async () => {
		const {cluster, store, watch, countCalls, allow} = await open();
		onTestFinished(watch.stop);
		await addClone(store, await cloneReally(cluster));
		watch.notice();
		await until(() => countCalls(/cluster\/tasks"/) > 0);
		allow(false);
		await pause(1200);
		const before = countCalls(/"GET"/);
		await pause(1500);
		expect(countCalls(/"GET"/)).toBe(before);
		allow(true);
		watch.notice();
		await until(() => countCalls(/"GET"/) > before);
	});

	test('a task that its node does not know has vanished', async () => {
		const {store, watch} = await open();
		onTestFinished(watch.stop);
		const task = await addClone(store, 'UPID:pve1:0000AAAA:0000BBBB:65A0C0DE:qmclone:9000:cronsole@pve!ops:');
		watch.notice();
		await until(async () => (await store.read.remoteTasks.find(task.id))?.exitStatus === 'vanished');
	});

	test('one look by itself is sure that a task has vanished', async () => {
		const {store, watch} = await open();
		const task = await addClone(store, 'UPID:pve1:0000AAAA:0000BBBB:65A0C0DE:qmclone:9000:cronsole@pve!ops:');
		await watch.lookOnce();
		expect(await store.read.remoteTasks.find(task.id)).toMatchObject({exitStatus: 'vanished'});
	});

	test('a look that fails ends no task and is told', async () => {
		const {cluster, store, watch, errors} = await open();
		const task = await addClone(store, await cloneReally(cluster));
		cluster.server.faults.command({add: {kind: 'revoked-token'}});
		await watch.lookOnce();
		expect(await store.read.remoteTasks.find(task.id)).toMatchObject({state: 'running'});
		expect(errors).toEqual([expect.objectContaining({kind: 'denied', scope: 'cluster'})]);
	});
});
