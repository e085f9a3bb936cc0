import {existsSync} from 'node:fs';
import {
	link,
	lstat,
	open,
	readdir,
	rename,
	rm,
} from 'node:fs/promises';
import path from 'node:path';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';

const toRefusal = (file: string, error: unknown): unknown => {
	const {code} = error as NodeJS.ErrnoException;
	if (code === undefined || error instanceof Refused) {
		return error;
	}

	return code === 'EEXIST'
		? new Refused('conflict', `${safeText(file, 300)} is there already: it was not touched`, 'name another file')
		: new Refused('invalid', `${safeText(file, 300)} cannot be written (${code})`, code === 'ENOSPC' ? 'free some space, or name a file on another disk' : 'name a new file in a folder that you may write to');
};

const isThere = async (file: string): Promise<boolean> => {
	try {
		await lstat(file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return false;
		}

		throw error;
	}
};

/** What processes left behind that were killed here, and what one of this number did. */
const removeLeftovers = async (folder: string): Promise<void> => {
	for (const name of await readdir(folder)) {
		const {pid} = /^\.cronsole-(?<pid>\d+)\.unfinished$/.exec(name)?.groups ?? {};
		if (pid !== undefined && (pid === String(process.pid) || !existsSync(`/proc/${pid}`))) {
			await rm(path.join(folder, name), {force: true});
		}
	}
};

/**
 Writes a text into a new file for this account alone, which has its name only once it is whole and on the disk. The text is asked for when it is
 sure that it can be written. Throws `Refused` where there is such a file, or none can be made.
 */
export const writeNewFile = async (file: string, makeText: () => Promise<string>): Promise<void> => {
	// Short and of its own: whatever the name, this one fits where that fits.
	const unfinished = path.join(path.dirname(file), `.cronsole-${process.pid}.unfinished`);
	let isOurs = false;
	try {
		if (await isThere(file)) {
			throw Object.assign(new Error('it is there'), {code: 'EEXIST'});
		}

		await removeLeftovers(path.dirname(file));
		const opened = await open(unfinished, 'wx', 0o600);
		isOurs = true;
		try {
			await opened.writeFile(await makeText());
			await opened.sync();
		} finally {
			await opened.close();
		}

		// A file system without links, as on a stick, takes another way; one that is there is never replaced by a link.
		await link(unfinished, file).catch(async (error: unknown) => {
			const {code} = error as NodeJS.ErrnoException;
			if (code !== 'EPERM' && code !== 'ENOTSUP') {
				throw error;
			}

			await rename(unfinished, file);
		});
	} catch (error) {
		throw toRefusal(file, error);
	} finally {
		await (isOurs && rm(unfinished, {force: true}));
	}
};
