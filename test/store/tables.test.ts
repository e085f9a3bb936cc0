import {describe, expect, test} from 'vitest';
import {scheduler} from '../../source/domain/activity.js';
import {emptyTally} from '../../source/domain/run.js';
import {addRunningVm, makeStore} from './support/temporary-store.js';

const start = {
	task: 'process_vms', trigger: 'schedule', by: 'scheduler', startedAt: 1000,
} as const;

describe('runs', () => {
	test('a run that its process did not end is interrupted by the next one', async () => {
		const store = await makeStore();
		const [dead, other, next] = await store.write(async ({runs}) => [
			await runs.start(start), await runs.start({...start, task: 'backup_status'}), await runs.start({
				...start, trigger: 'manual', by: 'anna', startedAt: 2000,
			}),
		]);
		expect(await store.read.runs.find(dead.id)).toMatchObject({result: 'interrupted', finishedAt: 2000});
		expect(await store.read.runs.find(other.id)).toMatchObject({result: null, finishedAt: null});
		const tally = {
			...emptyTally, processed: 3, errors: 1, message: 'm',
		};
		await store.write(async ({runs}) => runs.finish(next.id, 'ok', tally, 3000));
		expect(await store.read.runs.find(next.id)).toEqual({
			...tally, id: next.id, task: 'process_vms', trigger: 'manual', by: 'anna', startedAt: 2000, finishedAt: 3000, result: 'ok',
		});
		expect((await store.read.runs.listLast()).map(({id}) => id)).toEqual([next.id, other.id]);
		expect((await store.read.runs.listRecent(8)).map(({id}) => id)).toEqual([next.id, dead.id, other.id]);
	});

	test('skips count once per due moment, until the next run', async () => {
		const store = await makeStore();
		await store.write(async ({runs}) => {
			await runs.skip('process_vms', 100, 101);
			await runs.skip('process_vms', 100, 102);
			await runs.skip('process_vms', 200, 201);
		});
		expect(await store.read.runs.listSkips()).toEqual([{task: 'process_vms', count: 2, lastAt: 201}]);
		await store.write(async ({runs}) => runs.start(start));
		expect(await store.read.runs.listSkips()).toEqual([]);
	});

	test('old runs go, but the last of each task stays', async () => {
		const store = await makeStore();
		await store.write(async ({runs}) => {
			for (const startedAt of [1, 2]) {
				await runs.finish((await runs.start({...start, startedAt})).id, 'ok', emptyTally, startedAt);
			}

			await runs.prune(100);
		});
		expect((await store.read.runs.listRecent(8)).map(({startedAt}) => startedAt)).toEqual([2]);
	});

	test('an open wish to run is answered once, and the same wish again is the same', async () => {
		const store = await makeStore();
		const [first, same] = await store.write(async ({runRequests}) => [await runRequests.add('process_vms', 'anna', 1), await runRequests.add('process_vms', 'berta', 2)]);
		expect(same).toEqual(first);
		await store.write(async ({runRequests}) => runRequests.answer(first.id, {refusal: 'running since 18:40:03'}));
		await store.write(async ({runRequests}) => runRequests.answer(first.id, {runId: 9}));
		expect(await store.read.runRequests.find(first.id)).toMatchObject({runId: null, refusal: 'running since 18:40:03'});
		expect(await store.read.runRequests.listOpen()).toEqual([]);
		expect((await store.write(async ({runRequests}) => runRequests.add('process_vms', 'anna', 3))).id).not.toBe(first.id);
	});
});

