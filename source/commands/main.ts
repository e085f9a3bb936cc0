import {helpText} from './help.js';
import {createOutput, exitCodes, type Io} from './io.js';

/** Does what a command line says; answers with the exit code and throws nothing. */
export const run = async (argv: readonly string[], io: Io): Promise<number> => {
	const end = argv.indexOf('--');
	const said = end === -1 ? argv : argv.slice(0, end);
	// Before anything is loaded: these two must be there at once.
	if (said.includes('--help') || said.includes('-h') || said[0] === 'help') {
		io.stdout(helpText(said));
		return exitCodes.done;
	}

	const isJson = said.includes('--json');
	if (said.includes('--version')) {
		io.stdout(`${isJson ? JSON.stringify({version: io.version}) : io.version}\n`);
		return exitCodes.done;
	}

	const {runCall} = await import('./run-call.js');
	return runCall(argv, createOutput(io, isJson));
};
