import {answerAtOnce, beforeEnd} from './answer-at-once.js';
import {createOutput, exitCodes, type Io} from './io/io.js';

/** Does what a command line says; answers with the exit code and throws nothing. */
export const run = async (argv: readonly string[], io: Io): Promise<number> => {
	if (answerAtOnce(argv, io)) {
		return exitCodes.done;
	}

	const {runCall} = await import('./run-call.js');
	return runCall(argv, createOutput(io, beforeEnd(argv).includes('--json')));
};
