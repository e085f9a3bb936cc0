import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {makeClock, makeStore, startSession} from './support/temporary-store.js';

test('a free lease is taken, a held one is not, and the number rises with every taking', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	const berta = await startSession(store, 'console');
	const first = await store.leases.acquire('task:process_vms', anna.id, 60_000);
	expect(first).toMatchObject({
		held: {
			name: 'task:process_vms', owner: anna.id, fence: 1, ttlMs: 60_000,
		}, takenFrom: null, alarm: false,
	});
	const second = await store.leases.acquire('task:process_vms', berta.id, 60_000);
	expect(second).toMatchObject({held: null, by: {owner: {pid: process.pid, instance: anna.id, kind: 'daemon'}, stale: false, fence: 1}});
	await store.leases.release(first.held!);
	expect(await store.leases.list()).toEqual([]);
	expect(await store.leases.acquire('task:process_vms', berta.id, 60_000)).toMatchObject({held: {fence: 2}});
});

test('two parts of one process never share a lease', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	await store.leases.acquire('vm:101', anna.id, 60_000);
	expect(await store.leases.acquire('vm:101', anna.id, 60_000)).toMatchObject({held: null, by: {owner: {instance: anna.id}}});
});

test('of many that ask at once one gets it', async () => {
	const store = await makeStore();
	const sessions = await Promise.all(Array.from({length: 8}, async () => startSession(store)));
	const answers = await Promise.all(sessions.map(async ({id}) => store.leases.acquire('leader', id, 60_000)));
	expect(answers.filter(({held}) => held)).toHaveLength(1);
});

test('an owner that lives but does not renew keeps its lease for a sixth more, then loses it with an alarm', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const anna = await startSession(store);
	const berta = await startSession(store);
	const {held} = await store.leases.acquire('leader', anna.id, 6000);
	clock.pass(6500);
	expect(await store.leases.list()).toMatchObject([{name: 'leader', stale: true}]);
	// Expired, but nobody took it: it is still the holder's.
	await store.fencedBy(held!).write(async () => undefined);
	expect(await store.leases.acquire('leader', berta.id, 6000)).toMatchObject({held: null, by: {stale: true}});
	clock.pass(501);
	expect(await store.leases.acquire('leader', berta.id, 6000)).toMatchObject({held: {fence: 2}, takenFrom: {owner: {instance: anna.id}, stale: true}, alarm: true});
	await expect(store.fencedBy(held!).write(async () => undefined)).rejects.toThrow(LockLost);
	expect(await store.leases.renewAll(anna.id)).toEqual([]);
	await store.leases.release(held!);
	expect(await store.leases.list()).toMatchObject([{owner: {instance: berta.id}}]);
});

test('every lease of an owner is renewed at once', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const anna = await startSession(store);
	const berta = await startSession(store);
	const {held: lost} = await store.leases.acquire('vm:101', anna.id, 6000);
	const {held} = await store.leases.acquire('vm:102', anna.id, 60_000);
	await store.leases.release(lost!);
	await store.leases.acquire('vm:101', berta.id, 6000);
	clock.pass(5000);
	expect(await store.leases.renewAll(anna.id)).toEqual([held]);
	clock.pass(59_000);
	expect(await store.leases.list()).toMatchObject([{name: 'vm:101', stale: true}, {
		name: 'vm:102', stale: false, renewedAt: 1_005_000, acquiredAt: 1_000_000,
	}]);
});

test('a wall clock that jumps steals nothing and keeps nothing', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const anna = await startSession(store);
	const berta = await startSession(store);
	await store.leases.acquire('leader', anna.id, 6000);
	clock.setWall(1_000_000 + 86_400_000);
	expect(await store.leases.acquire('leader', berta.id, 6000)).toMatchObject({held: null, by: {stale: false}});
	clock.setWall(0);
	clock.pass(7001);
	expect(await store.leases.acquire('leader', berta.id, 6000)).toMatchObject({held: {fence: 2}});
});

