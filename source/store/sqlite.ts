import {accessSync, constants, statSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import {Kysely, type Transaction} from 'kysely';
import {allMigrations} from './migrations/all-migrations.js';
import {type Schema} from './schema.js';
import {createFile, createFolder} from './sqlite/create-file.js';
import {createDialect} from './sqlite/dialect.js';
import {refuseNetworkFileSystem} from './sqlite/file-system.js';
import {type Mark, readMark, refuseVanished} from './sqlite/mark.js';
import {migrate} from './sqlite/migrate.js';
import {openConnection} from './sqlite/open-connection.js';
import {toUnusable} from './sqlite/to-unusable.js';
import {StoreUnusable} from './store.js';

/** Above this the WAL is cut, not only copied into the file. */
const longWalBytes = 16 * 1024 * 1024;

/** A database as the tables see it. */
export type Database = {
	/** Each query by itself; never waits for a writer. */
	readonly reader: Kysely<Schema>;
	/** Several queries that see the same moment; short. */
	readonly snapshot: <T>(look: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;
	/** One durable transaction, all or nothing. */
	readonly write: <T>(change: (db: Transaction<Schema>) => Promise<T>) => Promise<T>;
	readonly dataVersion: () => number;
	readonly checkpoint: () => Promise<void>;
	/** How far it has come. */
	readonly mark: (installation: string) => Mark;
	readonly close: () => Promise<void>;
};

const isLong = (walPath: string): boolean => (statSync(walPath, {throwIfNoEntry: false})?.size ?? 0) > longWalBytes;

/** Says whether the schema is still the one that this process opened: a newer cronsole changes it while older ones run. */
const createCheck = (connection: BetterSqlite.Database, path: string): (() => void) => {
	const version = connection.prepare('pragma user_version').pluck();
	const opened = version.get();

	return () => {
		const present = version.get();
		if (present !== opened) {
			throw new StoreUnusable(`The database ${path} was changed by a newer cronsole (schema ${String(present)}; this one knows ${String(opened)}).`, 'Start this cronsole anew, in its newer version.');
		}
	};
};

/** Opens the file (makes it, brings it to the newest schema) with one connection that writes and one that reads. */
export const openSqlite = async (place: string): Promise<Database> => {
	const path = resolve(place);

	try {
		refuseNetworkFileSystem(dirname(path));
		refuseVanished(path);
		createFolder(dirname(path));
		createFile(path);
		// eslint-disable-next-line no-bitwise
		accessSync(path, constants.R_OK | constants.W_OK);
		await migrate(path, allMigrations);
		const writing = await openConnection(path);
		const reading = await openConnection(path, {isReadOnly: true});
		const writer = new Kysely<Schema>({dialect: createDialect(writing)});
		const reader = new Kysely<Schema>({dialect: createDialect(reading)});
		const checkSchema = createCheck(writing, path);

		return {
			reader,
			snapshot: async look => reader.transaction().setAccessMode('read only').execute(look),
			write: async change => writer.transaction().execute(async db => {
				checkSchema();
				return change(db);
			}),
			dataVersion() {
				try {
					return writing.pragma('data_version', {simple: true}) as number;
				} catch (error) {
					throw toUnusable(error, path);
				}
			},
			mark: installation => readMark(reading, installation),
			async checkpoint() {
				// On the connection that is never inside a transaction of ours: there it would be refused.
				await reader.connection().execute(async () => {
					reading.pragma(`wal_checkpoint(${isLong(`${path}-wal`) ? 'truncate' : 'passive'})`);
				});
			},
			async close() {
				// Whoever asks later is told by SQLite, and so as `StoreUnusable`; Kysely's own end says something else.
				await writer.connection().execute(async () => writing.close());
				await reader.connection().execute(async () => reading.close());
			},
		};
	} catch (error) {
		throw toUnusable(error, path);
	}
};
