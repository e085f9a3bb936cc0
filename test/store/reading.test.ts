import {join} from 'node:path';
import {type Kysely} from 'kysely';
import {expect, onTestFinished, test} from 'vitest';
import {type Schema} from '../../source/store/schema.js';
import {openSqlite, type Database} from '../../source/store/sqlite.js';
import {makeFolder} from './support/temporary-store.js';

const makeDatabase = async (): Promise<Database> => {
	const database = await openSqlite(join(makeFolder(), 'cronsole.db'));
	onTestFinished(async () => database.close());
	return database;
};

const put = async (database: Database, key: string) => database.write(async db => db.insertInto('meta').values({key, value: 'x'}).execute());
const keysOf = async (db: Kysely<Schema>) => {
	const rows = await db.selectFrom('meta').select('key').orderBy('key').execute();
	return rows.map(({key}) => key);
};

test('what is read beside a snapshot waits for its end, so that whoever wrote something reads it too', async () => {
	const database = await makeDatabase();
	const seen = await database.snapshot(async db => {
		const before = await keysOf(db);
		await put(database, 'a');
		const beside = keysOf(database.reader);
		return {before, after: await keysOf(db), beside};
	});
	expect(seen.before).toEqual([]);
	expect(seen.after).toEqual([]);
	expect(await seen.beside).toEqual(['a']);
});

test('snapshots that are wanted together are taken one after the other, each whole, beside queries and checkpoints', async () => {
	const database = await makeDatabase();
	const looks = Array.from({length: 10}, async (_, index) => database.snapshot(async db => {
		const first = await keysOf(db);
		await put(database, `k${index}`);
		expect(await keysOf(db)).toEqual(first);
	}));
	await Promise.all([...looks, database.checkpoint(), keysOf(database.reader)]);
	expect(await keysOf(database.reader)).toHaveLength(10);
});

test('a snapshot that throws leaves nothing open, and what comes after its end is refused', async () => {
	const database = await makeDatabase();
	let leaked: Kysely<Schema> | undefined;
	await expect(database.snapshot(async db => {
		leaked = db;
		throw new Error('no');
	})).rejects.toThrow('no');
	await put(database, 'a');
	await expect(keysOf(leaked!)).rejects.toThrow('after the end of its transaction');
	expect(await database.snapshot(keysOf)).toEqual(['a']);
	await database.checkpoint();
});
