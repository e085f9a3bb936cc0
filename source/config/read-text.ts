import {closeSync, openSync, readSync} from 'node:fs';

/** A text from outside, or why there is none, for people. */
export type ReadText = {readonly text: string} | {readonly problem: string};

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file', EACCES: 'it may not be read by this user', EISDIR: 'it is a folder', ENAMETOOLONG: 'no file has such a long name', ERR_INVALID_ARG_VALUE: 'no file has such a name',
};

const sizeText = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

/** The text of bytes that must be UTF-8, at most so many of them; a byte order mark is no part of it. */
export const decodeText = (bytes: Uint8Array, most: number): ReadText => {
	if (bytes.length > most) {
		return {problem: `it is longer than ${sizeText(most)}`};
	}

	try {
		return {text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)};
	} catch {
		return {problem: 'it is not UTF-8'};
	}
};

/** Reads a file or pipe as `decodeText` does, and never more of it than that. */
export const readText = (file: string, most: number): ReadText => {
	const parts: Buffer[] = [];
	let length = 0;
	let descriptor: number | undefined;
	try {
		descriptor = openSync(file, 'r');
		for (let count = -1; count !== 0 && length <= most; length += count) {
			const part = Buffer.alloc(65_536);
			count = readSync(descriptor, part);
			parts.push(part.subarray(0, count));
		}
	} catch (error) {
		const {code = 'it is unreadable'} = error as NodeJS.ErrnoException;
		return {problem: reasons[code] ?? `it cannot be read (${code})`};
	} finally {
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	}

	return decodeText(Buffer.concat(parts), most);
};
