import {
	closeSync,
	existsSync,
	linkSync,
	mkdirSync,
	openSync,
	unlinkSync,
} from 'node:fs';

/**
 Makes an empty file for this account alone, if it is not there. The file gets its name only after it was closed: closing a file drops every lock
 that this process (another thread of it) holds on it.
 */
export const createFile = (path: string): void => {
	if (existsSync(path)) {
		return;
	}

	const unnamed = `${path}.${crypto.randomUUID()}`;
	closeSync(openSync(unnamed, 'wx', 0o600));

	try {
		linkSync(unnamed, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
			throw error;
		}
	} finally {
		unlinkSync(unnamed);
	}
};

/** Makes the folder for this account alone, if it is not there. */
export const createFolder = (path: string): void => {
	mkdirSync(path, {recursive: true, mode: 0o700});
};
