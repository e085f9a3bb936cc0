import path from 'node:path';
import {onTestFinished} from 'vitest';
import {openApp, type App} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {createRunInside} from '../../source/commands/run-inside.js';
import {type Io} from '../../source/commands/io/io.js';
import {systemClock} from '../../source/domain/clock.js';
import {type RunCommand} from '../../source/tui/run-command.js';
import {type Shell} from './shell.js';

const refuse = (): never => {
	throw new Error('not inside the console');
};

/** The process as commands inside the console see it: nothing in it is theirs. */
export const insideIo: Io = {
	stdout: refuse,
	stderr: refuse,
	readStdin: async () => refuse(),
	ask: async () => refuse(),
	env: {},
	isTerminal: true,
	version: '1.2.3',
	clock: systemClock,
	onSignal: refuse,
	openApp: async () => refuse(),
	openConsole: async () => refuse(),
	runDemo: async () => refuse(),
};

export type Inside = {
	readonly app: App;
	readonly run: RunCommand;
	/** Runs a line without quotes; nobody answers its questions. */
	readonly say: (line: string) => ReturnType<RunCommand>;
};

/** The console's app beside a shell, and what runs commands in it. */
export const openInside = async ({file, folder}: Shell, isReadOnly = false): Promise<Inside> => {
	const settings = await loadSettings({file, env: {HOME: folder, XDG_STATE_HOME: path.join(folder, 'state')}});
	const app = await openApp({settings, actor: {name: 'ben', address: null}, isReadOnly});
	onTestFinished(async () => app.close());
	const run: RunCommand = createRunInside(app, insideIo);
	return {
		app, run,
		say: async line => run(line.split(' ').filter(word => word !== ''), {ask: async () => null, signal: new AbortController().signal}),
	};
};
