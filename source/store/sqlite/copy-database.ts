import {
	chmodSync,
	closeSync,
	existsSync,
	fsyncSync,
	linkSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	statfsSync,
	statSync,
} from 'node:fs';
import {dirname, join, parse} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {createFile} from './create-file.js';
import {countRows, findDamage} from './look-into.js';
import {openConnection} from './open-connection.js';
import {doubtMessages, restoredKey} from './restored-row.js';
import {reasonOf} from './to-unusable.js';

/** A copy that could not be made; nothing of it is left. */
export class CopyFailed extends Error {
	override readonly name = 'CopyFailed';
	/** What to do about it. */
	readonly hint: string;
	constructor(message: string, hint: string, options?: {readonly cause?: unknown}) {
		super(message, options);
		this.hint = hint;
	}
}

/** What was made and found good. */
export type DatabaseCopy = {readonly file: string; readonly bytes: number; readonly schema: number; readonly tables: number; readonly rows: number};

const pagesPerTurn = 250;

const checkRoom = (path: string, file: string): void => {
	const wanted = (statSync(path).size + (statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0)) * 2;
	const {bavail, bsize} = statfsSync(dirname(file));
	if (bavail * bsize < wanted) {
		throw new CopyFailed(
			`there is no room for a copy: ${Math.floor(bavail * bsize / 1_048_576)} MiB free in ${dirname(file)}, twice the database's size (${Math.ceil(wanted / 1_048_576)} MiB) is wanted`,
			'free some space, or name a file on another disk',
		);
	}
};

/** Copies as of one moment, however much is written meanwhile; answers the rows of that moment. */
const copyPages = async (path: string, file: string): Promise<{readonly counts: ReadonlyMap<string, number>; readonly schema: number}> => {
	const source = await openConnection(path, {isReadOnly: true});
	try {
		// The pages of one read transaction: without it, each write of another process would begin the copy anew.
		source.exec('begin');
		const schema = source.pragma('user_version', {simple: true}) as number;
		const counts = await countRows(source);
		await source.backup(file, {progress: () => pagesPerTurn});
		source.exec('commit');
		return {counts, schema};
	} finally {
		source.close();
	}
};

/** Whoever opens it later has an older database before them, and is held until that was compared with the clusters. */
const markCopy = (file: string, now: number): void => {
	const copy = new BetterSqlite(file, {fileMustExist: true});
	try {
		// One file that can be moved about: without a WAL beside it.
		copy.pragma('journal_mode = delete');
		copy.pragma('secure_delete = on');
		const why = `this database is the copy of ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
		copy.transaction(() => {
			copy.prepare('insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value').run(restoredKey, JSON.stringify({why, since: now, asOf: now}));
			copy.exec(doubtMessages);
		})();
	} finally {
		copy.close();
	}
};

const verify = async (file: string, {counts, schema}: Awaited<ReturnType<typeof copyPages>>): Promise<number> => {
	const copy = new BetterSqlite(file, {fileMustExist: true, readonly: true});
	try {
		const damage = await findDamage(copy);
		const lost = [...await countRows(copy)].filter(([table, count]) => table !== 'meta' && counts.get(table) !== count).map(([table]) => table);
		const isWhole = damage.length === 0 && lost.length === 0 && (copy.prepare('pragma foreign_key_check').all()).length === 0;
		if (!isWhole || copy.pragma('user_version', {simple: true}) !== schema) {
			throw new CopyFailed(
				`the copy is not as the database: ${damage[0] ?? (lost.length > 0 ? `rows differ in ${lost.join(', ')}` : 'references or schema differ')}`,
				'look at the database with `cronsole db check`, and at the disk',
			);
		}

		return counts.values().reduce((sum, count) => sum + count, 0);
	} finally {
		copy.close();
	}
};

const sync = (place: string): void => {
	const opened = openSync(place, 'r');
	try {
		fsyncSync(opened);
	} finally {
		closeSync(opened);
	}
};

/** Gives the finished file its name, which nobody else has. */
const giveName = (unfinished: string, file: string): void => {
	try {
		linkSync(unfinished, file);
		rmSync(unfinished);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EEXIST' || existsSync(file)) {
			throw new CopyFailed(`${file} is there already: it was not overwritten`, 'name another file');
		}

		// A file system without links, as on a stick.
		renameSync(unfinished, file);
	}
};

/** What SQLite and the file system say when there is no room (its own temporary file says it as a failed write). */
const isFull = ({code}: NodeJS.ErrnoException): boolean => /^SQLITE_FULL|^ENOSPC|^EDQUOT|^SQLITE_IOERR_(?:WRITE|FSYNC|TRUNCATE)/.test(code ?? '');

const tellFailure = (error: unknown, file: string): readonly [message: string, hint: string] => {
	if (isFull(error as NodeJS.ErrnoException)) {
		return [`no copy was made: the disk of ${file} is full`, 'free some space, or name a file on another disk'];
	}

	const [what, hint] = reasonOf(error) ?? [error instanceof Error ? error.message : String(error), ''];
	return [`no copy was made: ${file} or the database ${what}`, hint === '' ? 'look at the disk, and at the database with `cronsole db check`' : hint];
};

/** What a process left behind that was killed while it made a copy of that name. */
const removeLeftovers = (file: string): void => {
	const {dir, base} = parse(file);
	for (const name of readdirSync(dir).filter(name => name.startsWith(`${base}.`))) {
		const {pid} = /^\.(?<pid>\d+)\.unfinished/.exec(name.slice(base.length))?.groups ?? {};
		if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
			rmSync(join(dir, name), {force: true});
		}
	}
};

/** Copies a database that is in use into a new file of this account's alone, on the disk and looked through before it has its name. Throws `CopyFailed`. */
export const copyDatabase = async (path: string, file: string, now: number): Promise<DatabaseCopy> => {
	const unfinished = `${file}.${process.pid}.unfinished`;
	try {
		if (existsSync(file)) {
			throw new CopyFailed(`${file} is there already: it was not overwritten`, 'name another file');
		}

		checkRoom(path, file);
		removeLeftovers(file);
		createFile(unfinished);
		const source = await copyPages(path, unfinished);
		markCopy(unfinished, now);
		const rows = await verify(unfinished, source);
		chmodSync(unfinished, 0o600);
		sync(unfinished);
		const bytes = statSync(unfinished).size;
		giveName(unfinished, file);
		sync(dirname(file));
		return {
			file, bytes, schema: source.schema, tables: source.counts.size, rows,
		};
	} catch (error) {
		if (error instanceof CopyFailed) {
			throw error;
		}

		throw new CopyFailed(...tellFailure(error, file), {cause: error});
	} finally {
		for (const ending of ['', '-journal', '-wal', '-shm']) {
			rmSync(`${unfinished}${ending}`, {force: true});
		}
	}
};
