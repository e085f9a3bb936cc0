import {type Command} from './io/io.js';
import {status} from './nouns/status.js';

/** The console; where no person sits at a terminal, its first view once. */
export const openConsole: Command = async (app, words, flags, output) => {
	if (output.io.isTerminal && !output.isJson) {
		return output.io.openConsole(app, flags);
	}

	const exitCode = await status(app, words, flags, output);
	if (!output.isJson) {
		output.out('This is no terminal: for the console start `cronsole` in one (over ssh: ssh -t HOST cronsole).');
	}

	return exitCode;
};
