import {readdirSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {makeClock, makeStore, startSession} from './support/temporary-store.js';

test('a session lives until it ends, a screen while it is seen', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const daemon = await startSession(store);
	const screen = await startSession(store, 'screen');
	const living = async () => (await store.sessions.listLiving()).map(({kind}) => kind).toSorted();
	expect(daemon).toMatchObject({
		kind: 'daemon', actor: 'anna', address: null, isReadOnly: false, pid: process.pid, startedAt: 1_000_000, seenAt: 1_000_000,
	});
	expect(await store.sessions.find(daemon.id)).toEqual(daemon);
	clock.pass(10_000);
	await store.sessions.touch(screen.id);
	// A wall clock that is set makes nobody look dead.
	clock.setWall(9_000_000);
	clock.pass(10_000);
	expect(await living()).toEqual(['daemon', 'screen']);
	clock.pass(5001);
	expect(await living()).toEqual(['daemon']);
	await store.sessions.end(daemon.id);
	expect(await living()).toEqual([]);
	expect(readdirSync(join(store.place, '../run'))).toEqual([]);
});

test('who led last is known after it is gone, and forgetting the old ones spares it and whoever a lease names', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const other = await makeStore({path: store.place, clock});
	expect(await store.sessions.findLastLeader()).toBeUndefined();
	const first = await startSession(store);
	const {held} = await store.leases.acquire('leader', first.id, 60_000);
	await store.leases.release(held!);
	const second = await startSession(store);
	await store.leases.acquire('leader', second.id, 60_000);
	const owner = await startSession(other);
	await other.leases.acquire('vm:101', owner.id, 60_000);
	await other.close();
	await store.sessions.end(first.id);
	await store.sessions.end(second.id);
	const living = await startSession(store);
	expect(await store.sessions.findLastLeader()).toMatchObject({id: second.id});
	await store.sessions.prune(2_000_000);
	expect(await store.sessions.find(first.id)).toBeUndefined();
	expect(await store.sessions.findLastLeader()).toMatchObject({id: second.id});
	expect(await store.sessions.find(owner.id)).toBeDefined();
	expect(await store.sessions.find(living.id)).toBeDefined();
});

test('a witness that died before its session was written is swept away later, one that is just starting is not', async () => {
	const store = await makeStore();
	const daemon = await startSession(store);
	const [old, young] = ['old.lock', 'young.lock'].map(name => join(store.place, '../run', name));
	writeFileSync(old!, '');
	writeFileSync(young!, '');
	utimesSync(old!, 1, 1);
	await store.sessions.prune(0);
	expect(readdirSync(join(store.place, '../run')).toSorted()).toEqual([`${daemon.id}.lock`, 'young.lock'].toSorted());
});