test('the lease of a session that ended is free, and that of a dead one is taken at once without an alarm', async () => {
	const store = await makeStore();
	const other = await makeStore({path: store.place});
	const anna = await startSession(store);
	const dead = await startSession(other);
	await store.leases.acquire('vm:101', anna.id, 60_000);
	await store.sessions.end(anna.id);
	expect(await store.leases.list()).toEqual([]);
	const berta = await startSession(store);
	await other.leases.acquire('vm:102', dead.id, 60_000);
	await other.close();
	expect(await store.leases.list()).toMatchObject([{name: 'vm:102', stale: true}]);
	expect(await store.leases.acquire('vm:102', berta.id, 60_000)).toMatchObject({held: {fence: 2}, takenFrom: {owner: {instance: dead.id}}, alarm: false});
});

test('a lease of another boot of the machine is taken at once, whatever its clock says', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	const berta = await startSession(store);
	const {held} = await store.leases.acquire('leader', anna.id, 60_000);
	const raw = new BetterSqlite(store.place);
	raw.prepare('update leases set boot_id = \'before\', until_monotonic = 1e15').run();
	raw.close();
	expect(await store.leases.list()).toMatchObject([{stale: true}]);
	expect(await store.leases.renewAll(anna.id)).toEqual([]);
	expect(await store.leases.acquire('leader', berta.id, 60_000)).toMatchObject({held: {fence: 2}, alarm: false});
	await expect(store.fencedBy(held!).write(async () => undefined)).rejects.toThrow(LockLost);
});

test('a session without a witness cannot hold a lease', async () => {
	const store = await makeStore();
	const screen = await startSession(store, 'screen');
	await expect(store.leases.acquire('leader', screen.id, 60_000)).rejects.toThrow('cannot hold the lease leader');
	await expect(store.leases.acquire('leader', 'nobody', 60_000)).rejects.toThrow('cannot hold the lease leader');
});

test('clearing frees what is stale, and with force what is alive', async () => {
	const clock = makeClock();
	const store = await makeStore({clock});
	const anna = await startSession(store);
	const {held} = await store.leases.acquire('task:process_vms', anna.id, 6000);
	expect(await store.leases.clear('task:process_vms', false)).toBeUndefined();
	expect(await store.leases.clear('task:nothing', true)).toBeUndefined();
	clock.pass(6001);
	expect(await store.leases.clear('task:process_vms', false)).toMatchObject({name: 'task:process_vms', stale: true, owner: {instance: anna.id}});
	await expect(store.fencedBy(held!).write(async () => undefined)).rejects.toThrow(LockLost);
	const {held: again} = await store.leases.acquire('task:process_vms', anna.id, 6000);
	expect(again!.fence).toBe(2);
	expect(await store.leases.clear('task:process_vms', true)).toMatchObject({stale: false});
	await expect(store.fencedBy(again!).write(async () => undefined)).rejects.toThrow('The lease task:process_vms was lost');
});

test('nothing of a write is kept when its lease was lost or it throws', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	const {held} = await store.leases.acquire('task:process_vms', anna.id, 60_000);
	const pause = async () => store.fencedBy(held!).write(async ({taskSettings}) => {
		await taskSettings.setInterval('process_vms', 90, 'anna');
		throw new Error('no');
	});
	await expect(pause()).rejects.toThrow('no');
	await store.leases.clear('task:process_vms', true);
	await expect(pause()).rejects.toThrow(LockLost);
	expect((await store.read.taskSettings.list(0))[0]).toMatchObject({task: 'process_vms', intervalSeconds: null});
});

test('a taking that is over writes nothing, not even once the same owner has the lease anew', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	const {held: first} = await store.leases.acquire('vm:101', anna.id, 60_000);
	await store.leases.release(first!);
	const {held: second} = await store.leases.acquire('vm:101', anna.id, 60_000);
	await expect(store.fencedBy(first!).write(async () => undefined)).rejects.toThrow(LockLost);
	await store.leases.release(first!);
	await expect(store.fencedBy(second!).write(async () => 'kept')).resolves.toBe('kept');
});
