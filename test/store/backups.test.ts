import {describe, expect, test} from 'vitest';
import {type Backup} from '../../source/domain/backup.js';
import {type SeenBackup} from '../../source/store/backups.js';
import {type Store} from '../../source/store/store.js';
import {type NewVm} from '../../source/store/vms.js';
import {makeStore, newVm} from './support/temporary-store.js';

const insertVm = async (store: Store, index = 1, facts: Partial<NewVm> = {}) => store.write(async ({vms}) =>
	vms.insert(newVm({reference: `order-${index}`, hostname: `h${index}.example.net`, ...facts})));
const remove = async (store: Store, vmId: number, now: number) => store.write(async ({vms}) => vms.enter(await vms.get(vmId), 'removed', now));
const place = async (store: Store, vmId: number) => store.write(async ({vms}) => vms.reserveVmid(await vms.get(vmId), [5000, 5999], new Set()));

type Facts = Parameters<Parameters<Parameters<Store['write']>[0]>[0]['backups']['set']>[1];

/** A record, and what became of it. */
const add = async (store: Store, vmId: number, wish: Partial<Backup> = {}, facts: Facts = {}): Promise<Backup> => store.write(async ({backups}) => {
	const {id} = await backups.add({
		vmId, kind: wish.localDate ? 'scheduled' : 'manual', localDate: null, storage: 'shared', note: null, createdAt: 1000, operationId: null, ...wish,
	});
	await backups.set(id, facts);
	return (await backups.find(id))!;
});
const done = (volid: string, finishedAt = 2000): Facts => ({
	state: 'done', volid, sizeBytes: 7, finishedAt,
});
const failed: Facts = {state: 'failed', cause: 'no space', finishedAt: 2000};
const seen = (volid: string, createdAt = 1000): SeenBackup => ({
	volid, createdAt, sizeBytes: 9, note: 'seen',
});
const sync = async (store: Store, vmId: number, volumes: readonly SeenBackup[], storage = 'shared') => store.write(async ({backups}) => backups.sync(vmId, storage, volumes, 9000));
const states = async (store: Store, vmId: number) => (await store.read.backups.list(vmId)).map(({kind, state, volid}) => `${kind} ${state} ${volid ?? '-'}`);

describe('the record of a backup', () => {
	test('is written with what is wanted, and completed bit by bit', async () => {
		const store = await makeStore();
		const {id: vmId} = await insertVm(store);
		const backup = await add(store, vmId, {note: 'before the upgrade', operationId: 12});
		expect(backup).toEqual({
			id: 1, vmId, kind: 'manual', localDate: null, state: 'waiting', volid: null, storage: 'shared', sizeBytes: null, note: 'before the upgrade', createdAt: 1000,
			finishedAt: null, cause: null, attempts: 1, operationId: 12,
		});
		await store.write(async ({backups}) => {
			await backups.set(1, {state: 'running', createdAt: 1500, storage: 'other'});
			await backups.set(1, {...done('other:backup/a'), cause: 'WARNINGS: 1'});
		});
		expect(await store.read.backups.findByOperation(12)).toMatchObject({
			state: 'done', volid: 'other:backup/a', sizeBytes: 7, createdAt: 1500, finishedAt: 2000, cause: 'WARNINGS: 1', storage: 'other',
		});
		await store.write(async ({backups}) => backups.set(1, {cause: null, volid: null}));
		expect(await store.read.backups.find(1)).toMatchObject({
			state: 'done', volid: null, cause: null, sizeBytes: 7,
		});
		expect(await store.read.backups.findByOperation(13)).toBeUndefined();
	});

	test('of a scheduled day is one a VM and day: what failed is taken up anew, with its cause until it has ended', async () => {
		const store = await makeStore();
		const [{id: vmId}, other] = [await insertVm(store), await insertVm(store, 2)];
		const day = {localDate: '2026-11-21'} as const;
		const first = await add(store, vmId, {...day, operationId: 1}, failed);
		await add(store, other.id, day);
		const again = await add(store, vmId, {
			...day, operationId: 2, createdAt: 5000, storage: 'new',
		});
		expect(again).toMatchObject({
			id: first.id, state: 'waiting', attempts: 2, operationId: 2, createdAt: 5000, storage: 'new', finishedAt: null, cause: 'no space',
		});
		expect(await store.read.backups.findByOperation(1)).toBeUndefined();
		expect(await store.read.backups.findOfDay(vmId, '2026-11-21')).toMatchObject({id: first.id});
		expect(await store.read.backups.findOfDay(vmId, '2026-11-22')).toBeUndefined();
		expect((await store.read.backups.listDays('2026-11-21')).map(({vmId: of, state, attempts}) => [of, state, attempts])).toEqual([[vmId, 'waiting', 2], [other.id, 'waiting', 1]]);
		expect(await store.read.backups.listDays('2026-11-22')).toEqual([]);
	});

	test.each(['waiting', 'running', 'done'] as const)('of a scheduled day that is %s is never overwritten', async state => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		const day = {localDate: '2026-11-21'} as const;
		const backup = await add(store, id, day, state === 'done' ? done('shared:a') : {state});
		await expect(add(store, id, {...day, createdAt: 5000})).rejects.toThrow('UNIQUE');
		expect(await store.read.backups.list(id)).toEqual([backup]);
	});
});

