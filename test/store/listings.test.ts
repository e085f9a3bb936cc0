import {expect, test} from 'vitest';
import {type PoolSettings} from '../../source/domain/settings.js';
import {type Store} from '../../source/store/store.js';
import {smallPool} from './support/address-pool.js';
import {addRunningVm, makeStore, newVm} from './support/temporary-store.js';

const six: PoolSettings = {
	...smallPool, name: 'six', family: 6, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::2', last: '2001:db8::ff',
};

const addVm = async (store: Store, name: string) => store.write(async ({vms}) => vms.insert(newVm({reference: name, hostname: `${name}.example.net`})));

const remove = async (store: Store, name: string, at: number) => {
	const vm = await addVm(store, name);
	await store.write(async ({vms}) => vms.enter(vm, 'removed', at));
	return vm;
};

const namesOf = (rows: ReadonlyArray<{readonly reference: string}>): readonly string[] => rows.map(({reference}) => reference);

test('an empty database has empty lists', async () => {
	const {listings} = (await makeStore()).read;
	const nothing = {rows: [], total: 0};
	expect(await Promise.all([
		listings.vms(9), listings.installs(9), listings.backups(9), listings.snapshots(9), listings.traffic('2026-11', 9), listings.activity({text: '', level: null, limit: 9}),
	])).toEqual([nothing, nothing, nothing, nothing, nothing, nothing]);
});

test('VMs that need a person come first, then those in work, the rest by name, and the removed ones, the last removed first', async () => {
	const store = await makeStore();
	for (const name of ['zeta', 'beta', 'alpha']) {
		await addVm(store, name);
	}

	await remove(store, 'gone-early', 100);
	await remove(store, 'gone-late', 200);
	await addRunningVm(store, {reference: 'work-2', hostname: 'work-2.example.net'});
	await addRunningVm(store, {reference: 'work-1', hostname: 'work-1.example.net'});
	const {vm: young} = await addRunningVm(store, {reference: 'need-young', hostname: 'need-young.example.net'});
	const old = await addVm(store, 'need-old');
	await store.write(async ({vms}) => {
		await vms.setAttention(young.id, {reason: 'no', since: 9, command: 'cronsole vm retry need-young'});
		await vms.setAttention(old.id, {reason: 'no', since: 5, command: 'cronsole vm retry need-old'});
	});
	const sorted = ['need-old', 'need-young', 'work-2', 'work-1', 'alpha', 'beta', 'zeta', 'gone-late', 'gone-early'];
	const {rows, total} = await store.read.listings.vms(100);
	expect(namesOf(rows)).toEqual(sorted);
	expect(total).toBe(9);

	for (const limit of [0, 1, 5, 7, 8]) {
		const some = await store.read.listings.vms(limit);
		expect(namesOf(some.rows)).toEqual(sorted.slice(0, limit));
		expect(some.total).toBe(9);
	}
});

test('a VM\'s line has what a list shows of it, and no more', async () => {
	const store = await makeStore();
	const vm = await addVm(store, 'web1');
	await store.write(async ({vms}) => {
		await vms.set(vm.id, {node: 'pve1', remoteStatus: 'running', suspended: ['overdue', 'manual']});
		await vms.setAttention(vm.id, {reason: 'the disk is full', since: 7, command: 'cronsole vm retry web1'});
	});
	expect((await store.read.listings.vms(9)).rows).toEqual([{
		id: vm.id, reference: 'web1', hostname: 'web1.example.net', cluster: 'fra1', node: 'pve1', vmid: null, status: 'creation', remoteStatus: 'running',
		suspended: ['overdue', 'manual'], needsAttention: {reason: 'the disk is full', since: 7, command: 'cronsole vm retry web1'}, packageName: 'kvm-s',
		client: 'ada@example.org', createdAt: 1000, version: 3, address: null, operation: null, progress: null,
	}]);
});

