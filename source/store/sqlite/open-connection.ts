import BetterSqlite from 'better-sqlite3';
import {StoreUnusable} from '../store.js';
import {retryBusy} from './retry-busy.js';

/** How long SQLite itself may wait, which blocks the event loop; what takes longer is tried again from there. */
const busyTimeoutMs = 10;

const journalLimitBytes = 16 * 1024 * 1024;
const firstSafeVersion = [3, 51, 3] as const;

/** Before 3.51.3 two connections that write and checkpoint at once could lose what was committed. */
export const isSafeVersion = (version: string): boolean => {
	const parts = version.split('.').map(Number);

	for (const [index, wanted] of firstSafeVersion.entries()) {
		if ((parts[index] ?? 0) !== wanted) {
			return (parts[index] ?? 0) > wanted;
		}
	}

	return true;
};

const readSetting = (database: BetterSqlite.Database, name: string): unknown => database.pragma(name, {simple: true});

/** Opens a connection to a file that exists, and sees to it that what it commits survives a power cut. */
export const openConnection = async (path: string, {isReadOnly = false}: {readonly isReadOnly?: boolean} = {}): Promise<BetterSqlite.Database> => {
	const database = new BetterSqlite(path, {timeout: busyTimeoutMs, fileMustExist: true});

	try {
		const version = database.prepare('select sqlite_version() as version').pluck().get() as string;

		if (!isSafeVersion(version)) {
			throw new StoreUnusable(`This SQLite (${version}) can lose committed rows when several processes write.`, `Install better-sqlite3 with SQLite ${firstSafeVersion.join('.')} or newer.`);
		}

		await retryBusy(() => readSetting(database, 'schema_version'));
		await retryBusy(() => {
			if (readSetting(database, 'journal_mode') !== 'wal') {
				database.pragma('journal_mode = wal');
			}
		});

		// A second connection to a WAL database comes up with NORMAL: what it commits could be lost.
		database.pragma('synchronous = full');
		database.pragma('foreign_keys = on');
		// What was forgotten or deleted is not left in the file's free space: it costs nothing that could be measured.
		database.pragma('secure_delete = on');
		database.pragma(`journal_size_limit = ${journalLimitBytes}`);
		database.pragma(`query_only = ${isReadOnly ? 'on' : 'off'}`);

		if (readSetting(database, 'synchronous') !== 2 || readSetting(database, 'journal_mode') !== 'wal' || readSetting(database, 'foreign_keys') !== 1) {
			throw new StoreUnusable(`The database ${path} does not take the settings that keep it safe.`, 'Keep it on a local file system with write permission for its folder.');
		}

		return database;
	} catch (error) {
		database.close();
		throw error;
	}
};