describe('what a storage lists', () => {
	test('is known afterwards: the gone are removed, the unknown are foreign, on that storage and of that VM only', async () => {
		const store = await makeStore();
		const [{id: vmId}, other] = [await insertVm(store), await insertVm(store, 2)];
		await add(store, vmId, {}, done('shared:a'));
		await add(store, vmId, {}, done('shared:b'));
		await add(store, vmId, {storage: 'other'}, done('other:a'));
		await add(store, vmId, {}, failed);
		await add(store, other.id, {}, done('shared:c'));

		for (let time = 0; time < 2; time++) {
			await sync(store, vmId, [seen('shared:b'), seen('shared:d', 4000)]);
		}

		expect(await states(store, vmId)).toEqual(['manual removed shared:a', 'manual done shared:b', 'manual done other:a', 'manual failed -', 'foreign done shared:d']);
		expect((await store.read.backups.list(vmId)).at(-1)).toMatchObject({
			sizeBytes: 9, note: 'seen', createdAt: 4000, finishedAt: 9000, attempts: 0, operationId: null,
		});
		expect(await states(store, other.id)).toEqual(['manual done shared:c']);
		await sync(store, vmId, []);
		expect(await states(store, vmId)).toEqual(['manual removed shared:a', 'manual removed shared:b', 'manual done other:a', 'manual failed -', 'foreign removed shared:d']);
	});

	test('while a backup is being made is left to its own operation, unless it is older', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		await add(store, id, {createdAt: 50_000}, {state: 'running'});
		await sync(store, id, [seen('shared:mine', 50_000), seen('shared:old', 10_000)]);
		expect(await states(store, id)).toEqual(['foreign done shared:old', 'manual running -']);
	});
});