describe('what people set', () => {
	test('intervals and pauses do not touch one another, and a pause or hold ends by itself', async () => {
		const store = await makeStore();
		const spell = {
			by: 'anna', reason: null, since: 1, until: 100,
		};
		await store.write(async ({taskSettings}) => {
			await taskSettings.setPaused('process_vms', spell);
			await taskSettings.setInterval('process_vms', 90, 'berta');
			await taskSettings.setHold(spell);
			await taskSettings.setHold({...spell, by: 'berta'});
		});
		expect((await store.read.taskSettings.list(99))[0]).toEqual({
			task: 'process_vms', intervalSeconds: 90, intervalSetBy: 'berta', paused: spell,
		});
		expect(await store.read.taskSettings.findHold(99)).toEqual({...spell, by: 'berta'});
		await store.write(async ({taskSettings}) => taskSettings.setInterval('process_vms', null, 'berta'));
		expect((await store.read.taskSettings.list(100))[0]).toEqual({
			task: 'process_vms', intervalSeconds: null, intervalSetBy: null, paused: null,
		});
		expect(await store.read.taskSettings.findHold(100)).toBeNull();
	});

	test('a cluster\'s moment moves only when its state does, and maintenance ends by itself or by hand', async () => {
		const store = await makeStore();
		const health = {
			name: 'fra1', version: '9.2', error: null, nodesDown: ['pve2'], foreignInstallation: null,
		};
		const spell = {
			cluster: 'fra1', by: 'anna', reason: 'disk', since: 1, until: null,
		};
		await store.write(async ({clusters}) => {
			await clusters.set({...health, state: 'ok', checkedAt: 1});
			await clusters.set({...health, state: 'ok', checkedAt: 2});
			await clusters.setMaintenance({...spell, node: null});
			await clusters.setMaintenance({...spell, node: 'pve1', until: 50});
		});
		expect(await store.read.clusters.list()).toEqual([{
			...health, state: 'ok', since: 1, checkedAt: 2,
		}]);
		await store.write(async ({clusters}) => clusters.set({...health, state: 'degraded', checkedAt: 3}));
		expect(await store.read.clusters.list()).toMatchObject([{state: 'degraded', since: 3}]);
		expect(await store.read.clusters.listMaintenance(49)).toEqual([{...spell, node: null}, {...spell, node: 'pve1', until: 50}]);
		expect(await store.read.clusters.listMaintenance(50)).toEqual([{...spell, node: null}]);
		expect(await store.write(async ({clusters}) => [await clusters.endMaintenance('fra1', null), await clusters.endMaintenance('fra1', null)])).toEqual([true, false]);
	});
});

test('incidents open, go on and close by what is found', async () => {
	const store = await makeStore();
	const down = {
		key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 is unreachable', command: null, affects: 3,
	} as const;
	const late = {...down, key: 'task:process_vms:overdue', severity: 'warning'} as const;
	const first = await store.write(async ({incidents}) => incidents.reconcile([down, down], 10));
	expect(first).toMatchObject({opened: [{...down, since: 10, closedAt: null}], closed: []});
	const {id} = first.opened[0]!;
	await store.write(async ({incidents}) => incidents.acknowledge(id, {
		by: 'anna', at: 15, note: 'on it', until: null,
	}));
	expect(await store.write(async ({incidents}) => incidents.reconcile([{...down, affects: 5}, late], 20))).toMatchObject({opened: [late], closed: []});
	expect(await store.read.incidents.listOpen()).toMatchObject([{
		id, affects: 5, since: 10, acknowledged: {by: 'anna', note: 'on it'},
	}, late]);
	expect(await store.write(async ({incidents}) => incidents.reconcile([late], 30))).toMatchObject({opened: [], closed: [{id, closedAt: 30}]});
	expect(await store.read.incidents.find(id)).toMatchObject({closedAt: 30});
	expect((await store.write(async ({incidents}) => incidents.reconcile([down, late], 40))).opened[0]!.id).not.toBe(id);
});

