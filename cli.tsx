#!/usr/bin/env node
import module from 'node:module';
import {type App} from './source/app.js';
import {type Flags} from './source/commands/words/flags.js';
import {type Io, type Signal} from './source/commands/io/io.js';
import {systemClock} from './source/domain/clock.js';

// Before anything is loaded that an older Node could not even read.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
	process.stderr.write(`cronsole needs Node.js 22.19 or newer; ${process.execPath} is ${process.versions.node}
install a newer Node.js, or start cronsole with one: /path/to/node ${process.argv[1]}
`);
	process.exit(2);
}

// For objects that live a moment V8 keeps up to 32 MiB, whether anything is done or not. A daemon waits most of its life: it keeps 1 MiB and collects more often, some 4 % of its CPU at work.
// undici's parser of HTTP is WebAssembly: compiled with every optimization after some answers it is no faster that one could measure, and leaves 14 MiB behind in the thread that did it.
if (process.argv.includes('--daemon')) {
	process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1 --no-wasm-tier-up --no-wasm-dynamic-tiering');
}

// Everything is loaded when it is needed: `--help` opens no database, a daemon never loads Ink.
module.enableCompileCache?.();
const {run} = await import('./source/commands/main.js');

const version = process.env.CRONSOLE_VERSION ?? 'development';

// The console hears of a terminal that is gone by itself, and hands over before it ends.
let hasConsole = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (hasConsole) {
		return;
	}

	// A reader that went away (`cronsole vm list | head`) is no error.
	if (error.code === 'EPIPE') {
		process.exit(process.argv.includes('--daemon') ? 1 : 0);
	}

	process.stderr.write(`standard output cannot be written (${error.code})\nsee that its disk has space left\n`);
	process.exit(1);
});

const readStdin: Io['readStdin'] = async most => {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of process.stdin) {
		parts.push(part as Buffer);
		length += (part as Buffer).length;
		if (length > most) {
			break;
		}
	}

	return Buffer.concat(parts);
};

const ask: Io['ask'] = async question => new Promise(resolve => {
	const {createInterface} = process.getBuiltinModule('node:readline');
	const terminal = createInterface({input: process.stdin, output: process.stderr});
	terminal.once('close', () => {
		process.stderr.write('\n');
		resolve('');
	});
	terminal.once('SIGINT', () => {
		terminal.close();
		process.kill(process.pid, 'SIGINT');
	});
	terminal.question(question, line => {
		terminal.removeAllListeners('close');
		terminal.close();
		resolve(line);
	});
});

const printStatus = async (app: App, flags: Flags): Promise<number> => {
	const [{status}, {createOutput}] = await Promise.all([import('./source/commands/nouns/status.js'), import('./source/commands/io/io.js')]);
	return status(app, [], flags, createOutput(io, false));
};

const openConsole: Io['openConsole'] = async (app, flags) => {
	hasConsole = process.stdout.isTTY;
	const {openConsole: open} = await import('./source/tui/open-console.js');
	return open(app, {
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		mode: flags.watch === true ? 'watch' : (flags.lead === true ? 'lead' : 'auto'),
		isPlain: flags.plain === true,
		isAscii: flags.ascii === true,
		isDemo: flags.demo === true,
		printStatus: async () => printStatus(app, flags),
		async runCommand(words, ways) {
			const {createRunInside} = await import('./source/commands/run-inside.js');
			return createRunInside(app, io)(words, ways);
		},
		async startLeading() {
			const {startWorker} = await import('./source/app/start-worker.js');
			return startWorker({config: app.settings().file, database: flags.database, actor: app.actor});
		},
	});
};

const io: Io = {
	stdout(text) {
		process.stdout.write(text);
	},
	stderr(text) {
		process.stderr.write(text);
	},
	readStdin,
	ask,
	env: process.env,
	get isTerminal() {
		return process.stdin.isTTY && process.stdout.isTTY;
	},
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
				const [{daemon}, {createOutput}] = await Promise.all([import('./source/commands/daemon.js'), import('./source/commands/io/io.js')]);
				return daemon(app, [], flags, createOutput(io, false));
			},
		});
	},
};

process.exitCode = await run(process.argv.slice(2), io);
