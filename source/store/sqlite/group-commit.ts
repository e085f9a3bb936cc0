import {AsyncLocalStorage} from 'node:async_hooks';
import type BetterSqlite from 'better-sqlite3';
import {type Kysely, type Transaction} from 'kysely';
import {type Schema} from '../schema.js';

type Change<T> = (db: Transaction<Schema>) => Promise<T>;

/** A change that waits for its turn, and whoever waits for it to be durable. */
type Wanted = {
	readonly change: Change<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
};

/** As many become durable together at most, so that no other process waits for long. */
const most = 32;

/** Makes one change of a group by itself: what is wrong with it undoes it alone. Answers what to tell, once it is durable. */
const createMakeOne = (connection: BetterSqlite.Database) => {
	const [begin, keep, undo] = ['savepoint one', 'release one', 'rollback to one'].map(text => connection.prepare(text)) as [BetterSqlite.Statement, BetterSqlite.Statement, BetterSqlite.Statement];
	return async ({change, resolve, reject}: Wanted, db: Transaction<Schema>): Promise<() => void> => {
		begin.run();
		try {
			const value = await change(db);
			keep.run();
			return () => {
				resolve(value);
			};
		} catch (error) {
			// A full disk has rolled back everything, those before it too.
			if (!connection.inTransaction) {
				throw error;
			}

			undo.run();
			keep.run();
			return () => {
				reject(error);
			};
		}
	};
};

/**
 Makes changes one after the other, each all or nothing, and durable before its promise resolves. Those that are wanted while another is being made
 become durable with it, as a commit takes as long for many as for one; what is wrong with one undoes that one alone.
 */
export const createGroupCommit = (writer: Kysely<Schema>, connection: BetterSqlite.Database, check: () => void): (<T>(change: Change<T>) => Promise<T>) => {
	const waiting: Wanted[] = [];
	let isBusy = false;
	const makeOne = createMakeOne(connection);

	const makeGroup = async (first: Wanted): Promise<void> => {
		const group = [first];
		try {
			const answers = await writer.transaction().execute(async db => {
				check();
				// Where it throws it is the only one, and all of it is undone.
				const value = await first.change(db);
				const made = [() => {
					first.resolve(value);
				}];
				while (waiting.length > 0 && group.length < most) {
					const next = waiting.shift()!;
					group.push(next);
					made.push(await makeOne(next, db));
				}

				return made;
			});
			for (const tell of answers) {
				tell();
			}
		} catch (error) {
			for (const {reject} of group) {
				reject(error);
			}
		}
	};

	const makeAll = async (): Promise<void> => {
		isBusy = true;
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			await makeGroup(next);
		}

		isBusy = false;
	};

	return async <T>(change: Change<T>) => new Promise<T>((resolve, reject) => {
		// One that waits is made in the context of whoever wants it, not of whoever came before.
		waiting.push({change: isBusy ? AsyncLocalStorage.bind(change) : change, resolve: resolve as Wanted['resolve'], reject});
		if (!isBusy) {
			void makeAll();
		}
	});
};
