import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {sql} from 'kysely';
import {expect, onTestFinished, test} from 'vitest';
import {createCommitCount} from '../../bench/support/count-commits.js';
import {openSqlite, type Database} from '../../source/store/sqlite.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

const makeCounted = async () => {
	const commits = createCommitCount();
	const path = join(makeFolder(), 'cronsole.db');
	const database = await openSqlite(path);
	onTestFinished(async () => {
		commits.stop();
		await database.close();
	});
	const before = commits.count();
	return {database, path, countCommits: () => commits.count() - before};
};

const put = async (database: Database, key: string) => database.write(async db => db.insertInto('meta').values({key, value: 'x'}).execute());
const keysOf = async ({reader}: Database) => {
	const rows = await reader.selectFrom('meta').select('key').orderBy('key').execute();
	return rows.map(({key}) => key);
};

test('changes that are wanted together become durable together, and not before any of them is told so', async () => {
	const {database, path, countCommits} = await makeCounted();
	const other = await openSqlite(path);
	onTestFinished(async () => other.close());
	const seen = await Promise.all(['a', 'b', 'c', 'd'].map(async key => {
		await put(database, key);
		return keysOf(other);
	}));
	expect(countCommits()).toBeLessThanOrEqual(2);
	for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) {
		expect(seen[index]).toContain(key);
	}
});

test('changes that are wanted one after the other have a commit each', async () => {
	const {database, countCommits} = await makeCounted();
	for (const key of ['a', 'b', 'c']) {
		await put(database, key);
	}

	expect(countCommits()).toBe(3);
});

test('one that throws among others leaves nothing behind, and the others stay', async () => {
	const {database} = await makeCounted();
	const results = await Promise.allSettled([
		put(database, 'a'),
		database.write(async db => {
			await db.insertInto('meta').values({key: 'b', value: 'x'}).execute();
			throw new Error('no');
		}),
		// The second row of one that the database itself refuses goes with the first.
		database.write(async db => {
			await db.insertInto('meta').values({key: 'c', value: 'x'}).execute();
			await db.insertInto('meta').values({key: 'a', value: 'x'}).execute();
		}),
		put(database, 'd'),
	]);
	expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
	expect(await keysOf(database)).toEqual(['a', 'd']);
});

test('where the disk takes everything back, nobody of the group is told that it was written', async () => {
	const {database} = await makeCounted();
	const results = await Promise.allSettled([
		put(database, 'a'),
		// What SQLite does by itself when the disk is full.
		database.write(async db => {
			await sql`rollback`.execute(db);
			throw new Error('the disk is full');
		}),
	]);
	expect(results.map(result => result.status === 'rejected' && String(result.reason))).toEqual(['Error: the disk is full', 'Error: the disk is full']);
	expect(await keysOf(database)).toEqual([]);
	await put(database, 'b');
	expect(await keysOf(database)).toEqual(['b']);
});

test('more than are made together at most are all made, in the order in which they were wanted', async () => {
	const {database, countCommits} = await makeCounted();
	const order: number[] = [];
	await Promise.all(Array.from({length: 100}, async (_, index) => database.write(async db => {
		order.push(index);
		await db.insertInto('meta').values({key: `k${index}`, value: 'x'}).execute();
	})));
	expect(order).toEqual(Array.from({length: 100}, (_, index) => index));
	expect(countCommits()).toBeLessThan(8);
	expect(await keysOf(database)).toHaveLength(100);
});

test('a transaction inside another is refused among others too, and one that was begun beside them is not', async () => {
	const store = await makeStore();
	const write = async () => store.write(async ({activity}) => activity.list({limit: 1}));
	const results = await Promise.allSettled([
		write(),
		store.write(async () => write()),
		write(),
		nextTurn().then(async () => write()),
	]);
	expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});

test('a query that was not awaited in its change is refused while another change of its group is made, too', async () => {
	const {database} = await makeCounted();
	const late = Promise.withResolvers<void>();
	const leaks: Array<Promise<unknown>> = [];
	const [, second] = await Promise.all([
		database.write(async db => {
			leaks.push((async () => {
				await late.promise;
				return db.insertInto('meta').values({key: 'leaked', value: 'x'}).execute();
			})());
		}),
		database.write(async db => {
			late.resolve();
			const results = await Promise.allSettled(leaks);
			await db.insertInto('meta').values({key: 'a', value: 'x'}).execute();
			return results;
		}),
	]);
	expect(second).toMatchObject([{status: 'rejected', reason: {message: expect.stringContaining('was not awaited in it') as string}}]);
	expect(await keysOf(database)).toEqual(['a']);
});
