import {expect, test} from 'vitest';
import {type Snapshot} from '../../source/domain/snapshot.js';
import {type Store} from '../../source/store/store.js';
import {type SeenSnapshot} from '../../source/store/snapshots.js';
import {makeStore, newVm} from './support/temporary-store.js';

const insertVm = async (store: Store, index = 1) => store.write(async ({vms}) => vms.insert(newVm({reference: `order-${index}`, hostname: `h${index}.example.net`})));
const take = async (store: Store, snapshot: Pick<Snapshot, 'vmId' | 'name'> & Partial<Snapshot>) => store.write(async ({snapshots}) => snapshots.add({
	note: null, createdAt: 1000, keep: false, ours: true, ...snapshot,
}));
const sync = async (store: Store, vmId: number, seen: readonly SeenSnapshot[]) => store.write(async ({snapshots}) => snapshots.sync(vmId, seen));
const rows = async (store: Store, vmId: number) => (await store.read.snapshots.list(vmId)).map(({id: _, vmId: __, ...row}) => row);

test('snapshots are listed oldest first, found by their VM and name, and counted', async () => {
	const store = await makeStore();
	const [{id}, other] = [await insertVm(store), await insertVm(store, 2)];
	await take(store, {
		vmId: id, name: 'younger', createdAt: 2000, note: 'before the upgrade', keep: true,
	});
	await take(store, {vmId: id, name: 'older'});
	await take(store, {vmId: other.id, name: 'older', ours: false});
	expect(await rows(store, id)).toEqual([
		{
			name: 'older', note: null, createdAt: 1000, keep: false, ours: true,
		},
		{
			name: 'younger', note: 'before the upgrade', createdAt: 2000, keep: true, ours: true,
		},
	]);
	expect(await store.read.snapshots.find(other.id, 'older')).toMatchObject({vmId: other.id, ours: false});
	expect(await store.read.snapshots.find(id, 'OLDER')).toBeUndefined();
	expect(await store.read.snapshots.count(id)).toBe(2);
	expect(await store.read.snapshots.count(4711)).toBe(0);
});

test('one that was seen before it was known to be ours becomes ours, and keeps its mark', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	await sync(store, id, [{name: 'a', note: 'cronsole:x:v101 mine', createdAt: 1000}]);
	await store.write(async ({snapshots}) => snapshots.keep(id, 'a', true));
	await take(store, {vmId: id, name: 'a', note: 'mine'});
	await take(store, {vmId: id, name: 'a', note: 'mine'});
	expect(await rows(store, id)).toEqual([{
		name: 'a', note: 'mine', createdAt: 1000, keep: true, ours: true,
	}]);
});

test('what the cluster lists is what is known: the gone go, the new are not ours, the rest stay as they are', async () => {
	const store = await makeStore();
	const [{id}, other] = [await insertVm(store), await insertVm(store, 2)];
	await take(store, {vmId: id, name: 'gone'});
	await take(store, {
		vmId: id, name: 'ours', note: 'mine', keep: true,
	});
	await take(store, {vmId: other.id, name: 'gone'});
	const seen = [{name: 'ours', note: 'as the cluster has it', createdAt: 1000}, {name: 'new', note: 'theirs', createdAt: 3000}];
	await sync(store, id, seen);
	await sync(store, id, seen);
	expect(await rows(store, id)).toEqual([
		{
			name: 'ours', note: 'mine', createdAt: 1000, keep: true, ours: true,
		},
		{
			name: 'new', note: 'theirs', createdAt: 3000, keep: false, ours: false,
		},
	]);
	expect(await store.read.snapshots.count(other.id)).toBe(1);
	await sync(store, id, []);
	expect(await rows(store, id)).toEqual([]);
	expect(await store.read.snapshots.count(other.id)).toBe(1);
});

test('one of the same name that somebody else took after ours was removed is not ours, and has no age to die of', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	await take(store, {vmId: id, name: 'before', note: 'mine'});
	await sync(store, id, [{name: 'before', note: 'theirs', createdAt: 9000}]);
	expect(await rows(store, id)).toEqual([{
		name: 'before', note: 'theirs', createdAt: 9000, keep: false, ours: false,
	}]);
	expect(await store.read.snapshots.listMortal()).toEqual([]);
});

test('mortal are ours that are not kept, of VMs that live, oldest first', async () => {
	const store = await makeStore();
	const [{id}, gone] = [await insertVm(store), await insertVm(store, 2)];
	await take(store, {vmId: id, name: 'second', createdAt: 2000});
	await take(store, {vmId: id, name: 'first'});
	await take(store, {vmId: id, name: 'kept', keep: true});
	await take(store, {vmId: id, name: 'foreign', ours: false});
	await take(store, {vmId: gone.id, name: 'of a removed VM'});
	await store.write(async ({vms}) => vms.enter(gone, 'removed', 5000));
	const mortal = async () => (await store.read.snapshots.listMortal()).map(({name}) => name);
	expect(await mortal()).toEqual(['first', 'second']);
	await store.write(async ({snapshots}) => {
		await snapshots.keep(id, 'kept', false);
		await snapshots.remove(id, 'second');
		await snapshots.remove(id, 'second');
	});
	expect(await mortal()).toEqual(['first', 'kept']);
});

test('names and notes are text, whatever stands in them', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const note = '\'; drop table snapshots; --\u{0} {{guestname}} \\n';
	await take(store, {vmId: id, name: '\'"%_', note});
	expect(await store.read.snapshots.find(id, '\'"%_')).toMatchObject({note});
	expect(await store.read.snapshots.find(id, '%')).toBeUndefined();
});
