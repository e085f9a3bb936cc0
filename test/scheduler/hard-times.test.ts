import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {canMount, mountSmall} from '../support/small-disk.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startCluster,
	startScheduler,
	until,
} from './world.js';

/** The 30 s of the promise by hand; in CI long enough for the lease to end. */
const lockedMs = Number(process.env.CRONSOLE_LOCK_SECONDS ?? 4) * 1000;

test('a daemon whose database is locked by another connection for longer than its lease does nothing meanwhile, says so, and leads on by itself', async () => {
	const folder = makeFolder();
	const store = await openStoreIn(folder);
	const {cluster, connectionOf} = await startCluster();
	const {scheduler, log} = await startScheduler(store, 'daemon', {settings: settingsWith({clusters: [cluster]}), connectionOf});
	await until(() => scheduler.isLeading());
	const other = new BetterSqlite(path.join(folder, 'cronsole.db'));
	other.exec('begin immediate');
	await sleep(lockedMs);
	expect(scheduler.isLeading()).toBe(false);
	other.exec('rollback');
	other.close();
	await until(() => scheduler.isLeading(), 20_000);
	const {operation} = await addVm(store);
	await store.ring();
	await until(async () => (await store.read.operations.find(operation.id))!.state === 'done', 20_000);
	const fences = await store.leases.list();
	expect(fences.filter(({name}) => name === 'leader')).toHaveLength(1);
	if (lockedMs > 20_000) {
		expect(log.map(({message}) => message).join('\n')).toMatch(/is busy: another process has been writing for 15 s/);
	}
}, 120_000);

test.skipIf(!canMount)('a daemon whose disk is full lives on, says so, and works on by itself once there is room (skipped where nothing can be mounted)', async () => {
	const disk = mountSmall('size=8m');
	const store = await openStoreIn(disk);
	const {scheduler, log} = await startScheduler(store, 'daemon', {settings: settingsWith({clusters: []})});
	await until(() => scheduler.isLeading());
	await until(async () => (await store.read.upkeep.findLastCopy()).madeAt !== null);
	const ballast = path.join(disk, 'ballast');
	try {
		writeFileSync(ballast, Buffer.alloc(8 * 1024 * 1024));
	} catch {
		// It is full now.
	}

	const fill = async () => store.write(async ({activity}) => activity.add({
		at: 1, level: 'info', actor: {name: 'anna', address: null}, subject: 'x', message: 'y'.repeat(100_000),
	}));
	await until(async () => {
		try {
			await fill();
			return false;
		} catch {
			return true;
		}
	});
	await until(() => log.some(({message}) => /the disk is full|the disk reports an error/.test(message)), 20_000);
	rmSync(ballast);
	await until(() => scheduler.isLeading(), 20_000);
	await until(async () => {
		try {
			await fill();
			return true;
		} catch {
			return false;
		}
	}, 20_000);
	expect((await store.look()).damage).toEqual([]);
}, 90_000);
