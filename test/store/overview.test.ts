import {expect, test} from 'vitest';
import {
	addRunningVm,
	makeClock,
	makeStore,
	newVm,
	startSession,
} from './support/temporary-store.js';

const limit = {vms: 2, installs: 2, activity: 2};
const order = {
	panel: 'web1', application: 'wordpress', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {},
};

test('an empty database has an overview', async () => {
	const store = await makeStore();
	expect(await store.overview(limit)).toMatchObject({
		hold: null, leader: null, lastLeader: null, sessions: [], lastRuns: [], recentRuns: [], skips: [], leases: [], vmsInWork: [], workByCluster: [], installs: [],
		vmCounts: {
			ready: 0, inWork: 0, needsAttention: 0, suspended: 0, removed: 0,
		},
		installCounts: {
			pending: 0, running: 0, done: 0, failed: 0, dropped: 0,
		},
		clusters: [], maintenance: [], incidents: [], activity: [],
	});
	expect((await store.overview(limit)).taskSettings).toHaveLength(7);
});

test('the leader is shown while its lease is good; once it is dead it is the last leader', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const other = await makeStore({path: store.place, clock});
	const daemon = await startSession(other);
	const screen = await startSession(store, 'screen');
	await other.leases.acquire('leader', daemon.id, 60_000);
	expect(await store.overview(limit)).toMatchObject({
		leader: {...daemon, renewedAt: 1_000_000}, lastLeader: daemon, leases: [{name: 'leader', stale: false}], now: 1_000_000,
	});
	expect((await store.overview(limit)).sessions.map(({id}) => id).toSorted()).toEqual([daemon.id, screen.id].toSorted());
	await other.close();
	expect(await store.overview(limit)).toMatchObject({
		leader: null, lastLeader: daemon, leases: [{name: 'leader', stale: true}], sessions: [screen],
	});
	clock.pass(15_001);
	expect((await store.overview(limit)).sessions).toEqual([]);
});

test('VMs that need a person come first, then the oldest operation', async () => {
	const store = await makeStore();
	const {vm: first} = await addRunningVm(store);
	const {vm: second, operation} = await addRunningVm(store, {reference: 'b', hostname: 'b.example.net'});
	const {vm: needy} = await addRunningVm(store, {reference: 'c', hostname: 'c.example.net', cluster: 'nyc1'});
	await store.write(async ({vms, operations, remoteTasks}) => {
		await vms.setAttention(needy.id, {reason: 'no', since: 5, command: 'cronsole vm retry c'});
		await operations.add(first.id, {
			kind: 'create', params: 'another', requestedBy: 'anna', now: 1,
		});
		const task = await remoteTasks.intend({
			operationId: operation.id, vmId: second.id, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: 1, deadlineAt: 2,
		});
		await operations.wait(operation.id, {
			waitingFor: 'the clone', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
		});
		await remoteTasks.setProgress(task!.id, 41);
	});
	const all = await store.overview({...limit, vms: 10});
	expect(all.vmsInWork.map(row => [row.vm.id, row.operation?.state, row.progress])).toEqual([[needy.id, 'running', null], [first.id, 'running', null], [second.id, 'running', 41]]);
	expect(all.vmsInWork[0]!.vm).toEqual({
		id: needy.id, reference: 'c', hostname: 'c.example.net', cluster: 'nyc1', node: null, vmid: null, status: 'creation', suspended: [], version: 2,
		needsAttention: {reason: 'no', since: 5, command: 'cronsole vm retry c'},
	});
	expect(all.workByCluster).toEqual([{cluster: 'fra1', count: 3}]);
	expect(all.vmCounts).toEqual({
		ready: 0, inWork: 2, needsAttention: 1, suspended: 0, removed: 0,
	});
	expect((await store.overview(limit)).vmsInWork).toHaveLength(2);
	expect((await store.overview({...limit, vms: 1})).vmsInWork.map(({vm}) => vm.id)).toEqual([needy.id]);
});

test('a ready VM counts as in work while something waits for it', async () => {
	const store = await makeStore();
	const {vm, operation} = await addRunningVm(store);
	await store.write(async ({vms}) => vms.insert(newVm({reference: 'b', hostname: 'b.example.net'})));
	await store.write(async ({vms, operations}) => {
		await vms.advance(vm, 'ready', {
			operationId: operation.id, operation: 'create', outcome: 'done', reason: null, attempt: 0, startedAt: 1, durationMs: 1, upid: null, log: null,
		});
		await operations.finish(operation.id, 'done', 1);
	});
	expect((await store.overview(limit)).vmCounts).toMatchObject({ready: 1, inWork: 1});
	await store.write(async ({operations}) => operations.add(vm.id, {
		kind: 'create', params: null, requestedBy: 'anna', now: 1,
	}));
	expect((await store.overview(limit)).vmCounts).toMatchObject({ready: 0, inWork: 2});
});

test('failed installs come first, then running and pending ones, oldest first', async () => {
	const store = await makeStore();
	await store.write(async ({installs}) => {
		for (const [index, state] of (['pending', 'failed', 'running', 'failed', 'done'] as const).entries()) {
			const install = await installs.insert({
				...order, reference: `i${index}`, domain: `${state}${index}.example.org`, createdAt: 100 - index,
			});
			await installs.change(install, {state}, 200);
		}
	});
	const overview = await store.overview({...limit, installs: 3});
	expect(overview.installs.map(({domain}) => domain)).toEqual(['failed3.example.org', 'failed1.example.org', 'running2.example.org']);
	expect(overview.installCounts).toEqual({
		pending: 1, running: 1, done: 1, failed: 2, dropped: 0,
	});
});
