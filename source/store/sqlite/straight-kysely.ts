import type BetterSqlite from 'better-sqlite3';
import {
	type CompiledQuery,
	DefaultQueryExecutor,
	type Dialect,
	Kysely,
	type QueryResult,
} from 'kysely';
import {type Schema} from '../schema.js';
import {createDialect} from './dialect.js';
import {type RunQuery} from './run-query.js';

const nobodyLends = {
	async provideConnection(): Promise<never> {
		throw new Error('Nothing is lent here: every query goes straight to the connection.');
	},
};

/** Leaves out the lending of connections, which takes Kysely longer than a small query takes SQLite. */
class StraightExecutor extends DefaultQueryExecutor {
	readonly #run: RunQuery;

	constructor(dialect: Dialect, run: RunQuery) {
		super(dialect.createQueryCompiler(), dialect.createAdapter(), nobodyLends);
		this.#run = run;
	}

	override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		return this.#run<R>(query);
	}
}

/** Kysely whose queries go straight to the connection, by whatever `run` does with them; it begins no transactions. */
export const createStraightKysely = (connection: BetterSqlite.Database, run: RunQuery): Kysely<Schema> => {
	const dialect = createDialect(connection);
	return new Kysely({
		config: {dialect}, dialect, driver: dialect.createDriver(), executor: new StraightExecutor(dialect, run),
	});
};
