import {StoreUnusable} from '../store.js';
import {findLockHolder} from './lock-holder.js';
import {isBusy, patienceMs} from './retry-busy.js';

const reasons: ReadonlyArray<readonly [code: RegExp, message: string, hint: string]> = [
	[/^SQLITE_NOTADB/, 'is not a database', 'Name another file with --database, or put a backup in its place.'],
	[/^SQLITE_CORRUPT/, 'is damaged', 'Stop every cronsole, keep a copy of the file with its -wal, and put a backup in its place.'],
	[/^SQLITE_FULL|^ENOSPC/, 'cannot be written: the disk is full', 'Free some space; what was committed is safe.'],
	[/^SQLITE_READONLY|^EROFS/, 'cannot be written', 'Give this account write permission to the file, its -wal and -shm, and its folder.'],
	[
		/^SQLITE_CANTOPEN|^SQLITE_PERM|^SQLITE_AUTH|^EACCES|^EPERM|^ENOTDIR|^ENOENT|^EISDIR|^EEXIST|^ELOOP|^ENAMETOOLONG/,
		'cannot be opened',
		'Check that its folder exists and that this account may read and write it.',
	],
	[/^SQLITE_IOERR|^EIO/, 'cannot be read or written: the disk reports an error', 'Look at the machine\'s kernel log.'],
];

/** Whether SQLite says that what stands in the file cannot be right. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(?:CORRUPT|NOTADB)/.test(String(((error ?? {}) as {readonly code?: unknown}).code));

/** What an error of SQLite or of the file system means, and what to do; undefined: none of those that are known. */
export const reasonOf = (error: unknown): readonly [what: string, hint: string] | undefined => {
	const {code} = (error ?? {}) as {readonly code?: unknown};
	const reason = typeof code === 'string' ? reasons.find(([pattern]) => pattern.test(code)) : undefined;
	return reason && [`${reason[1]} (${String(code)})`, reason[2]];
};

/** What an error of SQLite or of the file system means for whoever wanted the database; others come back as they are. */
export const toUnusable = (error: unknown, path: string, waitedMs = patienceMs): unknown => {
	if (!(error instanceof Error) || error instanceof StoreUnusable) {
		return error;
	}

	if (isBusy(error)) {
		const holder = findLockHolder(path);
		const who = holder === null ? '' : `: ${holder.text}`;
		const message = `The database ${path} is busy: another process has been writing for ${waitedMs / 1000} s${who}.`;
		return new StoreUnusable(message, holder?.hint ?? 'See who holds it with `fuser`, and whether its disk stalls.', {cause: error});
	}

	if (error.message === 'The database connection is not open') {
		return new StoreUnusable(`The database ${path} was closed.`, 'This is a fault of the program: please report it.', {cause: error});
	}

	const reason = reasonOf(error);
	return reason ? new StoreUnusable(`The database ${path} ${reason[0]}.`, reason[1], {cause: error}) : error;
};
