import {ConfigInvalid} from '../config.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {exitCodes, type Output} from './io/io.js';

type Failure = {readonly exitCode: number; readonly code: string; readonly lines: readonly string[]; readonly hint: string};

// A face knows nothing of stores and clients: their errors are told by their names, and may bring their own second line.
const byName: Readonly<Record<string, Pick<Failure, 'exitCode' | 'code'> & {readonly hint?: string}>> = {
	StoreUnusable: {exitCode: exitCodes.noDatabase, code: 'database'},
	UnsupportedDatabase: {exitCode: exitCodes.refused, code: 'invalid'},
	CopyFailed: {exitCode: exitCodes.failed, code: 'copy'},
	TemplateFailed: {exitCode: exitCodes.failed, code: 'template', hint: 'mend the template, then preview it again; messages that need it wait'},
};

const hintOf = (error: unknown): string => typeof error === 'object' && error !== null && 'hint' in error && typeof error.hint === 'string' ? error.hint : 'see `cronsole check`';

const describe = (error: unknown): Failure => {
	if (error instanceof Refused) {
		return {
			exitCode: error.code === 'held' ? exitCodes.held : exitCodes.refused, code: error.code, lines: [error.message], hint: error.hint,
		};
	}

	if (error instanceof ConfigInvalid) {
		return {
			exitCode: exitCodes.refused, code: 'config', lines: error.problems, hint: 'mend the config, then look at it with `cronsole check`; nothing was done',
		};
	}

	const message = error instanceof Error ? error.message : String(error);
	const known = error instanceof Error ? byName[error.name] : undefined;
	if (known) {
		return {hint: hintOf(error), ...known, lines: [message]};
	}

	return {
		exitCode: exitCodes.failed, code: 'failed', lines: [message === '' ? 'it failed without a word' : message],
		hint: 'see `cronsole status` and `cronsole activity` for what was done before it failed',
	};
};

const most = 4000;

/** Says on standard error what is wrong and what to do, and with `--json` as an object on standard output too, where a script looks; answers with the exit code. */
export const reportFailure = (error: unknown, output: Output): number => {
	const {exitCode, code, ...said} = describe(error);
	const lines = said.lines.map(line => safeText(line, most));
	const hint = safeText(said.hint, most);
	if (output.isJson) {
		output.json({error: {code, message: lines.join('\n'), hint}});
	}

	for (const line of [...lines, hint]) {
		output.err(line);
	}

	return exitCode;
};