test('of several open operations a VM shows the one that runs, with how far its remote task is; once it is over, the next in turn', async () => {
	const store = await makeStore();
	const {vm, operation} = await addRunningVm(store);
	await store.write(async ({operations, remoteTasks}) => {
		for (const kind of ['change', 'reboot'] as const) {
			await operations.add(vm.id, {
				kind, params: {}, requestedBy: 'anna', now: 3000,
			});
		}

		const task = await remoteTasks.intend({
			operationId: operation.id, vmId: vm.id, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: 1, deadlineAt: 2,
		});
		await operations.wait(operation.id, {
			waitingFor: 'the clone', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
		});
		await remoteTasks.setProgress(task!.id, 41);
	});
	const [line] = (await store.read.listings.vms(9)).rows;
	expect(line!.operation).toEqual({
		id: operation.id, kind: 'create', state: 'running', position: null, attempt: 0, nextAttemptAt: null, waitingFor: 'the clone', message: null, requestedAt: 1000, startedAt: 2000,
		stepSince: 2000,
	});
	expect(line!.progress).toBe(41);
	await store.write(async ({operations}) => operations.finish(operation.id, 'done', 4000));
	expect((await store.read.listings.vms(9)).rows).toMatchObject([{operation: {kind: 'change', state: 'waiting'}, progress: null}]);
});

test('a VM\'s address is its first: IPv4 before IPv6, of several the one that was given first, as in its details', async () => {
	const store = await makeStore();
	const [both, only6, freed, none] = [await addVm(store, 'a'), await addVm(store, 'b'), await addVm(store, 'c'), await addVm(store, 'd')];
	await store.write(async ({addresses}) => {
		await addresses.claim(both.id, six, '2001:db8::2', 1);
		await addresses.claim(both.id, smallPool, '192.0.2.5', 2);
		await addresses.claim(both.id, smallPool, '192.0.2.3', 3);
		await addresses.claim(only6.id, six, '2001:db8::9', 4);
		await addresses.claim(only6.id, six, '2001:db8::4', 5);
		await addresses.claim(freed.id, smallPool, '192.0.2.4', 6);
		await addresses.release(freed.id, '192.0.2.4', 7, 1000);
	});
	const {rows} = await store.read.listings.vms(9);
	expect(rows.map(({address}) => address)).toEqual(['192.0.2.5', '2001:db8::9', null, null]);

	for (const {id, address} of rows) {
		expect((await store.read.addresses.listFor(id))[0]?.address ?? null).toBe(address);
	}

	await store.write(async ({addresses}) => addresses.claim(none.id, smallPool, '192.0.2.2', 8));
	expect((await store.read.listings.vms(9)).rows.map(({address}) => address)).toEqual(['192.0.2.5', '2001:db8::9', null, '192.0.2.2']);
});

test('failed installs come first, then running and pending ones and what is over, of each the newest first', async () => {
	const store = await makeStore();
	await store.write(async ({installs}) => {
		for (const [index, state] of (['dropped', 'pending', 'failed', 'done', 'running', 'failed', 'dropped', 'pending', 'done'] as const).entries()) {
			const install = await installs.insert({
				panel: 'web1', application: 'wordpress', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, reference: `${state}-${index}`,
				domain: `${index}.example.org`, createdAt: index,
			});
			await installs.change(install, {state}, 200);
		}
	});
	const sorted = ['failed-5', 'failed-2', 'running-4', 'pending-7', 'pending-1', 'done-8', 'dropped-6', 'done-3', 'dropped-0'];
	const {rows, total} = await store.read.listings.installs(100);
	expect([namesOf(rows), total]).toEqual([sorted, 9]);
	expect(rows[0]).toEqual(await store.read.installs.find(rows[0]!.id));

	for (const limit of [0, 1, 4, 6, 8]) {
		const some = await store.read.listings.installs(limit);
		expect([namesOf(some.rows), some.total]).toEqual([sorted.slice(0, limit), 9]);
	}
});

