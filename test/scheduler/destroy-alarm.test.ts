import {expect, test} from 'vitest';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
} from './world.js';

test('as many destroys within an hour as the config allows are an alarm, which tells how many terminations wait', async () => {
	const cluster = await startCluster({}, {destroysPerHour: 3});
	const store = await openStoreIn(makeFolder());
	const {vm} = await addVm(store);
	const gone = await Promise.all([0, 1].map(async () => (await addVm(store)).vm.id));
	await store.write(async ({operations, remoteTasks, vms}) => {
		await operations.cancelOpen(vm.id, 1, 'terminated');
		const {operation} = await operations.add(vm.id, {
			kind: 'terminate', params: {}, requestedBy: 'anna', now: 1,
		});
		await vms.enter(vm, 'terminate', 1);
		for (const [count, vmId] of [vm.id, ...gone].entries()) {
			const task = await remoteTasks.intend({
				operationId: operation.id, vmId, cluster: 'fra1', node: 'pve1', type: 'qmdestroy', taskVmid: 5000 + count, step: `destroyed ${count}`,
				intentAt: Date.now() - (count * 600_000), deadlineAt: Date.now(),
			});
			await remoteTasks.finish(task!.id, 'OK', Date.now());
			await remoteTasks.settle(task!.id);
		}
	});
	const {end} = await startScheduler(store, 'daemon', {
		...cluster, settings: settingsWith({clusters: [cluster.cluster]}),
		async pipeline() {
			return {outcome: 'waiting', steps: 0, line: 'waiting'};
		},
	});
	await until(async () => (await store.read.incidents.listOpen()).length > 0);
	expect(await store.read.incidents.listOpen()).toMatchObject([{
		key: 'cluster:fra1:destroys', severity: 'critical', cause: '3 VMs destroyed on fra1 within an hour: further terminations wait', command: 'cronsole vm list --state terminate', affects: 1,
	}]);
	await end();
});
