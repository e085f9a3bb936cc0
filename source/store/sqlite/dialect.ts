import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';
import type BetterSqlite from 'better-sqlite3';
import {createRunQuery, type RunQuery} from './run-query.js';

/** The one connection, which Kysely lends to one user at a time. */
class SqliteDriver implements Driver {
	readonly #database: BetterSqlite.Database;
	readonly #run: RunQuery;

	constructor(database: BetterSqlite.Database) {
		this.#database = database;
		this.#run = createRunQuery(database);
	}

	async init(): Promise<void> {
		// The connection stands already.
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		return {
			executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => this.#run<R>(query),
			streamQuery() {
				throw new Error('Rows are not streamed, as they would keep the WAL from being reset: read them in pages.');
			},
		};
	}

	/** A transaction that reads before it writes would fail at once if somebody else wrote in between, so writers queue from the start. */
	async beginTransaction(): Promise<void> {
		await this.#run({sql: 'begin immediate', parameters: []});
	}

	async commitTransaction(): Promise<void> {
		await this.#run({sql: 'commit', parameters: []});
	}

	async rollbackTransaction(): Promise<void> {
		// A full disk has rolled back already.
		if (this.#database.inTransaction) {
			await this.#run({sql: 'rollback', parameters: []});
		}
	}

	async releaseConnection(): Promise<void> {
		// There is only the one.
	}

	async destroy(): Promise<void> {
		this.#database.close();
	}
}

class TransactionalAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl() {
		return true;
	}
}

/**
 SQLite plans a statement anew whenever a value is bound that its planner might use, which takes ten times as long as a small query does; what stands
 behind a plus it does not look at.
 */
class SteadyCompiler extends SqliteQueryCompiler {
	override getCurrentParameterPlaceholder(): string {
		return '+?';
	}
}

/** Kysely's SQLite dialect over one connection with cached statements, BEGIN IMMEDIATE and patience that does not block. */
export const createDialect = (database: BetterSqlite.Database): Dialect => ({
	createDriver: () => new SqliteDriver(database),
	createQueryCompiler: () => new SteadyCompiler(),
	createAdapter: () => new TransactionalAdapter(),
	createIntrospector: db => new SqliteIntrospector(db),
});
