import {setImmediate as turn} from 'node:timers/promises';
import type BetterSqlite from 'better-sqlite3';

/** Names of all tables, of ours and of Kysely. */
export const listTables = (database: BetterSqlite.Database): readonly string[] =>
	database.prepare('select name from sqlite_schema where type = \'table\' and name not like \'sqlite_%\' order by name').pluck().all() as string[];

/** How many rows each table has. */
export const countRows = async (database: BetterSqlite.Database): Promise<ReadonlyMap<string, number>> => {
	const counts = new Map<string, number>();
	for (const table of listTables(database)) {
		counts.set(table, database.prepare(`select count(*) from "${table}"`).pluck().get() as number);
		await turn();
	}

	return counts;
};

const most = 5;

/** What is wrong inside, in SQLite's words, the first few; empty: nothing. A table at a time, so that whoever else is in this process has turns. */
export const findDamage = async (database: BetterSqlite.Database): Promise<readonly string[]> => {
	const damage: string[] = [];
	for (const table of listTables(database)) {
		const verdicts = database.prepare(`pragma integrity_check("${table}")`).pluck().all() as string[];
		damage.push(...verdicts.filter(verdict => verdict !== 'ok'));
		await turn();
	}

	return damage.slice(0, most);
};