test('the activity log is filtered by subject, reference, level and moment, newest last', async () => {
	const store = await makeStore();
	const {vm} = await addRunningVm(store);
	const row = {actor: scheduler, subject: 'web1.example.net', vmId: vm.id} as const;
	await store.write(async ({activity}) => {
		await activity.add({
			...row, at: 1, level: 'info', message: 'a',
		});
		await activity.add({
			...row, at: 2, level: 'error', message: 'b', actor: {name: 'anna', address: '192.0.2.9'},
		});
		await activity.add({
			at: 3, level: 'warning', actor: scheduler, subject: 'fra1', message: 'c',
		});
		await activity.add({
			...row, at: 4, level: 'debug', message: 'd',
		});
	});
	const messages = async (filter: object) => (await store.read.activity.list({limit: 10, ...filter})).map(({message}) => message).join('');
	expect(await messages({})).toBe('abcd');
	expect(await messages({limit: 2})).toBe('cd');
	expect(await messages({about: 'order-1'})).toBe('abd');
	expect(await messages({about: 'v101'})).toBe('abd');
	expect(await messages({about: 'web1.example.net', level: 'warning'})).toBe('b');
	expect(await messages({about: 'fra1'})).toBe('c');
	expect(await messages({about: '\' or 1=1 --'})).toBe('');
	expect(await messages({level: 'info'})).toBe('abc');
	expect(await messages({since: 3})).toBe('cd');
	expect(await messages({after: 1, limit: 2})).toBe('cd');
	expect((await store.read.activity.list({limit: 10}))[1]).toMatchObject({
		actor: 'anna', address: '192.0.2.9', vmId: vm.id, installId: null,
	});
	await store.write(async ({activity}) => activity.prune('info', 100));
	expect(await messages({})).toBe('bcd');
});

test('a mail is caused once by its key', async () => {
	const store = await makeStore();
	const mail = {
		key: 'vm-ready:1', template: 'vm-ready', to: 'ada@example.org', variables: {hostname: 'web1'}, vmId: 101, installId: null, createdAt: 5,
	};
	await store.write(async ({outbox}) => {
		await outbox.add(mail);
		await outbox.add({...mail, to: 'eve@example.org'});
	});
	const {key, ...rest} = mail;
	expect(await store.read.outbox.list()).toEqual([{
		...rest, id: 1, state: 'pending', channel: 'mail', attempt: 0, nextAttemptAt: null, messageId: null, sentAt: null, error: null,
	}]);
});

test('a mail is sent by the one who claims it first, and what is unknown or sent is claimed by nobody', async () => {
	const store = await makeStore();
	await store.write(async ({outbox}) => outbox.add({
		key: 'vm-ready:1', template: 'vm-ready', to: 'ada@example.org', variables: {}, vmId: 101, installId: null, createdAt: 5,
	}));
	const claim = async () => store.write(async ({outbox}) => outbox.claim(1, {messageId: '<1@example.net>', until: 60_000}));
	expect(await Promise.all([claim(), claim()])).toEqual([true, false]);
	await store.write(async ({outbox}) => outbox.settle(1, {state: 'unknown', error: 'silence'}, 10));
	expect(await claim()).toBe(false);
	await store.write(async ({outbox}) => outbox.resend(1, 20));
	expect(await claim()).toBe(true);
	await store.write(async ({outbox}) => outbox.settle(1, {state: 'sent'}, 30));
	expect(await claim()).toBe(false);
	expect(await store.read.outbox.find(1)).toMatchObject({state: 'sent', attempt: 1});
});

test('an install is changed by the one who knows its version, and one reference has generations', async () => {
	const store = await makeStore();
	const order = {
		reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {a: 1}, createdAt: 5,
	};
	const [first, second] = await store.write(async ({installs}) => [await installs.insert(order), await installs.insert(order)]);
	expect([first.generation, second.generation]).toEqual([1, 2]);
	expect(first).toMatchObject({
		...order, state: 'pending', attempt: 0, version: 1, updatedAt: 5,
	});
	expect(await store.write(async ({installs}) => [
		await installs.change(first, {
			state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', droppedAt: 9,
		}, 9),
		await installs.change(first, {state: 'running'}, 10),
	])).toEqual([true, false]);
	const dropped = await store.read.installs.find(first.id);
	expect(dropped).toMatchObject({
		state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', updatedAt: 9, version: 2,
	});
	await store.write(async ({installs}) => installs.change(dropped!, {
		state: 'pending', droppedFrom: null, droppedBy: null, droppedAt: null,
	}, 11));
	expect(await store.read.installs.find(first.id)).toMatchObject({state: 'pending', droppedBy: null, version: 3});
	expect(await store.read.installs.list('pending')).toHaveLength(2);
	expect(await store.read.installs.list('failed')).toEqual([]);
});
