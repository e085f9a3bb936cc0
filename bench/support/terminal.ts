import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import xterm from '@xterm/headless';
import {cpuOf, mostMemoryOf} from './process-cost.js';

const size = {cols: 120, rows: 40} as const;
const longestMs = 15_000;
const longestEndMs = 5000;

/** Whether the screen, its rows as text, shows what is waited for. */
export type Shows = (lines: readonly string[]) => boolean;

/** A program on a pseudo terminal of its own: keys go in, and what it writes is read as a terminal reads it. */
export type OnTerminal = {
	/** From its start until its screen showed what was waited for. */
	readonly startMs: number;
	readonly lines: () => readonly string[];
	/** Bytes that it has written. */
	readonly bytes: () => number;
	/** Seconds of a core that it has used. */
	readonly cpu: () => number;
	/** The most memory that it has used. */
	readonly mib: () => number;
	readonly send: (keys: string) => void;
	/** How long it takes from what is done to what the screen shows then, in ms. */
	readonly timeTo: (shows: Shows, does: () => void) => Promise<number>;
	/** Ended as by a person, so that the next start finds what this one compiled. */
	readonly end: () => Promise<void>;
};

/** `script` gives a command a terminal, and says its pid first. */
const spawnOn = (command: string, read: (part: Uint8Array) => void) => {
	const child = spawn('script', ['-qfec', `stty cols ${size.cols} rows ${size.rows}; echo pid=$$; exec ${command}`, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'ignore'], env: {...process.env, TERM: 'xterm-256color', CI: undefined},
	});
	child.stdout.on('data', read);
	return {stdin: child.stdin, ended: once(child, 'close'), kill: () => child.kill()};
};

/** Words for a shell that start a Node program. */
export const nodeCommand = (...words: readonly string[]): string => [process.execPath, ...words].map(word => `'${word}'`).join(' ');

/** Starts a command on a terminal; settles when its screen shows what is waited for. */
export const startOnTerminal = async (command: string, shows: Shows): Promise<OnTerminal> => {
	const terminal = new xterm.Terminal({...size, allowProposedApi: true});
	const lines = () => Array.from({length: size.rows}, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '');
	let bytes = 0;
	let look = (): void => undefined;

	const timeTo = async (looked: Shows, does: () => void): Promise<number> => new Promise((resolve, reject) => {
		const begin = performance.now();
		const tooLong = setTimeout(() => {
			look = () => undefined;
			reject(new Error(`${command} did not show what was waited for:\n${lines().join('\n')}`));
		}, longestMs);
		look = () => {
			if (!looked(lines())) {
				return;
			}

			look = () => undefined;
			clearTimeout(tooLong);
			resolve(performance.now() - begin);
		};

		does();
	});

	let child: ReturnType<typeof spawnOn> | undefined;
	let head = '';
	const startMs = await timeTo(shows, () => {
		child = spawnOn(command, part => {
			bytes += part.length;
			head += head.length < 100 ? String(part) : '';
			terminal.write(part, () => {
				look();
			});
		});
	});
	const {stdin, ended, kill} = child!;
	const pid = Number(/pid=(\d+)/.exec(head)![1]);

	return {
		startMs,
		lines,
		bytes: () => bytes,
		cpu: () => cpuOf(pid),
		mib: () => mostMemoryOf(pid),
		send(keys) {
			stdin.write(keys);
		},
		timeTo,
		async end() {
			stdin.write('qqq\n');
			await Promise.race([ended, sleep(longestEndMs)]);
			kill();
		},
	};
};
