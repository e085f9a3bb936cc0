import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {render} from 'ink';
import {type App} from '../app.js';
import {systemClock, type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {Console} from './console.js';
import {createEnding, type End, type Ending} from './ending.js';
import {lookFirst} from './first-look.js';
import {createTimes} from './format.js';
import {
	createLeading,
	type Leading,
	type LeadingHandle,
	type LeadingMode,
} from './leading.js';
import {type Facts} from './panels/header.js';
import {runPlain, summaryLines} from './plain-console.js';
import {type RunCommand} from './run-command.js';
import {watchStops} from './stopping.js';
import {
	clipboardSequence,
	isInteractive,
	lineBreaks,
	wantsPlain,
	type Streams,
} from './terminal.js';
import {chooseTheme} from './theme.js';
import {thriftyOutput} from './thrifty-output.js';

export type ConsoleOptions = Streams & {
	readonly mode: LeadingMode;
	readonly isPlain: boolean;
	readonly isAscii: boolean;
	readonly isDemo: boolean;
	/** Starts a scheduler off this thread: a terminal that stops reading stops every timer of this one. */
	readonly startLeading: () => Promise<LeadingHandle>;
	/** Runs a verb on the app that is open. */
	readonly runCommand: RunCommand;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock?: Clock;
	/** Where this is, if not what the system says. */
	readonly facts?: Partial<Facts>;
	/** What is printed where no screen can be drawn; without it a summary of the first view. Answers the exit code. */
	readonly printStatus?: () => Promise<number>;
};

type Parts = {readonly app: App; readonly options: ConsoleOptions; readonly clock: Clock; readonly leading: Leading; readonly ending: Ending};

// Longer than any step's call may take; whatever is left then is adopted by whoever leads next.
const handOverMs = 20_000;

const writeLine = (stream: NodeJS.WritableStream, line: string): void => {
	stream.write(`${line}\n`);
};

const tell = (error: unknown, stderr: NodeJS.WritableStream): void => {
	writeLine(stderr, `cronsole: ${safeText(error instanceof Error ? error.message : String(error))}`);
	if (error instanceof Error && error.stack !== undefined) {
		for (const line of error.stack.split('\n').slice(1, 12)) {
			writeLine(stderr, safeText(line));
		}
	}
};

/** After the screen is restored: hands the work over in bounded time, says what went wrong, answers the exit code. */
const finish = async ({leading, ending, options: {stderr}}: Parts, {code, error}: End): Promise<number> => {
	if (leading.isStarted()) {
		if (leading.isLeading()) {
			writeLine(stderr, 'handing over');
		}

		try {
			const isStopped = await Promise.race([
				(async () => {
					await leading.stop();
					return true;
				})(),
				sleep(handOverMs, false, {ref: false}),
				(async () => {
					await ending.insisted;
					return false;
				})(),
			]);
			if (!isStopped) {
				writeLine(stderr, 'the work under way was left to whoever leads next');
			}
		} catch (stopError) {
			tell(stopError, stderr);
		}
	}

	if (error !== undefined) {
		tell(error, stderr);
	}

	ending.close();
	return code;
};

const drawConsole = async (parts: Parts): Promise<number> => {
	const first = await lookFirst(parts.app);
	const {app, options, clock, leading, ending} = parts;
	const {stdin, stdout, stderr, env, isAscii, isDemo, mode} = options;
	const redraw = (): void => {
		instance.clear();
		// Whatever another program wrote meanwhile goes too, and the cursor stands where Ink believes it to be.
		stdout.write('\u{1B}[2J\u{1B}[H');
		instance.rerender(element);
	};

	const element = (
		<Console
			app={app}
			clock={clock}
			theme={chooseTheme(env, isAscii)}
			times={createTimes(app.settings().timezone)}
			facts={{
				host: hostname(), pid: process.pid, folder: dirname(app.place), isDemo, ...options.facts,
			}}
			mode={mode}
			first={first}
			leading={leading}
			runCommand={options.runCommand}
			terminal={{
				quit() {
					ending.end({code: 0});
				},
				redraw,
				copy(text) {
					stdout.write(clipboardSequence(text, env));
				},
			}}
		/>
	);
	stdout.write(lineBreaks.off);
	const instance = render(element, {
		stdin, stdout: thriftyOutput(stdout), stderr, alternateScreen: true, incrementalRendering: true, interactive: true, patchConsole: false, exitOnCtrlC: false, maxFps: 30,
	});
	const watchInk = async (): Promise<void> => {
		try {
			await instance.waitUntilExit();
			ending.end({code: 0});
		} catch (error) {
			ending.end({code: 1, error});
		}
	};

	void watchInk();
	const unwatch = watchStops({stdin, stdout}, redraw);
	const end = await ending.first;
	unwatch();
	instance.unmount();
	stdout.write(lineBreaks.on);
	return finish(parts, end);
};

const printPlain = async (parts: Parts): Promise<number> => {
	const {app, options, clock, leading, ending} = parts;
	const over = new AbortController();
	const run = async (): Promise<void> => {
		try {
			await runPlain({
				app, clock, leading, times: createTimes(app.settings().timezone), mode: options.mode, signal: over.signal, print(line) {
					writeLine(options.stdout, line);
				},
			});
		} catch (error) {
			ending.end({code: 1, error});
		}
	};

	const running = run();
	const end = await ending.first;
	over.abort();
	await Promise.race([running, sleep(handOverMs, undefined, {ref: false})]);
	return finish(parts, end);
};

const printSummary = async (app: App, {stdout, stderr, printStatus}: ConsoleOptions): Promise<number> => {
	writeLine(stderr, 'the console needs a terminal: start `cronsole` on one (over ssh: `ssh -t`), or `cronsole --plain` for lines');
	if (printStatus) {
		return printStatus();
	}

	for (const line of summaryLines(await app.overview({vms: 50, installs: 50, activity: 0}))) {
		writeLine(stdout, line);
	}

	return 0;
};

/**
 The console until it is left: a screen, lines (`--plain`, `ACCESSIBLE=1`), or one summary where there is no terminal.
 The terminal is restored, and what was led is handed over, before it answers with the exit code.
 */
export const openConsole = async (app: App, options: ConsoleOptions): Promise<number> => {
	const isPlain = wantsPlain(options.env, options.isPlain);
	if (!isPlain && !isInteractive(options, options.env)) {
		return printSummary(app, options);
	}

	await app.openScreen();
	const parts: Parts = {
		app, options, clock: options.clock ?? systemClock, leading: createLeading(options.startLeading), ending: createEnding(options),
	};
	return isPlain ? printPlain(parts) : drawConsole(parts);
};
