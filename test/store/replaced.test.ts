import {
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

const add = async (store: Store, index: number) => store.write(async ({vms}) => vms.insert(newVm({reference: `order-${index}`, hostname: `web${index}.example.net`})));

const says = (message: string) => ({name: 'StoreUnusable', message: expect.stringContaining(message) as string});

/** A database with a VM, and a copy of it that was made before the second. */
const makeCopied = async () => {
	const store = await makeStore({path: path.join(makeFolder(), 'cronsole.db')});
	await add(store, 1);
	const copy = path.join(makeFolder(), 'copy.db');
	await store.copyTo(copy);
	await add(store, 2);
	return {store, copy};
};

const accidents: ReadonlyArray<readonly [string, (place: string, copy: string) => void]> = [
	['is removed', place => {
		rmSync(place);
	}],
	['is replaced by a copy', (place, copy) => {
		rmSync(place);
		copyFileSync(copy, place);
	}],
	['is moved away with its WAL', place => {
		const away = path.join(path.dirname(place), 'away');
		mkdirSync(away);
		for (const ending of ['', '-wal', '-shm']) {
			renameSync(`${place}${ending}`, path.join(away, `cronsole.db${ending}`));
		}
	}],
	['loses its WAL', place => {
		rmSync(`${place}-wal`);
	}],
];

const expectRefusal = async (store: Store, copy: string, accident: (place: string, copy: string) => void): Promise<void> => {
	accident(store.place, copy);
	const before = existsSync(store.place) ? readFileSync(store.place) : null;
	await expect(add(store, 3)).rejects.toMatchObject({...says('was removed or replaced while this cronsole had it open'), hint: expect.stringMatching(/^Stop every cronsole/) as string});
	await expect(store.overview({vms: 1, installs: 1, activity: 1})).rejects.toMatchObject(says('was removed or replaced'));
	expect(existsSync(store.place) ? readFileSync(store.place) : null).toEqual(before);
};

describe('a database whose file, while it is open,', () => {
	test.each(accidents)('%s is read and written no more, and says so: nothing is done that nobody would ever know of', async (_title, accident) => {
		const {store, copy} = await makeCopied();
		await expectRefusal(store, copy, accident);
	});

	test.each(accidents)('%s long after anything in its folder changed is known as well', async (_title, accident) => {
		const {store, copy} = await makeCopied();
		await sleep(150);
		// Of these the second finds a folder in which nothing changed since the first.
		await add(store, 4);
		await add(store, 5);
		await expectRefusal(store, copy, accident);
	});
});

describe('what lies beside a copy that is put in the place of a database', () => {
	/** As it lies on the disk after a kill: the file, its WAL and its shared memory. */
	const leaveBehind = async () => {
		const {store, copy} = await makeCopied();
		const folder = path.join(makeFolder(), 'state');
		cpSync(path.dirname(store.place), folder, {recursive: true});
		const place = path.join(folder, 'cronsole.db');
		expect(statSync(`${place}-wal`).size).toBeGreaterThan(0);
		copyFileSync(copy, place);
		return {place, copy};
	};

	test('is refused where it is the WAL of another: SQLite would write it over the copy; nothing is changed by the look', async () => {
		const {place, copy} = await leaveBehind();
		for (let time = 0; time < 2; time++) {
			await expect(openStore({path: place, clock: systemClock})).rejects.toMatchObject({...says('lies a -wal that is not its own'), hint: `Stop every cronsole, move ${place}-wal and ${place}-shm away, and start again.`});
		}

		expect(readFileSync(place).equals(readFileSync(copy))).toBe(true);
		rmSync(`${place}-wal`);
		// The shared memory alone is made anew.
		const store = await makeStore({path: place});
		expect(await store.read.vms.list()).toHaveLength(1);
		expect((await store.look()).damage).toEqual([]);
		expect(await store.read.upkeep.findRestored()).not.toBeNull();
	});

	test('would be taken for its own by SQLite, which shows what the refusal is for', async () => {
		const {place} = await leaveBehind();
		const raw = new BetterSqlite(place);
		let count: unknown;
		try {
			count = raw.prepare('select count(*) from vms').pluck().get();
		} catch (error) {
			count = (error as Error).message;
		}

		raw.close();
		expect(count).not.toBe(1);
	});

	test('is its own after a kill, and is opened with all that was committed', async () => {
		const {store} = await makeCopied();
		const folder = path.join(makeFolder(), 'state');
		cpSync(path.dirname(store.place), folder, {recursive: true});
		const found = await makeStore({path: path.join(folder, 'cronsole.db')});
		expect(await found.read.vms.list()).toHaveLength(2);
		expect((await found.look()).damage).toEqual([]);
	});
});
