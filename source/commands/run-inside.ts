import {statSync} from 'node:fs';
import {type App} from '../app.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {answerAtOnce, beforeEnd} from './answer-at-once.js';
import {commands, type BareVerb} from './commands.js';
import {reportFailure} from './report-failure.js';
import {
	type FlagName,
	flagNames,
	type Flags,
	flagText,
} from './words/flags.js';
import {
	createOutput,
	exitCodes,
	type Command,
	type Io,
	type Output,
} from './io/io.js';
import {parseArguments} from './words/parse.js';
import {readVerb} from './read-verb.js';
import {readWait} from './words/read-words.js';

/** What the console hands in with a command: how to ask on its screen (null: cancelled), and when it is left. */
type Ways = {readonly ask: (question: string) => Promise<string | null>; readonly signal: AbortSignal};

type Said = {readonly code: number; readonly out: string; readonly err: string};

const another = 'leave the console (q) and start cronsole with it';

/** Flags that mean another session or another way to run, with what to do instead. */
const instead: Readonly<Partial<Record<FlagName, string>>> = {
	config: another,
	database: another,
	as: another,
	readOnly: another,
	watch: another,
	lead: another,
	plain: another,
	ascii: another,
	demo: another,
	daemon: another,
	metrics: another,
	intake: another,
	runTask: 'write task run NAME: the leader runs it',
	task: 'write task run NAME: the leader runs it',
	clearLocks: 'write lock clear, or lock clear NAME',
	list: 'write task list',
};

const refuseFlags = (flags: Flags): void => {
	const name = flagNames.find(flag => flags[flag] !== undefined && instead[flag] !== undefined);
	if (name !== undefined) {
		throw new Refused('invalid', `${flagText(name)} does not go with a command inside the console`, instead[name]!);
	}
};

const bareVerbs: Readonly<Record<BareVerb, string>> = {init: 'run `cronsole init FILE` on a command line'};

/** What cannot be looked at cannot be read either, and whoever tries says why. */
const isEndless = (file: string): boolean => {
	try {
		const stats = statSync(file);
		return !stats.isFile() && !stats.isDirectory();
	} catch {
		return false;
	}
};

/** Reading holds the whole console up, so it must have an end: a pipe, a device and this terminal have none. */
const refuseEndless = ({file}: Flags): void => {
	if (file !== undefined && file !== '-' && isEndless(file)) {
		throw new Refused('invalid', `--file ${safeText(file, 200)} is no plain file: the console reads no others`, 'write it into one, or run the command on a command line');
	}
};

/** The command that these words are, with what it takes. Refuses what makes no sense inside the console. */
const readCommand = async (argv: readonly string[], isReadOnly: boolean): Promise<{readonly command: Command; readonly words: readonly string[]; readonly flags: Flags}> => {
	const call = await parseArguments(argv);
	const {flags} = call;
	refuseFlags(flags);
	readWait(flags);
	if (call.words.length === 0) {
		throw new Refused('invalid', flags.force ? '--force runs nothing inside the console' : 'there is no command', flags.force ? 'write task run NAME, one task after the other' : 'write one, or a few of its letters');
	}

	const {verb: {name}, words} = readVerb(isReadOnly ? {...call, flags: {...flags, readOnly: true}} : call);
	if (name === 'init') {
		throw new Refused('invalid', `${name} is not for a console that has its config`, bareVerbs[name]);
	}

	refuseEndless(flags);
	if (flags.follow) {
		throw new Refused('invalid', '--follow has no end inside the console', 'press 6: the activity is followed there');
	}

	return {command: commands[name], words, flags};
};

const mostLines = 2000;
const mostInLine = 2000;

/** A line as it may stand on the screen; the spaces before it are its place in a table. */
const safeLine = (line: string): string => {
	const text = line.trimStart();
	return ' '.repeat(line.length - text.length) + safeText(text, mostInLine);
};

/** Takes up what is printed, as much of it as anybody would read. */
const createSheet = (): {readonly write: (text: string) => void; readonly text: () => string} => {
	const lines: string[] = [];
	let count = 0;
	return {
		write(text) {
			for (const line of text.replace(/\n$/, '').split('\n')) {
				count++;
				if (count <= mostLines) {
					lines.push(safeLine(line));
				}
			}
		},
		text: () => [...lines, ...count > mostLines ? [`and ${count - mostLines} more lines: a command line shows them all`] : []].join('\n'),
	};
};

/** The process as a command inside the console sees it: its words are taken up, its questions go to the screen. */
const createIo = (io: Io, print: Pick<Io, 'stdout' | 'stderr'>, {ask, signal}: Ways): Io => ({
	...io,
	...print,
	isTerminal: true,
	async readStdin() {
		throw new Refused('invalid', '--file - has no standard input inside the console', 'write --file PATH');
	},
	async ask(question) {
		const text = await ask(question);
		if (text === null) {
			throw new Refused('confirmation', 'cancelled: nothing was done', 'answer the question, or add --yes');
		}

		return text;
	},
	onSignal(heard) {
		const hear = (): void => {
			heard('SIGINT');
		};

		if (signal.aborted) {
			hear();
		}

		signal.addEventListener('abort', hear);
		return () => {
			signal.removeEventListener('abort', hear);
		};
	},
});

/** For people: nobody reads one long line of JSON on a screen. */
const createInsideOutput = (io: Io, isJson: boolean): Output => ({
	...createOutput(io, isJson),
	json(value) {
		io.stdout(`${JSON.stringify(value, null, '  ')}\n`);
	},
});

/** Runs words on the app of the console as the command line would run them on one of its own. Throws nothing, and never closes the app. */
export const createRunInside = (app: App, outer: Io) => async (argv: readonly string[], ways: Ways): Promise<Said> => {
	const [printed, told] = [createSheet(), createSheet()];
	const io = createIo(outer, {stdout: printed.write, stderr: told.write}, ways);
	const output = createInsideOutput(io, beforeEnd(argv).includes('--json'));
	const run = async (): Promise<number> => {
		if (answerAtOnce(argv, io)) {
			return exitCodes.done;
		}

		const {command, words, flags} = await readCommand(argv, app.isReadOnly);
		return command(app, words, flags, output);
	};

	let code: number;
	try {
		code = await run();
	} catch (error) {
		code = reportFailure(error, output);
	}

	return {code, out: printed.text(), err: told.text()};
};
