import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {type Kysely, sql} from 'kysely';
import {expect, test} from 'vitest';
import {UnsupportedDatabase} from '../../source/store/connect.js';
import {allMigrations} from '../../source/store/migrations/all-migrations.js';
import {migrate} from '../../source/store/sqlite/migrate.js';
import {StoreUnusable} from '../../source/store/store.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

const failure = async (path: string): Promise<StoreUnusable> => {
	const error: unknown = await makeStore({path}).catch((error: unknown) => error);
	expect(error).toBeInstanceOf(StoreUnusable);
	expect((error as StoreUnusable).hint).not.toBe('');
	return error as StoreUnusable;
};

test('a database keeps its name and its rows', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	const store = await makeStore({path});
	await store.write(async ({vms}) => vms.insert(newVm()));
	await store.close();
	const again = await makeStore({path});
	expect(again.installation).toBe(store.installation);
	expect(again.installation).toMatch(/^[\da-f]{8}$/);
	expect(await again.read.vms.list()).toHaveLength(1);
	const foreign = await makeStore();
	expect(foreign.installation).not.toBe(store.installation);
});

test('a file that is no database is left alone', async () => {
	const path = join(makeFolder(), 'notes.txt');
	writeFileSync(path, 'Nothing to see here. '.repeat(100));
	expect((await failure(path)).message).toBe(`The database ${path} is not a database (SQLITE_NOTADB).`);
});

test('another program\'s database is left alone', async () => {
	const path = join(makeFolder(), 'other.db');
	const other = new BetterSqlite(path);
	other.exec('create table songs (title text)');
	other.close();
	expect((await failure(path)).message).toContain('belongs to another program');
	const looked = new BetterSqlite(path);
	expect(looked.prepare('select name from sqlite_schema').pluck().all()).toEqual(['songs']);
	looked.close();
});

test('a database of a newer cronsole is refused', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	await (await makeStore({path})).close();
	const newer = new BetterSqlite(path);
	newer.pragma('user_version = 999');
	newer.close();
	const {message, hint} = await failure(path);
	expect(message).toContain('written by a newer cronsole (schema 999; this one knows');
	expect(hint).toContain('Update this cronsole');
});

test('a folder in the place of the file, or a file in that of its folder, is said to be so', async () => {
	const folder = makeFolder();
	mkdirSync(join(folder, 'cronsole.db'));
	expect((await failure(join(folder, 'cronsole.db'))).message).toContain('cannot be opened');
	writeFileSync(join(folder, 'file'), '');
	expect((await failure(join(folder, 'file/cronsole.db'))).message).toContain('cannot be opened');
});

test.skipIf(process.getuid!() === 0)('a folder or file that this account may not write is said to be so (root may: skipped)', async () => {
	const folder = makeFolder();
	chmodSync(folder, 0o500);
	expect((await failure(join(folder, 'cronsole.db'))).message).toContain('cannot be opened');
	chmodSync(folder, 0o700);
	const path = join(folder, 'cronsole.db');
	await (await makeStore({path})).close();
	chmodSync(path, 0o400);
	expect((await failure(path)).message).toContain('cannot be opened');
});

test('a store that was closed says so', async () => {
	const store = await makeStore();
	await store.close();
	await expect(store.read.vms.list()).rejects.toThrow(StoreUnusable);
	await expect(store.write(async () => undefined)).rejects.toThrow(StoreUnusable);
	expect(() => store.dataVersion()).toThrow(StoreUnusable);
	await store.ring();
});

test('PostgreSQL is not in this version, and no file is made of its address', async () => {
	for (const path of ['postgres://db/cronsole', 'postgresql://anna:secret@db/cronsole']) {
		const error: unknown = await makeStore({path}).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(UnsupportedDatabase);
		expect((error as Error).message).not.toContain('secret');
	}

	expect(existsSync('postgres:')).toBe(false);
});

test('a database with rows is copied before it is changed, and the copy is whole', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	const store = await makeStore({path});
	await store.write(async ({vms}) => vms.insert(newVm()));
	await store.close();
	expect(readdirSync(join(path, '..')).filter(name => name.includes('.bak'))).toEqual([]);
	await migrate(path, {
		...allMigrations, '0009-wide': {
			async up(db) {
				await sql`drop table outbox`.execute(db);
				await sql.raw(`pragma user_version = ${Object.keys(allMigrations).length + 1}`).execute(db);
			},
		},
	});
	const copy = new BetterSqlite(`${path}.schema-${Object.keys(allMigrations).length}.bak`, {readonly: true});
	expect(copy.prepare('select reference from vms').pluck().all()).toEqual(['order-1']);
	expect(copy.prepare('select count(*) from outbox').pluck().get()).toBe(0);
	copy.close();
	expect((await failure(path)).message).toContain('newer cronsole');
});

test('of many that find an old schema one copies and changes the database, the others wait for it', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	const store = await makeStore({path});
	await store.write(async ({vms}) => vms.insert(newVm()));
	await store.close();
	let changes = 0;
	const migrations = {
		...allMigrations,
		'0009-wide': {
			async up(db: Kysely<unknown>) {
				changes++;
				await sql`drop table outbox`.execute(db);
				await sql.raw(`pragma user_version = ${Object.keys(allMigrations).length + 1}`).execute(db);
			},
		},
	};
	await Promise.all(Array.from({length: 4}, async () => migrate(path, migrations)));
	expect(changes).toBe(1);
	expect(readdirSync(join(path, '..')).filter(name => name.includes('.bak'))).toHaveLength(1);
});

test('a migration that fails leaves the database as it was', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	await (await makeStore({path})).close();
	await expect(migrate(path, {
		...allMigrations, '9999-broken': {
			async up(db) {
				await sql`drop table outbox`.execute(db);
				throw new Error('no');
			},
		},
	})).rejects.toThrow('no');
	const store = await makeStore({path});
	expect(await store.read.outbox.list()).toEqual([]);
});
