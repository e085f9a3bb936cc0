import {renameSync, rmSync} from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import {Kysely} from 'kysely';
import {type Migration} from 'kysely/migration';
import {StoreUnusable} from '../store.js';
import {createFile} from './create-file.js';
import {createDialect} from './dialect.js';
import {openConnection} from './open-connection.js';
import {retryBusy} from './retry-busy.js';

/** Another process may be copying a large database before it changes it. */
const guardPatienceMs = 120_000;

const readVersion = async (database: BetterSqlite.Database): Promise<number> =>
	retryBusy(() => database.pragma('user_version', {simple: true}) as number);

/** Kysely's own tables stand before the first migration does. */
const countTables = async (database: BetterSqlite.Database): Promise<number> =>
	retryBusy(() => database.prepare('select count(*) from sqlite_schema where name not like \'kysely%\' and name not like \'sqlite%\'').pluck().get() as number);

/** Only one process at a time gets past here: Kysely's own lock is none on SQLite. */
const guarded = async (path: string, work: () => Promise<void>): Promise<void> => {
	const guardPath = `${path}.migrating`;
	createFile(guardPath);
	const guard = new BetterSqlite(guardPath, {timeout: 0});

	try {
		await retryBusy(() => guard.exec('begin exclusive'), guardPatienceMs);
		await work();
	} finally {
		guard.close();
	}
};

/** A copy that was checked, beside the database. */
const backUp = async (database: BetterSqlite.Database, version: number): Promise<void> => {
	const place = `${database.name}.schema-${version}.bak`;
	const unfinished = `${place}.unfinished`;
	rmSync(unfinished, {force: true});
	createFile(unfinished);
	await database.backup(unfinished);
	const copy = new BetterSqlite(unfinished);
	// One file that can be moved about: without a WAL beside it.
	copy.pragma('journal_mode = delete');
	const verdict = copy.pragma('quick_check', {simple: true});
	copy.close();

	if (verdict !== 'ok') {
		throw new StoreUnusable(`The copy of ${database.name} made before changing it is damaged: ${String(verdict)}.`, 'Check the disk; nothing was changed.');
	}

	renameSync(unfinished, place);
};

/** Brings the database to the newest schema, once, however many processes start together. */
export const migrate = async (path: string, migrations: Readonly<Record<string, Migration>>): Promise<void> => {
	const newest = Object.keys(migrations).length;
	const check = async (database: BetterSqlite.Database): Promise<number> => {
		const version = await readVersion(database);

		if (version > newest) {
			throw new StoreUnusable(`The database ${path} was written by a newer cronsole (schema ${version}; this one knows ${newest}).`, 'Update this cronsole, or name another database.');
		}

		if (version === 0 && await countTables(database) > 0) {
			throw new StoreUnusable(`The database ${path} belongs to another program.`, 'Name another file with --database.');
		}

		return version;
	};

	const probe = new BetterSqlite(path, {timeout: 0, fileMustExist: true});

	try {
		if (await check(probe) === newest) {
			return;
		}
	} finally {
		probe.close();
	}

	await guarded(path, async () => {
		const database = await openConnection(path);
		const kysely = new Kysely<unknown>({dialect: createDialect(database)});

		try {
			const version = await check(database);

			if (version === newest) {
				return;
			}

			if (version > 0) {
				await backUp(database, version);
			}

			const {Migrator} = await import('kysely/migration');
			// Foreign keys stay on: a migration that rebuilds a table turns them off itself.
			const {error} = await new Migrator({db: kysely, provider: {getMigrations: async () => migrations}}).migrateToLatest();

			if (error !== undefined) {
				throw error as Error;
			}
		} finally {
			await kysely.destroy();
		}
	});
};
