import type BetterSqlite from 'better-sqlite3';
import {type Kysely} from 'kysely';
import {type Schema} from '../schema.js';
import {type RunQuery, toQuery} from './run-query.js';
import {createStraightKysely} from './straight-kysely.js';

/** Everything that is read by one connection. */
export type Reading = {
	/** Each query by itself. */
	readonly db: Kysely<Schema>;
	/** Several queries that see the same moment; those of others wait for its end. */
	readonly snapshot: <T>(look: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;
	/** Has the connection to itself, outside any transaction. */
	readonly alone: <T>(work: () => T) => Promise<T>;
};

/** Reads by a connection that is lent to nobody while a snapshot is looked at. */
export const createReading = (connection: BetterSqlite.Database, run: RunQuery): Reading => {
	const taken: {until?: Promise<void>} = {};
	const look = async <T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> => {
		let isOver = false;
		const db = createStraightKysely(connection, async query => {
			if (isOver) {
				throw new Error('A query came after the end of its transaction: something was not awaited in it.');
			}

			return run(query);
		});
		await run(toQuery('begin'));
		try {
			return await work(db);
		} finally {
			isOver = true;
			if (connection.inTransaction) {
				await run(toQuery('commit'));
			}
		}
	};

	return {
		db: createStraightKysely(connection, async query => {
			while (taken.until) {
				await taken.until;
			}

			return run(query);
		}),
		async snapshot(work) {
			while (taken.until) {
				await taken.until;
			}

			const {promise, resolve} = Promise.withResolvers<void>();
			taken.until = promise;
			try {
				return await look(work);
			} finally {
				taken.until = undefined;
				resolve();
			}
		},
		async alone(work) {
			while (taken.until) {
				await taken.until;
			}

			return work();
		},
	};
};
