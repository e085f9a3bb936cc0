import {spawn} from 'node:child_process';
import {program, until} from '../support/program.js';

/** A console on a pseudo terminal of its own. */
export type OnTerminal = {
	/** The console's own. */
	readonly pid: number;
	/** What it wrote so far, as it was written. */
	readonly written: () => string;
	readonly kill: (signal: NodeJS.Signals) => void;
	/** The terminal goes, as when its window is closed: whoever is on it is hung up on. */
	readonly close: () => void;
	/** Resolves when neither the console nor its terminal is there any more. */
	readonly ended: Promise<void>;
};

/** Starts a console; `script` holds the other side of its terminal. */
export const openConsole = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<OnTerminal> => {
	const words = [process.execPath, program, ...args].map(word => `'${word}'`).join(' ');
	const holder = spawn('script', ['-qfec', `stty cols 120 rows 40; echo pid=$$; exec ${words}`, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'ignore'],
		env: {
			PATH: process.env.PATH, HOME: process.env.HOME, USER: 'tester', LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env,
		},
	});
	let text = '';
	holder.stdin.on('error', () => undefined);
	holder.stdout.setEncoding('utf8').on('data', (part: string) => {
		text += part;
	});
	const ended = new Promise<void>(resolve => {
		holder.once('close', () => {
			resolve();
		});
	});
	const pid = await until('the console\'s pid', () => Number(/pid=(\d+)\r?\n/.exec(text)?.[1] ?? 0) || undefined, 10_000, 5);
	return {
		pid,
		written: () => text,
		kill(signal) {
			try {
				process.kill(pid, signal);
			} catch {
				// It is gone already.
			}
		},
		close() {
			holder.kill('SIGKILL');
		},
		ended,
	};
};
