import {type App, type AppOptions} from '../../app.js';
import {type Actor} from '../../domain/activity.js';
import {type Clock} from '../../domain/clock.js';
import {safeLine} from '../../domain/safe-text.js';
import {type Flags} from '../words/flags.js';

/** The signals that end or change a process. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What only the process knows; handed to the commands. */
export type Io = {
	readonly stdout: (text: string) => void;
	readonly stderr: (text: string) => void;
	/** Standard input to its end, or to a little more than so many bytes. */
	readonly readStdin: (most: number) => Promise<Uint8Array>;
	/** Asks on the terminal; the line that was typed, empty at its end. */
	readonly ask: (question: string) => Promise<string>;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Whether a person sits at both ends. */
	readonly isTerminal: boolean;
	readonly version: string;
	readonly clock: Clock;
	/** Hears signals instead of being ended by them, until the answer is called. */
	readonly onSignal: (heard: (signal: Signal) => void) => () => void;
	readonly openApp: (options: AppOptions) => Promise<App>;
	readonly openConsole: (app: App, flags: Flags) => Promise<number>;
	readonly runDemo: (flags: Flags, actor: Actor) => Promise<number>;
};

/** Where a command's words go. */
export type Output = {
	/** For people: whatever is in it, a terminal is safe from it. */
	readonly out: (line: string) => void;
	/** For programs, as it is: CSV, HTML. */
	readonly data: (text: string) => void;
	readonly err: (line: string) => void;
	/** The one object of `--json`. */
	readonly json: (value: unknown) => void;
	readonly isJson: boolean;
	readonly now: () => number;
	readonly io: Io;
};

/** A command: its words are what follows the verb. Answers with the exit code; what is refused is thrown. */
export type Command = (app: App, words: readonly string[], flags: Flags, output: Output) => Promise<number>;

/** A command that needs no app, and so no config and no database. */
export type BareCommand = (words: readonly string[], flags: Flags, output: Output) => Promise<number>;

/** Exit codes; an interrupted one is 128 and the signal's number. */
export const exitCodes = {
	done: 0, failed: 1, refused: 2, noDatabase: 69, held: 75, SIGHUP: 129, SIGINT: 130, SIGTERM: 143,
} as const;

export const createOutput = (io: Io, isJson: boolean): Output => ({
	out(line) {
		io.stdout(`${safeLine(line)}\n`);
	},
	data(text) {
		io.stdout(`${text}\n`);
	},
	err(line) {
		io.stderr(`${safeLine(line)}\n`);
	},
	json(value) {
		io.stdout(`${JSON.stringify(value)}\n`);
	},
	isJson,
	now: () => io.clock.now(),
	io,
});
