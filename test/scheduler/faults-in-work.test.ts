import {describe, expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type MoveOn} from '../../source/pipelines/move.js';
import {type Store} from '../../source/store/store.js';
import {
	addVm,
	finishAtOnce,
	makeFolder,
	moved,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
} from './world.js';

const placeOn = async (store: Store, node: string) => {
	const {vm, operation} = await addVm(store);
	await store.write(async ({vms}) => vms.set(vm.id, {node}));
	return operation.id;
};

const isDone = async (store: Store, id: number) => (await store.read.operations.find(id))?.state === 'done';

const areDone = async (store: Store, ids: readonly number[]) => (await Promise.all(ids.map(async id => isDone(store, id)))).every(Boolean);

/** Asks the VM's node something and ends; where that fails, lets the judge say whose fault it is, as the pipelines do. */
const askNode: MoveOn = async (operation, context) => {
	const {node} = await context.store.read.vms.get(operation.vmId);
	try {
		await context.proxmox.listNodeTasks(node!, {});
	} catch (error) {
		if (!(error instanceof ClientError)) {
			throw error;
		}

		const verdict = await context.judge(error);
		return moved(verdict === 'item' ? 'failed' : 'paused', 0);
	}

	return finishAtOnce(operation, context);
};

describe('a node that does not answer', () => {
	test('makes its VMs wait under one incident while the others go on, and they go on when it answers again', async () => {
		const cluster = await startCluster();
		const store = await openStoreIn(makeFolder());
		cluster.server.faults.command({add: {kind: 'proxy-refused', node: 'pve2'}});
		const waiting = await Promise.all([placeOn(store, 'pve2'), placeOn(store, 'pve2')]);
		const others = await Promise.all([placeOn(store, 'pve1'), placeOn(store, 'pve3')]);
		const {log} = await startScheduler(store, 'daemon', {...cluster, pipeline: askNode, settings: settingsWith({clusters: [cluster.cluster]})});
		await until(async () => areDone(store, others));
		await until(async () => (await store.read.incidents.listOpen()).length > 0);
		expect(await store.read.incidents.listOpen()).toMatchObject([{key: 'node:fra1/pve2:down', affects: 2}]);
		expect(await isDone(store, waiting[0])).toBe(false);
		cluster.server.faults.command({clear: true});
		await until(async () => areDone(store, waiting), 12_000);
		await until(async () => (await store.read.incidents.listOpen()).length === 0, 10_000);
		expect(log.filter(({event}) => event === 'incident' || event === 'incident-over')).toMatchObject([{event: 'incident', level: 'warning'}, {event: 'incident-over', level: 'info'}]);
		expect((await store.read.activity.list({limit: 50})).map(({message}) => message)).toEqual(expect.arrayContaining([
			'incident: pve2 of fra1 does not answer: its VMs wait', 'over: pve2 of fra1 does not answer: its VMs wait',
		]));
	});
});

describe('a step in progress', () => {
	test('is waited for when the scheduler stops, before anything is released', async () => {
		const cluster = await startCluster();
		const store = await openStoreIn(makeFolder());
		let isIn = false;
		const pipeline: MoveOn = async (operation, context) => {
			isIn = true;
			await new Promise(resolve => {
				setTimeout(resolve, 600);
			});
			return finishAtOnce(operation, context);
		};

		const {operation} = await addVm(store);
		const {end} = await startScheduler(store, 'daemon', {...cluster, pipeline, settings: settingsWith({clusters: [cluster.cluster]})});
		await until(() => isIn);
		await end();
		expect(await isDone(store, operation.id)).toBe(true);
		expect(await store.leases.list()).toEqual([]);
	});
});