describe('of all VMs', () => {
	test('the newest good backup of each that lives is known, and the good ones of those that went', async () => {
		const store = await makeStore();
		const [one, two, gone] = [await insertVm(store), await insertVm(store, 2), await insertVm(store, 3)];
		await add(store, one.id, {createdAt: 1000}, done('a'));
		await add(store, one.id, {createdAt: 3000}, done('b'));
		await add(store, one.id, {createdAt: 4000}, failed);
		await add(store, two.id, {}, failed);
		await add(store, gone.id, {}, done('c'));
		await add(store, gone.id, {}, {...done('d'), state: 'removed'});
		await remove(store, gone.id, 5000);
		expect(await store.read.backups.listLastGood()).toEqual(new Map([[one.id, 3000]]));
		expect(await store.read.backups.listOfRemoved(5000)).toEqual([]);
		expect((await store.read.backups.listOfRemoved(5001)).map(({volid}) => volid)).toEqual(['c']);
	});

	test('one whose newest backup failed is told, also while its next attempt is under way', async () => {
		const store = await makeStore();
		const vms: number[] = [];

		for (let index = 0; index < 6; index++) {
			vms.push((await insertVm(store, index)).id);
		}

		const [mended, broken, retried, foreign, gone, first] = vms as [number, number, number, number, number, number];
		await add(store, mended, {createdAt: 1000}, failed);
		await add(store, mended, {createdAt: 2000}, done('a'));
		await add(store, broken, {createdAt: 1000}, done('b'));
		await add(store, broken, {createdAt: 2000}, failed);
		await add(store, broken, {createdAt: 3000}, {...failed, cause: 'job errors'});
		await add(store, retried, {localDate: '2026-11-21'}, failed);
		await add(store, retried, {localDate: '2026-11-21', createdAt: 3000});
		await add(store, foreign, {createdAt: 1000}, failed);
		await sync(store, foreign, [seen('theirs', 5000)]);
		await add(store, gone, {}, failed);
		await remove(store, gone, 5000);
		await add(store, first, {localDate: '2026-11-21'}, {state: 'running'});
		const told = async () => (await store.read.backups.listLastFailed()).map(({vmId, cause}) => [vmId, cause]);
		expect(await told()).toEqual([[broken, 'job errors'], [retried, 'no space'], [foreign, 'no space']]);
		expect((await store.read.backups.listLastFailed())[0]).toEqual({
			vmId: broken, storage: 'shared', cause: 'job errors', hostname: 'h1.example.net', cluster: 'fra1',
		});
	});

	test('one whose scheduled backups come to nothing for too long is unprotected', async () => {
		const store = await makeStore();
		const vms: number[] = [];

		for (let index = 0; index < 6; index++) {
			vms.push((await insertVm(store, index, index === 5 ? {createdAt: 90_000} : {})).id);
		}

		const [never, long, fresh, manual, just, young] = vms as [number, number, number, number, number, number];
		const scheduled = (createdAt: number) => ({createdAt, localDate: `day ${createdAt}`});
		await add(store, never, scheduled(20_000), failed);
		await add(store, long, scheduled(10_000), done('a'));
		await add(store, long, scheduled(20_000), {...done('b'), state: 'removed'});
		await add(store, fresh, scheduled(20_000), failed);
		await add(store, fresh, scheduled(60_000), done('c'));
		await add(store, manual, {createdAt: 20_000}, failed);
		await add(store, just, scheduled(55_000), failed);
		await add(store, young, scheduled(20_000), failed);
		const unprotected = await store.read.backups.listUnprotected({goodAfter: 50_000, begunBefore: 50_000});
		expect(unprotected.map(({vm, lastGoodAt}) => [vm.id, lastGoodAt])).toEqual([[never, null], [long, 10_000]]);
		expect(unprotected[0]!.vm).toEqual({
			id: never, hostname: 'h0.example.net', cluster: 'fra1', backup: {mon: '02:30'}, package: {cores: 2, vlan: 0},
		});
	});

	test('those that have a place in the cluster are listed with their good volumes on a storage', async () => {
		const store = await makeStore();
		const [one, two, placeless, elsewhere] = [await insertVm(store), await insertVm(store, 2), await insertVm(store, 3), await insertVm(store, 4, {cluster: 'nyc1'})];

		for (const {id} of [one, two, elsewhere]) {
			await place(store, id);
		}

		await add(store, one.id, {}, done('shared:a'));
		await add(store, one.id, {}, {...done('shared:b'), state: 'removed'});
		await add(store, one.id, {storage: 'other'}, done('other:a'));
		await add(store, placeless.id, {}, done('shared:c'));
		expect(await store.read.backups.listKnown('fra1', 'shared')).toEqual([
			{
				id: one.id, hostname: one.hostname, createdAt: 1000, vmid: 5000, volids: new Set(['shared:a']),
			},
			{
				id: two.id, hostname: two.hostname, createdAt: 1000, vmid: 5001, volids: new Set(),
			},
		]);
	});

	test('a record whose operation has ended without it, or is gone, is an orphan', async () => {
		const store = await makeStore();
		const {id: vmId} = await insertVm(store);
		const [waiting, ended] = await store.write(async ({operations}) => {
			const ask = async (note: string) => (await operations.add(vmId, {
				kind: 'backup', params: {note}, requestedBy: 'anna', now: 1,
			})).operation.id;
			const ids = [await ask('a'), await ask('b')];
			await operations.finish(ids[1]!, 'cancelled', 2);
			return ids;
		});
		await add(store, vmId, {operationId: waiting});
		await add(store, vmId, {operationId: ended});
		await add(store, vmId, {operationId: 4711}, {state: 'running'});
		await add(store, vmId, {operationId: 4712}, failed);
		expect((await store.read.backups.listOrphaned()).map(({operationId}) => operationId)).toEqual([ended, 4711]);
		expect((await store.read.backups.listRunning()).map(({operationId}) => operationId)).toEqual([4711]);
	});

	test('what failed or went long ago is forgotten; what is good, wished for or under way never', async () => {
		const store = await makeStore();
		const {id} = await insertVm(store);
		await add(store, id, {}, {...failed, finishedAt: 2000});
		await add(store, id, {}, {...done('gone', 2000), state: 'removed'});
		await add(store, id, {}, {...failed, finishedAt: 2001});
		await add(store, id, {}, done('good', 1));
		await add(store, id, {}, {state: 'running'});
		await add(store, id);
		await store.write(async ({backups}) => backups.prune(2001));
		expect(await states(store, id)).toEqual(['manual failed -', 'manual done good', 'manual running -', 'manual waiting -']);
	});
});
