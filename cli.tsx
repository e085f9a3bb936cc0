#!/usr/bin/env node
import module from 'node:module';
import {createInterface} from 'node:readline/promises';
import {run} from './source/commands/main.js';
import {type Io, type Signal} from './source/commands/io.js';
import {systemClock} from './source/domain/clock.js';

// Everything is loaded when it is needed: `--help` opens no database, a daemon never loads Ink.
module.enableCompileCache?.();

const version = process.env.CRONSOLE_VERSION ?? 'development';

/** A reader that went away (`cronsole vm list | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') {
		process.exit(0);
	}
});

const readAll = async (): Promise<string> => {
	const parts: Buffer[] = [];
	for await (const part of process.stdin) {
		parts.push(part as Buffer);
	}

	return Buffer.concat(parts).toString('utf8');
};

const ask = async (question: string): Promise<string> => {
	const terminal = createInterface({input: process.stdin, output: process.stderr});
	try {
		return await terminal.question(question);
	} finally {
		terminal.close();
	}
};

const openConsole: Io['openConsole'] = async (app, flags) => {
	const [{openConsole: open}, {startWorker}] = await Promise.all([import('./source/tui/open-console.js'), import('./source/app/start-worker.js')]);
	return open(app, {
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		mode: flags.watch === true ? 'watch' : (flags.lead === true ? 'lead' : 'auto'),
		isPlain: flags.plain === true,
		isAscii: flags.ascii === true,
		isDemo: flags.demo === true,
		startLeading: async () => startWorker({config: app.settings().file, database: flags.database, actor: app.actor}),
	});
};

const io: Io = {
	stdout(text) {
		process.stdout.write(text);
	},
	stderr(text) {
		process.stderr.write(text);
	},
	readStdin: readAll,
	ask,
	env: process.env,
	isTerminal: process.stdin.isTTY && process.stdout.isTTY,
	version,
	clock: systemClock,
	onSignal(heard) {
		const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
		for (const signal of signals) {
			process.on(signal, heard);
		}

		return () => {
			for (const signal of signals) {
				process.off(signal, heard);
			}
		};
	},
	async openApp(options) {
		const {openApp} = await import('./source/app.js');
		return openApp(options);
	},
	openConsole,
	async runDemo(flags, actor) {
		const {runDemo} = await import('./source/demo/run-demo.js');
		return runDemo({
			flags, actor, openConsole,
			async runDaemon(app) {
				const [{daemon}, {createOutput}] = await Promise.all([import('./source/commands/daemon.js'), import('./source/commands/io.js')]);
				return daemon(app, [], flags, createOutput(io, false));
			},
		});
	},
};

process.exitCode = await run(process.argv.slice(2), io);
