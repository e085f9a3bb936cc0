import {Buffer} from 'node:buffer';
import {isatty} from 'node:tty';

type Environment = Readonly<Record<string, string | undefined>>;

export type Streams = {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WritableStream;
};

/**
 Whether the terminal breaks a line that is too long. Terminals dispute the width of some letters (Thai, Hindi, emoji with a skin): such a line may be longer than
 was thought, and broken it would push all below it down.
 */
export const lineBreaks = {off: '\u{1B}[?7l', on: '\u{1B}[?7h'} as const;

/** Whether a screen can be drawn here. Ink's own answer would also look at CI, which says nothing about the terminal. */
export const isInteractive = ({stdin, stdout}: Pick<Streams, 'stdin' | 'stdout'>, environment: Environment): boolean => {
	const terminal = environment.TERM ?? '';
	return stdin.isTTY && stdout.isTTY && terminal !== '' && terminal !== 'dumb';
};

/** Whether lines that are only ever added are wished instead of a screen. */
export const wantsPlain = (environment: Environment, isPlain: boolean): boolean => isPlain || (environment.ACCESSIBLE ?? '') !== '';

/** Whether the terminal behind the streams is gone: its window closed, its ssh connection dropped. */
export const isGone = ({stdin, stdout}: Pick<Streams, 'stdin' | 'stdout'>): boolean => {
	if (stdin.destroyed || stdout.destroyed) {
		return true;
	}

	// After a hang-up the descriptor is no terminal any more. What never had one cannot lose it.
	const {fd} = stdout as {readonly fd?: number};
	return fd !== undefined && stdout.isTTY && !isatty(fd);
};

const longestCopy = 50_000;

/** Puts text into the clipboard of the terminal that the person sits at (OSC 52); inside tmux also past it. */
export const clipboardSequence = (text: string, environment: Environment): string => {
	const sequence = `\u{1B}]52;c;${Buffer.from(text.slice(0, longestCopy)).toString('base64')}\u{7}`;
	return (environment.TMUX ?? '') === '' ? sequence : `${sequence}\u{1B}Ptmux;${sequence.replaceAll('\u{1B}', '\u{1B}\u{1B}')}\u{1B}\\`;
};
