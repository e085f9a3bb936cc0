import {mkdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {sql} from 'kysely';
import {expect, onTestFinished, test} from 'vitest';
import {type Database, openSqlite} from '../../source/store/sqlite.js';
import {findNetworkFileSystem} from '../../source/store/sqlite/file-system.js';
import {isSafeVersion, openConnection} from '../../source/store/sqlite/open-connection.js';
import {toUnusable} from '../../source/store/sqlite/to-unusable.js';
import {StoreUnusable} from '../../source/store/store.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

const makeDatabase = async (path = join(makeFolder(), 'cronsole.db')): Promise<{readonly database: Database; readonly path: string}> => {
	const database = await openSqlite(path);
	onTestFinished(async () => database.close());
	return {database, path};
};

const mode = (path: string) => (statSync(path).mode % 0o1000).toString(8);
const put = async (database: Database, key: string, value = 'x') => database.write(async db => db.insertInto('meta').values({key, value}).execute());

test('the folder and every file of the database are for its account alone', async () => {
	const path = join(makeFolder(), 'state/cronsole/cronsole.db');
	const store = await makeStore({path});
	await store.write(async ({vms}) => vms.insert(newVm()));
	expect(mode(join(path, '..'))).toBe('700');
	expect(mode(join(path, '../run'))).toBe('700');

	for (const suffix of ['', '-wal', '-shm']) {
		expect(mode(path + suffix), suffix).toBe('600');
	}
});

test('every connection commits to the disk, checks foreign keys and limits the journal, not only the first', async () => {
	const {path, database} = await makeDatabase();

	for (const isReadOnly of [false, true]) {
		const connection = await openConnection(path, {isReadOnly});
		expect(connection.pragma('synchronous', {simple: true})).toBe(2);
		expect(connection.pragma('foreign_keys', {simple: true})).toBe(1);
		expect(connection.pragma('journal_mode', {simple: true})).toBe('wal');
		expect(connection.pragma('journal_size_limit', {simple: true})).toBe(16 * 1024 * 1024);
		connection.close();
	}

	const settings = await Promise.all([
		database.write(async db => sql<{synchronous: number}>`pragma synchronous`.execute(db)),
		sql<{synchronous: number}>`pragma synchronous`.execute(database.reader),
	]);
	expect(settings.map(({rows}) => rows[0])).toEqual([{synchronous: 2}, {synchronous: 2}]);
});

test('an SQLite that can lose committed rows is known', () => {
	expect(['3.51.3', '3.54.1', '4.0.0'].every(version => isSafeVersion(version))).toBe(true);
	expect(['3.51.2', '3.50.7', '3.40.1', '2.9.9'].some(version => isSafeVersion(version))).toBe(false);
});

test('file systems of networks are known by their numbers, local ones are not refused', () => {
	expect([0x69_69, 0x51_7B, 0xFF_53_4D_42, 0xFE_53_4D_42, 0x01_02_19_97, 0x65_73_55_46].map(type => findNetworkFileSystem(type)))
		.toEqual(['nfs', 'smb', 'cifs', 'smb', '9p', 'fuse']);
	// Ext4, xfs, btrfs, tmpfs, zfs, overlayfs.
	expect([0xEF_53, 0x58_46_53_42, 0x91_23_68_3E, 0x01_02_19_94, 0x2F_C1_2F_C1, 0x79_4C_76_30].map(type => findNetworkFileSystem(type)))
		.toEqual(Array.from({length: 6}, () => undefined));
});

test('a transaction that reads before it writes is never refused for what another wrote in between', async () => {
	const {path, database} = await makeDatabase();
	const other = (await makeDatabase(path)).database;
	await put(database, 'count', '0');
	const increment = async (of: Database) => of.write(async db => {
		const {value} = await db.selectFrom('meta').select('value').where('key', '=', 'count').executeTakeFirstOrThrow();
		await db.updateTable('meta').set({value: String(Number(value) + 1)}).where('key', '=', 'count').execute();
	});
	await Promise.all(Array.from({length: 40}, async (_, index) => increment(index % 2 === 0 ? database : other)));
	expect(await database.reader.selectFrom('meta').select('value').where('key', '=', 'count').executeTakeFirst()).toEqual({value: '40'});
});

test('a read waits for no writer, and sees nothing of what is not committed', async () => {
	const {database} = await makeDatabase();
	await database.write(async db => {
		await db.insertInto('meta').values({key: 'a', value: 'b'}).execute();
		expect(await database.reader.selectFrom('meta').selectAll().execute()).toEqual([]);
	});
	expect(await database.reader.selectFrom('meta').selectAll().execute()).toEqual([{key: 'a', value: 'b'}]);
});

test('a writer waits for another process without blocking, and gets its turn', async () => {
	const {path, database} = await makeDatabase();
	const blocker = new BetterSqlite(path);
	blocker.exec('begin immediate');
	let turns = 0;
	const timer = setInterval(() => {
		turns++;

		if (turns === 20) {
			blocker.exec('commit');
		}
	}, 5);
	await put(database, 'a');
	clearInterval(timer);
	blocker.close();
	expect(turns).toBeGreaterThanOrEqual(20);
});

test('a transaction that throws leaves nothing behind, and the next one works', async () => {
	const {database} = await makeDatabase();
	await expect(database.write(async db => {
		await db.insertInto('meta').values({key: 'a', value: 'b'}).execute();
		throw new Error('no');
	})).rejects.toThrow('no');
	await put(database, 'c');
	expect(await database.reader.selectFrom('meta').select('key').execute()).toEqual([{key: 'c'}]);
});

test('a query that was not awaited in its transaction is refused after it', async () => {
	const store = await makeStore();
	let leaked: (() => Promise<unknown>) | undefined;
	await store.write(async tables => {
		leaked = async () => tables.vms.insert(newVm());
	});
	await expect(leaked!()).rejects.toThrow();
	expect(await store.read.vms.list()).toEqual([]);
});

test('a transaction inside another says so instead of waiting for ever', async () => {
	const store = await makeStore();
	await expect(store.write(async () => store.write(async () => undefined))).rejects.toThrow('A transaction was started inside another');
	expect(await Promise.all([1, 2].map(async number => store.write(async () => number)))).toEqual([1, 2]);
});

test('what goes on after the transaction that started it may write', async () => {
	const store = await makeStore();
	let later: Promise<number> | undefined;
	await store.write(async () => {
		later = (async () => {
			await sleep(20);
			return store.write(async () => 7);
		})();
	});
	expect(await later).toBe(7);
});

test('a full disk is said to be full, and nothing is half written', async () => {
	const {database} = await makeDatabase();
	await put(database, 'before');
	await database.write(async db => sql`pragma max_page_count = 1`.execute(db));
	await expect(database.write(async db => {
		await db.insertInto('meta').values({key: 'small', value: 'x'}).execute();
		await db.insertInto('meta').values({key: 'large', value: 'x'.repeat(1_000_000)}).execute();
	})).rejects.toThrow('the disk is full');
	await database.write(async db => sql`pragma max_page_count = 100000`.execute(db));
	await put(database, 'after');
	expect(await database.reader.selectFrom('meta').select('key').orderBy('key').execute()).toEqual([{key: 'after'}, {key: 'before'}]);
});

test('what SQLite and the file system say is said in words, with what to do', () => {
	const codes = [
		'SQLITE_BUSY',
		'SQLITE_BUSY_RECOVERY',
		'SQLITE_NOTADB',
		'SQLITE_CORRUPT_INDEX',
		'SQLITE_FULL',
		'SQLITE_READONLY_DIRECTORY',
		'SQLITE_CANTOPEN',
		'SQLITE_IOERR_FSYNC',
		'EACCES',
		'ENOSPC',
	];

	for (const code of codes) {
		const said = toUnusable(Object.assign(new Error('raw'), {code}), '/x.db');
		expect(said, code).toBeInstanceOf(StoreUnusable);
		expect((said as StoreUnusable).message).toContain('/x.db');
		expect((said as StoreUnusable).hint).not.toBe('');
	}

	const fault = Object.assign(new Error('raw'), {code: 'SQLITE_CONSTRAINT_UNIQUE'});
	expect(toUnusable(fault, '/x.db')).toBe(fault);
});

test('the read side cannot write', async () => {
	const {database} = await makeDatabase();
	await expect(database.reader.insertInto('meta').values({key: 'a', value: 'b'}).execute()).rejects.toThrow('cannot be written');
});

test('the data version moves with the commits of others, not with our own', async () => {
	const store = await makeStore();
	const other = await makeStore({path: store.place});
	const before = store.dataVersion();
	await store.write(async ({vms}) => vms.insert(newVm()));
	expect(store.dataVersion()).toBe(before);
	await other.write(async ({taskSettings}) => taskSettings.setHold({
		by: 'anna', reason: null, since: 1, until: null,
	}));
	expect(store.dataVersion()).not.toBe(before);
});

test('a checkpoint cuts a long WAL, and nothing keeps it from growing back to its limit only', async () => {
	const {path, database} = await makeDatabase();
	mkdirSync(join(path, '../run'), {recursive: true});
	// Somebody in the middle of a look keeps the WAL from being reset.
	const reader = await openConnection(path, {isReadOnly: true});
	reader.exec('begin');
	reader.prepare('select * from meta').all();

	for (let index = 0; index < 5; index++) {
		await put(database, `row-${index}`, 'x'.repeat(4_000_000));
	}

	expect(statSync(`${path}-wal`).size).toBeGreaterThan(16 * 1024 * 1024);
	await database.checkpoint();
	expect(statSync(`${path}-wal`).size).toBeGreaterThan(16 * 1024 * 1024);
	reader.close();
	await database.checkpoint();
	expect(statSync(`${path}-wal`).size).toBe(0);
	expect(await database.reader.selectFrom('meta').select('key').execute()).toHaveLength(5);
});
