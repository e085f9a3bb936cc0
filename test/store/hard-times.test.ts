import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	rmSync,
	statfsSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {patienceMs} from '../../source/store/sqlite/retry-busy.js';
import {type Store, type Tables} from '../../source/store/store.js';
import {canMount, mountSmall} from '../support/small-disk.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

const isRoot = process.getuid?.() === 0;

const addPair = (index: number) => async ({vms, activity}: Tables) => {
	const vm = await vms.insert(newVm({reference: `order-${index}`, hostname: `web${index}.example.net`}));
	await activity.add({
		at: index, level: 'info', actor: {name: 'anna', address: null}, subject: vm.hostname, vmId: vm.id, message: 'x'.repeat(4000),
	});
};

/** Writes until it is refused; answers how many were committed, and the refusal. */
const writeUntilRefused = async (store: Store): Promise<{readonly count: number; readonly error: unknown}> => {
	for (let count = 0; count < 5000; count++) {
		try {
			await store.write(addPair(count));
		} catch (error) {
			return {count, error};
		}
	}

	throw new Error('never refused');
};

const countPairs = async (store: Store): Promise<readonly number[]> =>
	[(await store.read.vms.list()).length, (await store.read.activity.list({limit: 10_000})).length];

describe('a disk that is full', () => {
	test.skipIf(!canMount)('in the middle of commits loses nothing that was committed and keeps no half; once there is room it goes on (skipped where nothing can be mounted)', async () => {
		const disk = mountSmall('size=6m');
		const path = join(disk, 'state', 'cronsole.db');
		const store = await makeStore({path});
		writeFileSync(join(disk, 'ballast'), Buffer.alloc(1_500_000));
		const {count, error} = await writeUntilRefused(store);
		expect(error).toMatchObject({name: 'StoreUnusable', message: expect.stringMatching(/cannot be written: the disk is full \((?:SQLITE_FULL|SQLITE_IOERR\w*)\)|the disk reports an error/) as string});
		expect(count).toBeGreaterThan(10);
		expect(await countPairs(store)).toEqual([count, count]);
		// Whoever is started now can still look.
		await expect(store.copyTo(join(disk, 'copy.db'))).rejects.toMatchObject({name: 'CopyFailed', message: expect.stringContaining('there is no room for a copy') as string});
		rmSync(join(disk, 'ballast'));
		await store.write(addPair(count));
		expect(await countPairs(store)).toEqual([count + 1, count + 1]);
		expect((await store.look()).damage).toEqual([]);
		const {bavail, bsize} = statfsSync(disk);
		expect(bavail * bsize).toBeGreaterThan(0);
	});
});

describe('a file system that can only be read', () => {
	test.skipIf(!canMount)('is said with what to do, and nothing is lost by it (skipped where nothing can be mounted)', async () => {
		const disk = mountSmall('size=20m');
		const path = join(disk, 'cronsole.db');
		const store = await openStore({path, clock: systemClock});
		await store.write(addPair(1));
		await store.close();
		spawnSync('mount', ['-o', 'remount,ro', disk]);
		await expect(openStore({path, clock: systemClock})).rejects.toMatchObject({
			name: 'StoreUnusable', message: expect.stringMatching(/cannot be (?:written|opened) \(\w+\)/) as string,
		});
		spawnSync('mount', ['-o', 'remount,rw', disk]);
		expect(await (await makeStore({path})).read.vms.list()).toHaveLength(1);
	});

	test.skipIf(isRoot)('or a file of somebody else, likewise (skipped as root, who may write anywhere)', async () => {
		const path = join(makeFolder(), 'cronsole.db');
		await (await openStore({path, clock: systemClock})).close();
		chmodSync(path, 0o400);
		await expect(openStore({path, clock: systemClock})).rejects.toMatchObject({name: 'StoreUnusable', message: expect.stringContaining('cannot be opened') as string});
	});
});

test('while another connection keeps the database to itself nothing blocks: a write waits its time (15 s, where nobody says otherwise), is refused with a word, and the next one goes through', async () => {
	expect(patienceMs).toBe(15_000);
	const path = join(makeFolder(), 'cronsole.db');
	const store = await openStore({path, clock: systemClock, waitMs: 1500});
	onTestFinished(async () => store.close());
	const other = new BetterSqlite(path);
	other.exec('begin immediate');
	let turns = 0;
	const ticking = setInterval(() => {
		turns++;
	}, 20);
	const began = performance.now();
	await expect(store.write(addPair(1))).rejects.toMatchObject({name: 'StoreUnusable', message: expect.stringMatching(/is busy: another process has been writing for 1\.5 s/) as string});
	const waited = performance.now() - began;
	clearInterval(ticking);
	expect(waited).toBeGreaterThan(1400);
	// Of some 75 that there could be: the loop was never held for long.
	expect(turns).toBeGreaterThan(30);
	// Those who only look are not in its way.
	expect(await store.read.vms.list()).toEqual([]);
	other.exec('rollback');
	other.close();
	await store.write(addPair(1));
	expect(await countPairs(store)).toEqual([1, 1]);
});
