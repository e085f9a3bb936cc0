import {decodeText, readText} from '../../config/read-text.js';
import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';
import {type Output} from './io.js';

const longest = 1024 * 1024;

/** The text of `--file`, `-` being standard input; `what` is said of it in refusals: `order`. */
export const readInput = async (file: string | undefined, {what, name}: {readonly what: string; readonly name: string}, {io}: Output): Promise<string> => {
	if (file === undefined && io.isTerminal) {
		throw new Refused('invalid', `there is no ${what}`, `write --file ${name}, or --file - and the ${what} on standard input`);
	}

	const isFile = file !== undefined && file !== '-';
	const read = isFile ? readText(file, longest) : decodeText(await io.readStdin(longest), longest);
	if ('problem' in read) {
		throw new Refused('invalid', `the ${what}${isFile ? ` ${safeText(file, 200)}` : ''}: ${read.problem}`, `write --file ${name}, or --file - for standard input`);
	}

	return read.text;
};
