import type BetterSqlite from 'better-sqlite3';
import {type CompiledQuery, type QueryResult} from 'kysely';
import {isBusy, patienceMs, retryBusy} from './retry-busy.js';
import {isDamage, toUnusable} from './to-unusable.js';

const statementLimit = 500;

/** How long it waits for whoever is in its way, and who hears that the file is damaged. */
export type Ways = {readonly waitMs: number; readonly onDamage: (message: string) => void};

/** Runs a query on a connection. */
export type RunQuery = <R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => Promise<QueryResult<R>>;

/** A query without parameters. */
export const toQuery = (sql: string): Parameters<RunQuery>[0] => ({sql, parameters: []});

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

/** Runs queries with cached statements and a patience that does not block; throws `StoreUnusable` for what the database cannot do. */
export const createRunQuery = (database: BetterSqlite.Database, {waitMs = patienceMs, onDamage = () => undefined}: Partial<Ways> = {}): RunQuery => {
	const prepare = createPrepare(database);

	const runOnce = <R>({sql, parameters}: Parameters<RunQuery>[0]): QueryResult<R> => {
		const statement = prepare(sql);

		if (statement.reader) {
			return {rows: statement.all(...parameters) as R[]};
		}

		const {changes, lastInsertRowid} = statement.run(...parameters);
		return {numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: []};
	};

	const explain = (error: unknown): unknown => {
		const unusable = toUnusable(error, database.name, waitMs);
		if (isDamage(error)) {
			onDamage((unusable as Error).message);
		}

		return unusable;
	};

	return async <R>(query: Parameters<RunQuery>[0]): Promise<QueryResult<R>> => {
		try {
			return runOnce<R>(query);
		} catch (error) {
			if (!isBusy(error)) {
				throw explain(error);
			}
		}

		try {
			return await retryBusy(() => runOnce<R>(query), waitMs);
		} catch (error) {
			throw explain(error);
		}
	};
};
