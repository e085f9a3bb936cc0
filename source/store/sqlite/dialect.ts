import type BetterSqlite from 'better-sqlite3';
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
	type TransactionSettings,
} from 'kysely';
import {patienceMs, retryBusy} from './retry-busy.js';
import {isDamage, toUnusable} from './to-unusable.js';

const statementLimit = 500;

/** Prepares each text once: preparing is most of what a small query costs. */
const createPrepare = (database: BetterSqlite.Database) => {
	const statements = new Map<string, BetterSqlite.Statement>();

	return (text: string): BetterSqlite.Statement => {
		const known = statements.get(text);

		if (known) {
			return known;
		}

		if (statements.size >= statementLimit) {
			statements.delete(statements.keys().next().value!);
		}

		const statement = database.prepare(text);
		statements.set(text, statement);
		return statement;
	};
};

/** How long it waits for whoever is in its way, and who hears that the file is damaged. */
type Ways = {readonly waitMs: number; readonly onDamage: (message: string) => void};

/** One turn on the connection. */
type Turn = DatabaseConnection & {
	readonly run: (text: string) => Promise<void>;
	/** Nothing of it may be asked any more, so that nothing leaks out of its transaction. */
	readonly end: () => void;
};

const createTurn = (database: BetterSqlite.Database, prepare: (text: string) => BetterSqlite.Statement, {waitMs, onDamage}: Ways): Turn => {
	let isOver = false;
	const execute = async <T>(attempt: () => T): Promise<T> => {
		if (isOver) {
			throw new Error('A query came after the end of its transaction: something was not awaited in it.');
		}

		try {
			return await retryBusy(attempt, waitMs);
		} catch (error) {
			const unusable = toUnusable(error, database.name, waitMs);
			if (isDamage(error)) {
				onDamage((unusable as Error).message);
			}

			throw unusable;
		}
	};

	return {
		executeQuery: async <R>({sql, parameters}: CompiledQuery): Promise<QueryResult<R>> => execute(() => {
			const statement = prepare(sql);

			if (statement.reader) {
				return {rows: statement.all(...parameters) as R[]};
			}

			const {changes, lastInsertRowid} = statement.run(...parameters);
			return {numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: []};
		}),
		streamQuery() {
			throw new Error('Rows are not streamed, as they would keep the WAL from being reset: read them in pages.');
		},
		async run(text) {
			await execute(() => prepare(text).run());
		},
		end() {
			isOver = true;
		},
	};
};

/** One connection that is lent to one user at a time, in order. */
class SqliteDriver implements Driver {
	#last: Promise<void> = Promise.resolve();
	readonly #release = new WeakMap<DatabaseConnection, () => void>();
	readonly #database: BetterSqlite.Database;
	readonly #prepare: (text: string) => BetterSqlite.Statement;
	readonly #ways: Ways;

	constructor(database: BetterSqlite.Database, ways: Ways) {
		this.#ways = ways;
		this.#database = database;
		this.#prepare = createPrepare(database);
	}

	async init(): Promise<void> {
		// The connection stands already.
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		const before = this.#last;
		const turn = createTurn(this.#database, this.#prepare, this.#ways);
		this.#last = new Promise(resolve => {
			this.#release.set(turn, resolve);
		});
		await before;
		return turn;
	}

	/** A transaction that reads before it writes would fail at once if somebody else wrote in between, so writers queue from the start. */
	async beginTransaction(connection: DatabaseConnection, {accessMode}: TransactionSettings): Promise<void> {
		await (connection as Turn).run(accessMode === 'read only' ? 'begin' : 'begin immediate');
	}

	async commitTransaction(connection: DatabaseConnection): Promise<void> {
		await (connection as Turn).run('commit');
	}

	async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		// A full disk has rolled back already.
		if (this.#database.inTransaction) {
			await (connection as Turn).run('rollback');
		}
	}

	async releaseConnection(connection: DatabaseConnection): Promise<void> {
		(connection as Turn).end();
		this.#release.get(connection)?.();
	}

	async destroy(): Promise<void> {
		await this.#last;
		this.#database.close();
	}
}

class TransactionalAdapter extends SqliteAdapter {
	override get supportsTransactionalDdl() {
		return true;
	}
}

/** Kysely's SQLite dialect over one connection with cached statements, BEGIN IMMEDIATE and patience that does not block. */
export const createDialect = (database: BetterSqlite.Database, {waitMs = patienceMs, onDamage = () => undefined}: Partial<Ways> = {}): Dialect => ({
	createDriver: () => new SqliteDriver(database, {waitMs, onDamage}),
	createQueryCompiler: () => new SqliteQueryCompiler(),
	createAdapter: () => new TransactionalAdapter(),
	createIntrospector: db => new SqliteIntrospector(db),
});
