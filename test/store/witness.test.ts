import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import {Worker} from 'node:worker_threads';
import {expect, onTestFinished, test} from 'vitest';
import {type Acquired} from '../../source/store/leases.js';
import {type Session} from '../../source/domain/lease.js';
import {useChildren} from './support/child-process.js';
import {makeFolder, makeStore, startSession} from './support/temporary-store.js';

const children = useChildren();
const workers = useChildren('witness-worker.ts');

const holdInChild = async (path: string, ttlMs: number) => {
	const child = children.start();
	await child.ask('open', path);
	const session = await child.ask<Session>('startSession');
	const {held} = await child.ask<Acquired>('acquire', 'task:process_vms', session.id, ttlMs);
	return {child, session, held: held!};
};

test('the lease of a process killed with -9 is taken at once', async () => {
	const store = await makeStore();
	const {child, session} = await holdInChild(store.place, 600_000);
	const anna = await startSession(store);
	expect(await store.leases.acquire('task:process_vms', anna.id, 60_000)).toMatchObject({held: null, by: {stale: false, owner: {pid: child.pid}}});
	await child.kill();
	expect(await store.leases.acquire('task:process_vms', anna.id, 60_000)).toMatchObject({held: {fence: 2}, takenFrom: {owner: {pid: child.pid}}, alarm: false});
	expect(readdirSync(join(store.place, '../run')).filter(name => name.includes(session.id))).toEqual([]);
	expect((await store.sessions.listLiving()).map(({id}) => id)).toEqual([anna.id]);
});

test('a stopped process keeps its lease until it is overdue; what it writes after that bounces', async () => {
	const store = await makeStore();
	const {child, session, held} = await holdInChild(store.place, 600);
	const anna = await startSession(store);
	child.signal('SIGSTOP');
	expect(await store.leases.acquire('task:process_vms', anna.id, 60_000)).toMatchObject({held: null});
	await sleep(750);
	expect((await store.sessions.listLiving()).map(({id}) => id)).toContain(session.id);
	expect(await store.leases.acquire('task:process_vms', anna.id, 60_000)).toMatchObject({held: {fence: 2}, alarm: true});
	child.signal('SIGCONT');
	await expect(child.ask('write', held)).rejects.toThrow('LockLost: The lease task:process_vms was lost');
	expect(await child.ask('renew', session.id)).toEqual([]);
	expect((await store.read.taskSettings.list(0))[0]!.intervalSeconds).toBeNull();
});

test('a child sees the witness of this process, however often it looks', async () => {
	const store = await makeStore();
	const anna = await startSession(store);
	const {held} = await store.leases.acquire('leader', anna.id, 60_000);
	const child = children.start();
	await child.ask('open', store.place);
	const berta = await child.ask<Session>('startSession');

	for (let time = 0; time < 20; time++) {
		expect(await child.ask('acquire', 'leader', berta.id, 60_000)).toMatchObject({held: null});
		// Looking at it here opens and closes the file too: the lock must survive that.
		await store.leases.list();
		await store.sessions.listLiving();
	}

	await store.leases.release(held!);
	expect(await child.ask('acquire', 'leader', berta.id, 60_000)).toMatchObject({held: {fence: 2}});
});

test('a worker thread has a witness of its own, seen by its process and by others, that dies with it', async () => {
	const store = await makeStore();
	const worker = new Worker(workers.bundle(), {workerData: store.place});
	onTestFinished(async () => {
		await worker.terminate();
	});
	const session = await new Promise<Session>((resolve, reject) => {
		worker.once('message', resolve);
		worker.once('error', reject);
	});
	const anna = await startSession(store);
	const child = children.start();
	await child.ask('open', store.place);
	const berta = await child.ask<Session>('startSession');
	expect(session.pid).toBe(process.pid);

	for (let time = 0; time < 5; time++) {
		expect(await store.leases.acquire('leader', anna.id, 60_000)).toMatchObject({held: null, by: {stale: false, owner: {instance: session.id}}});
		expect(await child.ask('acquire', 'leader', berta.id, 60_000)).toMatchObject({held: null, by: {stale: false}});
	}

	await worker.terminate();
	expect(await store.leases.acquire('leader', anna.id, 60_000)).toMatchObject({held: {fence: 2}, alarm: false});
});

test('a witness survives a garbage collection', async () => {
	const store = await makeStore({path: join(makeFolder(), 'deep/down/cronsole.db')});
	const anna = await startSession(store);
	await store.leases.acquire('leader', anna.id, 60_000);
	const child = children.start();
	await child.ask('open', store.place);
	const berta = await child.ask<Session>('startSession');
	v8.setFlagsFromString('--expose-gc');
	const collectGarbage = vm.runInNewContext('gc') as () => void;

	for (let time = 0; time < 3; time++) {
		collectGarbage();
		await sleep(10);
	}

	expect(await child.ask('acquire', 'leader', berta.id, 60_000)).toMatchObject({held: null, by: {stale: false}});
	expect(readdirSync(join(store.place, '../run')).filter(name => name.endsWith('.lock'))).toHaveLength(2);
});
