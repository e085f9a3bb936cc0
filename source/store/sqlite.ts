import {accessSync, constants} from 'node:fs';
import {dirname, resolve} from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import {type Kysely} from 'kysely';
import {allMigrations} from './migrations/all-migrations.js';
import {type Schema} from './schema.js';
import {createFile, createFolder} from './sqlite/create-file.js';
import {refuseNetworkFileSystem} from './sqlite/file-system.js';
import {createGroupCommit} from './sqlite/group-commit.js';
import {type Mark, readMark, refuseVanished} from './sqlite/mark.js';
import {migrate} from './sqlite/migrate.js';
import {openConnection} from './sqlite/open-connection.js';
import {createReading} from './sqlite/reading.js';
import {createRunQuery} from './sqlite/run-query.js';
import {createFileCheck, refuseForeignWal} from './sqlite/same-files.js';
import {toUnusable} from './sqlite/to-unusable.js';
import {StoreUnusable} from './store.js';

/** A database as the tables see it. */
export type Database = {
	/** Each query by itself; never waits for a writer. */
	readonly reader: Kysely<Schema>;
	/** Several queries that see the same moment; short. */
	readonly snapshot: <T>(look: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;
	/** The same for every change, inside it only. */
	readonly writer: Kysely<Schema>;
	/** One durable transaction, all or nothing. */
	readonly write: <T>(change: (db: Kysely<Schema>) => Promise<T>) => Promise<T>;
	readonly dataVersion: () => number;
	readonly checkpoint: () => Promise<void>;
	/** What this process met of damage since it opened the file; null: none. */
	readonly findDamage: () => string | null;
	/** How far it has come. */
	readonly mark: (installation: string) => Mark;
	readonly close: () => Promise<void>;
};

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

/** Copies the WAL into the file, then empties it where nobody is in the way: what was erased would stand there until it is written over. */
const checkpoint = (connection: BetterSqlite.Database): void => {
	// Most of it without keeping anybody from writing.
	connection.pragma('wal_checkpoint(passive)');
	connection.pragma('wal_checkpoint(truncate)');
};

/** Opens the file (makes it, brings it to the newest schema) with one connection that writes and one that reads; a write waits so long for that of somebody else. */
export const openSqlite = async (place: string, waitMs?: number): Promise<Database> => {
	const path = resolve(place);

	try {
		refuseNetworkFileSystem(dirname(path));
		refuseVanished(path);
		createFolder(dirname(path));
		createFile(path);
		// eslint-disable-next-line no-bitwise
		accessSync(path, constants.R_OK | constants.W_OK);
		refuseForeignWal(path);
		await migrate(path, allMigrations);
		const writing = await openConnection(path);
		const reading = await openConnection(path, {isReadOnly: true});
		let damage: string | null = null;
		const ways = {
			waitMs,
			onDamage(message: string) {
				damage ??= message;
			},
		};
		const checkSchema = createCheck(writing, path);
		const checkFiles = createFileCheck(path);
		const {db: reader, snapshot, alone} = createReading(reading, createRunQuery(reading, ways));
		const {db: writer, write, close} = createGroupCommit(writing, createRunQuery(writing, ways), () => {
			checkFiles();
			checkSchema();
		});

		return {
			reader,
			async snapshot(look) {
				checkFiles();
				return snapshot(look);
			},
			writer,
			write,
			dataVersion() {
				try {
					return writing.pragma('data_version', {simple: true}) as number;
				} catch (error) {
					throw toUnusable(error, path);
				}
			},
			findDamage: () => damage,
			mark: installation => readMark(reading, installation),
			async checkpoint() {
				// On the connection that is never inside a transaction of ours: there it would be refused.
				await alone(() => {
					checkpoint(reading);
				});
			},
			async close() {
				// Whoever asks later is told by SQLite, and so as `StoreUnusable`.
				await close();
				await alone(() => reading.close());
			},
		};
	} catch (error) {
		throw toUnusable(error, path);
	}
};
