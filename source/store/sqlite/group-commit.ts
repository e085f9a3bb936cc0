import {AsyncLocalStorage} from 'node:async_hooks';
import type BetterSqlite from 'better-sqlite3';
import {type Kysely} from 'kysely';
import {type Schema} from '../schema.js';
import {type RunQuery, toQuery} from './run-query.js';
import {createStraightKysely} from './straight-kysely.js';

type Change<T> = (db: Kysely<Schema>) => Promise<T>;

/** A change that waits for its turn, and whoever waits for it to be durable. */
type Wanted = {
	readonly change: Change<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
};

/** Everything that is written by one connection. */
export type Writing = {
	/** Inside a change only. */
	readonly db: Kysely<Schema>;
	/** One durable transaction, all or nothing. */
	readonly write: <T>(change: Change<T>) => Promise<T>;
	/** Closes the connection once nothing is being written. */
	readonly close: () => Promise<void>;
};

/** As many become durable together at most, so that no other process waits for long. */
const most = 32;

type Make = (wanted: Wanted) => Promise<unknown>;

/** Makes one change of a group by itself: what is wrong with it undoes it alone. Answers what to tell, once it is durable. */
const createMakeOne = (connection: BetterSqlite.Database, make: Make) => {
	const [begin, keep, undo] = ['savepoint one', 'release one', 'rollback to one'].map(text => connection.prepare(text)) as [BetterSqlite.Statement, BetterSqlite.Statement, BetterSqlite.Statement];
	return async (wanted: Wanted): Promise<() => void> => {
		begin.run();
		try {
			const value = await make(wanted);
			keep.run();
			return () => {
				wanted.resolve(value);
			};
		} catch (error) {
			// A full disk has rolled back everything, those before it too.
			if (!connection.inTransaction) {
				throw error;
			}

			undo.run();
			keep.run();
			return () => {
				wanted.reject(error);
			};
		}
	};
};

/** Makes a change with the connection that nobody else has meanwhile: what comes from elsewhere, or after its end, is refused. */
const createMake = (connection: BetterSqlite.Database, run: RunQuery) => {
	const inside = new AsyncLocalStorage<Wanted>();
	let present: Wanted | undefined;
	const isInside = () => present !== undefined && inside.getStore() === present;
	const db = createStraightKysely(connection, async query => {
		if (!isInside()) {
			throw new Error('A query came after the end of its transaction: something was not awaited in it.');
		}

		return run(query);
	});
	const make: Make = async wanted => {
		present = wanted;
		try {
			return await inside.run(wanted, wanted.change, db);
		} finally {
			present = undefined;
		}
	};

	return {db, make, isInside};
};

/** A transaction that reads before it writes would fail at once if somebody else wrote in between, so writers queue from the start. */
const createTransact = (connection: BetterSqlite.Database, run: RunQuery) => async <T>(work: () => Promise<T>): Promise<T> => {
	await run(toQuery('begin immediate'));
	try {
		const value = await work();
		await run(toQuery('commit'));
		return value;
	} catch (error) {
		// A full disk has rolled back already.
		if (connection.inTransaction) {
			await run(toQuery('rollback'));
		}

		throw error;
	}
};

/**
 Makes changes one after the other, each all or nothing, and durable before its promise resolves. Those that are wanted while another is being made
 become durable with it, as a commit takes as long for many as for one; what is wrong with one undoes that one alone.
 */
export const createGroupCommit = (connection: BetterSqlite.Database, run: RunQuery, check: () => void): Writing => {
	const waiting: Wanted[] = [];
	let group: Promise<void> | undefined;
	const {db, make, isInside} = createMake(connection, run);
	const makeOne = createMakeOne(connection, make);
	const transact = createTransact(connection, run);

	const makeGroup = async (first: Wanted): Promise<void> => {
		const members = [first];
		try {
			const answers = await transact(async () => {
				check();
				// Where it throws it is the only one, and all of it is undone.
				const value = await make(first);
				const made = [() => {
					first.resolve(value);
				}];
				while (waiting.length > 0 && members.length < most) {
					const next = waiting.shift()!;
					members.push(next);
					made.push(await makeOne(next));
				}

				return made;
			});
			for (const tell of answers) {
				tell();
			}
		} catch (error) {
			for (const {reject} of members) {
				reject(error);
			}
		}
	};

	const makeAll = async (): Promise<void> => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			group = makeGroup(next);
			await group;
		}

		group = undefined;
	};

	return {
		db,
		async write<T>(change: Change<T>) {
			if (isInside()) {
				throw new Error('A transaction was started inside another: use the tables that it was given.');
			}

			return new Promise<T>((resolve, reject) => {
				waiting.push({change, resolve: resolve as Wanted['resolve'], reject});
				if (!group) {
					void makeAll();
				}
			});
		},
		async close() {
			await group;
			connection.close();
		},
	};
};
