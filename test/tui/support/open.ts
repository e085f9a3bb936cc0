import {PassThrough} from 'node:stream';
import {onTestFinished} from 'vitest';
import {type App} from '../../../source/app.js';
import {createRunInside} from '../../../source/commands/run-inside.js';
import {openConsole, type ConsoleOptions} from '../../../source/tui/open-console.js';
import {insideIo} from '../../commands/inside.js';
import {createFakeTerminal, type FakeTerminal} from './fake-terminal.js';

export type Opened = FakeTerminal & {
	/** Settles with the exit code. */
	readonly code: Promise<number>;
	readonly stderr: () => string;
	readonly schedulers: ReadonlyArray<{readonly isStopped: boolean}>;
	/** The scheduler that was started last is over, and nobody told it to. */
	readonly lose: (reason: string) => void;
};

/** Opens the console on a terminal in memory; its scheduler only notes that it was started and stopped. */
export const open = (app: App, {size = {columns: 120, rows: 40}, ...more}: Partial<ConsoleOptions> & {readonly size?: {readonly columns: number; readonly rows: number}} = {}): Opened => {
	const terminal = createFakeTerminal(size);
	const errors: string[] = [];
	const stderr = new PassThrough();
	stderr.on('data', (chunk: Uint8Array) => {
		errors.push(chunk.toString());
	});
	const schedulers: Array<{isStopped: boolean}> = [];
	let ended = Promise.withResolvers<string>();
	const code = openConsole(app, {
		runCommand: createRunInside(app, insideIo),
		mode: 'watch', isPlain: false, isAscii: false, isDemo: false, env: {TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '1'}, stdin: terminal.stdin, stdout: terminal.stdout, stderr,
		async startLeading() {
			const scheduler = {isStopped: false};
			schedulers.push(scheduler);
			ended = Promise.withResolvers<string>();
			return {
				ended: ended.promise,
				isLeading: () => !scheduler.isStopped,
				async stop() {
					scheduler.isStopped = true;
				},
			};
		},
		...more,
	});
	let isOver = false;
	void code.finally(() => {
		isOver = true;
	});
	onTestFinished(async () => {
		if (isOver) {
			return;
		}

		terminal.stdout.emit('error', new Error('the test is over'));
		await code;
	});
	return {
		...terminal, code, stderr: () => errors.join(''), schedulers,
		lose(reason) {
			ended.resolve(reason);
		},
	};
};
