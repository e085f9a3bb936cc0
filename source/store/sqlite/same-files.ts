import {
	openSync,
	readSync,
	realpathSync,
	statSync,
} from 'node:fs';
import {dirname} from 'node:path';
import {StoreUnusable} from '../store.js';

const identify = (path: string): string | null => {
	const stats = statSync(path, {throwIfNoEntry: false});
	return stats ? `${stats.dev}:${stats.ino}` : null;
};

/** A change of the folder that is younger may not be the last of its time: file systems count in ticks of some milliseconds. */
const settledMs = 100;

/**
 Throws once the database is not the file any more that was opened: what is written into a file without a name is lost.
 Whatever takes a file away or puts another in its place changes the folder, so only then the files themselves are looked at: to ask for the times of the
 WAL before each commit would have each commit write them down too.
 */
export const createFileCheck = (path: string): (() => void) => {
	const files = ['', '-wal'].map(ending => `${realpathSync(path)}${ending}`);
	const folder = dirname(files[0]!);
	const opened = files.map(file => identify(file));
	let settled: string | undefined;

	return () => {
		const stats = statSync(folder, {throwIfNoEntry: false});
		const present = stats && `${stats.dev}:${stats.ino}:${stats.ctimeMs}`;
		if (present !== undefined && present === settled) {
			return;
		}

		if (files.some((file, index) => identify(file) !== opened[index])) {
			throw new StoreUnusable(
				`The database ${path} was removed or replaced while this cronsole had it open.`,
				'Stop every cronsole, put the right file in its place without a -wal and -shm beside it, and start again.',
			);
		}

		settled = stats && Date.now() - stats.ctimeMs > settledMs ? present : undefined;
	};
};

/** Closing a file would drop the locks that this process, another thread of it too, has on it: what was opened here stays open. */
const kept = new Map<string, number>();

/** Whether the file says of itself that it has no WAL, as each copy that cronsole makes: SQLite writes that it has one before it begins one. */
const isWithoutWal = (path: string): boolean => {
	const file = identify(path)!;
	const opened = kept.get(file) ?? openSync(path, 'r');
	kept.set(file, opened);
	const version = Buffer.alloc(1);
	return readSync(opened, version, 0, 1, 18) === 1 && version[0] === 1;
};

/** A copy that was put in the place of a database beside the WAL of that one: SQLite would take what stands there for changes of the copy. */
export const refuseForeignWal = (path: string): void => {
	const file = realpathSync(path);
	if ((statSync(`${file}-wal`, {throwIfNoEntry: false})?.size ?? 0) > 0 && isWithoutWal(file)) {
		throw new StoreUnusable(
			`Beside the database ${path} lies a -wal that is not its own: it belongs to the file that was there before.`,
			`Stop every cronsole, move ${path}-wal and ${path}-shm away, and start again.`,
		);
	}
};