test('backups and snapshots stand with the name of their VM, newest first; backups that are gone are left out', async () => {
	const store = await makeStore();
	const [web, gone] = [await addVm(store, 'web'), await remove(store, 'gone', 50)];
	await store.write(async ({backups, snapshots}) => {
		for (const [vmId, createdAt, state] of [[web.id, 10, 'done'], [gone.id, 30, 'done'], [web.id, 40, 'removed'], [web.id, 20, 'failed']] as const) {
			const {id} = await backups.add({
				vmId, kind: 'manual', localDate: null, storage: 'shared', note: `at ${createdAt}`, createdAt, operationId: null,
			});
			await backups.set(id, {state});
		}

		for (const createdAt of [1, 3, 2]) {
			await snapshots.add({
				vmId: web.id, name: `s${createdAt}`, note: null, createdAt, keep: createdAt === 3, ours: true,
			});
		}
	});
	const {listings, backups, snapshots} = store.read;
	const all = await listings.backups(9);
	expect(all.rows.map(({note, reference}) => [note, reference])).toEqual([['at 30', 'gone'], ['at 20', 'web'], ['at 10', 'web']]);
	expect(all.rows[1]).toEqual({
		...await backups.find(all.rows[1]!.id), hostname: 'web.example.net', reference: 'web', cluster: 'fra1',
	});
	expect(await listings.backups(1)).toMatchObject({rows: [{note: 'at 30'}], total: 3});
	expect(await listings.snapshots(2)).toEqual({
		rows: [
			{
				...await snapshots.find(web.id, 's3'), hostname: 'web.example.net', reference: 'web', cluster: 'fra1',
			},
			{
				...await snapshots.find(web.id, 's2'), hostname: 'web.example.net', reference: 'web', cluster: 'fra1',
			},
		],
		total: 3,
	});
});

test('traffic is that of the month, the most of what counts first; what was never counted stands with zeros', async () => {
	const store = await makeStore();
	const packages = {
		out: {trafficGb: 2000, traffic: {count: 'out'}}, sum: {trafficGb: 0}, none: {}, late: {},
	} as const;
	const ids: number[] = [];
	for (const [reference, given] of Object.entries(packages)) {
		const vm = await store.write(async ({vms}) => vms.insert(newVm({reference, hostname: `${reference}.example.net`, package: given})));
		ids.push(vm.id);
	}

	await remove(store, 'gone', 1);
	const count = async (vmId: number, start: string, bytes: {readonly bytesIn: number; readonly bytesOut: number}, now: number) => store.write(async ({traffic}) => traffic.add({
		vmId, from: null, to: 1, now, rows: [{
			vmId, unit: 'month', start, ...bytes, estimatedBytes: 5, gapSeconds: 60,
		}],
	}));
	await count(ids[0]!, '2026-11', {bytesIn: 1000, bytesOut: 10}, 77);
	await count(ids[1]!, '2026-11', {bytesIn: 20, bytesOut: 20}, 88);
	await count(ids[3]!, '2026-10', {bytesIn: 9000, bytesOut: 9000}, 0);
	const {rows, total} = await store.read.listings.traffic('2026-11', 9);
	expect([namesOf(rows), total]).toEqual([['sum', 'out', 'none', 'late'], 4]);
	expect(rows.slice(1)).toEqual([
		{
			vmId: ids[0], hostname: 'out.example.net', reference: 'out', cluster: 'fra1', bytesIn: 1000, bytesOut: 10, estimatedBytes: 5, gapSeconds: 60, trafficGb: 2000,
			traffic: {count: 'out'}, countedAt: 77,
		},
		...['none', 'late'].map((reference, index) => ({
			vmId: ids[index + 2], hostname: `${reference}.example.net`, reference, cluster: 'fra1', bytesIn: 0, bytesOut: 0, estimatedBytes: 0, gapSeconds: 0, trafficGb: null,
			traffic: null, countedAt: null,
		})),
	]);
	expect(await store.read.listings.traffic('2026-11', 1)).toMatchObject({rows: [{reference: 'sum', trafficGb: 0}], total: 4});
	expect(namesOf((await store.read.listings.traffic('2026-10\' or 1', 9)).rows)).toHaveLength(4);
});
