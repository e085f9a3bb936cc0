import {existsSync, unlinkSync} from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import {isBusy, retryBusy} from './retry-busy.js';

/** Reachable for as long as the process lives: a connection that is collected as garbage would drop its lock. */
const held = new Map<string, BetterSqlite.Database>();

/**
 Proves that the process lives: holds a kernel lock on the file until `endWitness` or the end of the process (or worker thread), whatever ends it;
 a stopped process still has it. Nobody may open that file by other means: closing it would drop the lock.
 */
export const startWitness = async (path: string): Promise<void> => {
	const database = new BetterSqlite(path, {timeout: 0});
	held.set(path, database);

	try {
		// Nothing is ever written: a journal beside the file would only be litter after a kill.
		database.pragma('journal_mode = memory');
		await retryBusy(() => database.exec('begin exclusive'));
	} catch (error) {
		endWitness(path);
		throw error;
	}
};

/** Frees the lock and removes its file; nothing happens where this thread does not hold it. */
export const endWitness = (path: string): void => {
	const database = held.get(path);

	if (!database) {
		return;
	}

	held.delete(path);
	removeFile(path);
	database.close();
};

const removeFile = (path: string): void => {
	try {
		unlinkSync(path);
	} catch {
		// Somebody else removed it.
	}
};

/** Whether the witness of that file lives; a dead one's file is removed, as nobody ever comes back under the same name. */
export const isWitnessAlive = (path: string): boolean => {
	if (held.has(path)) {
		return true;
	}

	if (!existsSync(path)) {
		return false;
	}

	let probe;

	try {
		probe = new BetterSqlite(path, {timeout: 0, fileMustExist: true});
		// Reads only, so that two who look at once are not in each other's way.
		probe.prepare('select count(*) from sqlite_schema').get();
	} catch (error) {
		// Only a definite answer counts as dead; an error (too many open files) does not.
		return isBusy(error) || existsSync(path);
	} finally {
		probe?.close();
	}

	removeFile(path);
	return false;
};
