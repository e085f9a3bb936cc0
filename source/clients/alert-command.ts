import {safeText} from '../domain/safe-text.js';
import {ClientError} from './client-error.js';
import {runChild} from './panel/child.js';
import {notStarted} from './panel/not-started.js';

const fault = (peer: string, what: string): ClientError => new ClientError(safeText(`${peer} ${what}`, 400), {peer, kind: 'transient', scope: 'cluster'});

/** Runs the operators' command with JSON on its standard input; after `timeoutMs` it is ended with all that it started. Throws `ClientError`. */
export const runAlertCommand = async ([file, ...args]: readonly string[], message: unknown, timeoutMs: number): Promise<void> => {
	if (file === undefined) {
		throw fault('`alerts.command`', 'is not in the config any more');
	}

	let lastWords = '';
	const end = await runChild({
		file, args, input: `${JSON.stringify(message)}\n`, timeoutMs, signal: new AbortController().signal, guard: () => undefined,
		onErrorLine(line) {
			lastWords = line;
		},
	});
	if (end.how === 'not-started') {
		throw notStarted(file, file, end.code);
	}

	if (end.how === 'late' || end.how === 'stopped') {
		throw fault(file, `did not end within ${timeoutMs / 1000} s and was ended`);
	}

	if (end.how === 'exited' && end.exitCode === 0) {
		return;
	}

	const how = end.how === 'killed' ? `was ended by ${end.signal}` : `ended with exit code ${end.exitCode}`;
	throw fault(file, lastWords === '' ? how : `${how}: ${lastWords}`);
};
