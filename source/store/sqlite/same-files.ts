import {
	openSync,
	readSync,
	realpathSync,
	statSync,
} from 'node:fs';
import {StoreUnusable} from '../store.js';

const identify = (path: string): string | null => {
	const stats = statSync(path, {throwIfNoEntry: false});
	return stats ? `${stats.dev}:${stats.ino}` : null;
};

/** Throws once the database is not the file any more that was opened: what is written into a file without a name is lost. */
export const createFileCheck = (path: string): (() => void) => {
	const files = ['', '-wal'].map(ending => `${realpathSync(path)}${ending}`);
	const opened = files.map(file => identify(file));

	return () => {
		if (files.some((file, index) => identify(file) !== opened[index])) {
			throw new StoreUnusable(
				`The database ${path} was removed or replaced while this cronsole had it open.`,
				'Stop every cronsole, put the right file in its place without a -wal and -shm beside it, and start again.',
			);
		}
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
