import {
	readFileSync,
	renameSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {dirname} from 'node:path';
import type BetterSqlite from 'better-sqlite3';
import {StoreUnusable} from '../store.js';

/** How far a database had come. */
export type Mark = {
	readonly installation: string;
	readonly schema: number;
	/** Rows that were ever added: it only rises. */
	readonly rows: number;
};

const markPath = (path: string): string => `${path}.mark`;

/** How far a database is now. */
export const readMark = (database: BetterSqlite.Database, installation: string): Mark => ({
	installation,
	schema: database.pragma('user_version', {simple: true}) as number,
	rows: database.prepare('select coalesce(sum(seq), 0) from sqlite_sequence').pluck().get() as number,
});

const findMark = (path: string): Mark | undefined => {
	try {
		return JSON.parse(readFileSync(markPath(path), 'utf8')) as Mark;
	} catch {
		// None yet, or half of one after a power cut: the next one is whole.
		return undefined;
	}
};

/** Whether the mark beside the database says that it, of that name, had come further once. */
export const isBehindMark = (path: string, {installation, schema, rows}: Mark): boolean => {
	const mark = findMark(path);
	return mark?.installation === installation && (mark.schema > schema || (mark.schema === schema && mark.rows > rows));
};

/** Where there was a database none is begun anew: it would know nothing of the VMs that are there. */
export const refuseVanished = (path: string): void => {
	const size = statSync(path, {throwIfNoEntry: false})?.size ?? 0;
	if (size === 0 && findMark(path)) {
		throw new StoreUnusable(
			`The database ${path} is gone or empty, and the mark beside it says that there was one.`,
			`Put a backup in its place (the latest is in ${dirname(path)}/backups); to begin with nothing all the same, remove ${markPath(path)}.`,
		);
	}
};

/** Writes beside the database how far it has come, where that is not what stands there. What was committed is on the disk already, so the mark is never ahead of it. */
export const keepMark = (path: string, mark: Mark): void => {
	const text = JSON.stringify(mark);
	if (JSON.stringify(findMark(path)) === text) {
		return;
	}

	const unfinished = `${markPath(path)}.unfinished`;
	writeFileSync(unfinished, text, {mode: 0o600});
	renameSync(unfinished, markPath(path));
};
