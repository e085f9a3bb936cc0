import {statfsSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {openConnection} from './open-connection.js';
import {listTables} from './look-into.js';

/** How a database is, as `db check` tells it. */
export type DatabaseHealth = {
	/** What is wrong inside, in SQLite's words; empty: nothing. */
	readonly damage: readonly string[];
	/** Rows that name one that is not there, as `operations 12 → vms`; the first few. */
	readonly strays: readonly string[];
	readonly schema: number;
	readonly tables: number;
	readonly bytes: number;
	readonly walBytes: number;
	/** On its disk, for this account. */
	readonly freeBytes: number;
};

const most = 5;

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

type Stray = {readonly table: string; readonly rowid: number; readonly parent: string};

const listStrays = (rows: readonly Stray[]): readonly string[] => rows.slice(0, most).map(({table, rowid, parent}) => `${table} ${rowid} → ${parent}`);

/** Looks through the whole database, on a connection of its own. Takes a while, in which this process does nothing else. */
export const checkDatabase = async (path: string): Promise<DatabaseHealth> => {
	const {bavail, bsize} = statfsSync(dirname(path));
	const place = {bytes: statSync(path).size, walBytes: statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0, freeBytes: bavail * bsize};
	const database = await openConnection(path, {isReadOnly: true});
	try {
		const schema = database.pragma('user_version', {simple: true}) as number;
		const verdicts = database.prepare(`pragma integrity_check(${most})`).pluck().all() as string[];
		return {
			...place, schema, tables: listTables(database).length,
			damage: verdicts.filter(verdict => verdict !== 'ok'),
			strays: listStrays(database.prepare('pragma foreign_key_check').all() as Stray[]),
		};
	} catch (error) {
		return {
			...place, schema: 0, tables: 0, damage: [messageOf(error)], strays: [],
		};
	} finally {
		database.close();
	}
};
