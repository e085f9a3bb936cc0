import {expect, onTestFinished, test} from 'vitest';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {systemClock} from '../../source/domain/clock.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
} from './world.js';

test('on a cluster that is only observed work begins, tells what it would send, and goes on at once when the config no longer says so', async () => {
	const {cluster, watchOf} = await startCluster({speed: 1000});
	const observed = connectProxmox({...cluster, observe: true}, {clock: systemClock});
	const changing = connectProxmox(cluster, {clock: systemClock});
	onTestFinished(async () => {
		await observed.close();
		await changing.close();
	});
	const store = await openStoreIn(makeFolder());
	const {operation, vm} = await addVm(store);
	let isObserved = true;
	const {scheduler} = await startScheduler(store, 'daemon', {
		pipeline: runPipeline, watchOf, connectionOf: () => isObserved ? observed : changing, settings: settingsWith({clusters: [{...cluster, observe: true}]}),
	});
	const present = async () => (await store.read.operations.find(operation.id))!;
	await until(async () => (await present()).waitingFor?.startsWith('would send: POST /nodes/pve1/qemu/9000/clone newid=5000') ?? false);
	await until(async () => (await store.read.clusters.list()).some(({name, state, error}) => name === 'fra1' && state === 'observed' && error === null));
	expect(await store.read.incidents.listOpen()).toEqual([]);
	expect((await present()).nextAttemptAt! - Date.now()).toBeGreaterThan(60_000);

	isObserved = false;
	await scheduler.reload(settingsWith({clusters: [cluster]}));
	await until(async () => (await store.read.vms.get(vm.id)).status !== 'set_ip');
});
