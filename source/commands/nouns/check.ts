import {type CheckLine} from '../../app.js';
import {safeText} from '../../domain/safe-text.js';
import {exitCodes, type Command} from '../io/io.js';

/** Checks everything that the config names, a line each as it is known. */
export const check: Command = async (app, _words, _flags, output) => {
	const lines: CheckLine[] = [];
	await app.check(line => {
		lines.push(line);
		if (!output.isJson) {
			output.out(`${line.result.padEnd(7)}  ${safeText(line.subject, 80)}: ${safeText(line.message, 500)}`);
		}
	});
	if (output.isJson) {
		output.json({checks: lines});
	}

	return lines.some(({result}) => result === 'failed') ? exitCodes.failed : exitCodes.done;
};
