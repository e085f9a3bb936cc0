import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../../app.js';
import {type Flags} from '../words/flags.js';
import {readWait} from '../words/read-words.js';
import {exitCodes, type Output, type Signal} from './io.js';

/** How waiting ended: well · badly, with a line about it · the time was over · a signal came. */
export type Waited =
	| {readonly end: 'done'}
	| {readonly end: 'failed'; readonly message: string}
	| {readonly end: 'time'}
	| {readonly end: 'signal'; readonly signal: Signal};

const lookMs = 200;
const defaultMs = 5 * 60_000;

/** Asks again after each change of the database until `look` has an answer, the time is over, or a signal comes. */
export const waitUntil = async (app: App, flags: Flags, output: Output, look: () => Promise<Waited | undefined>): Promise<Waited> => {
	const limit = readWait(flags) ?? defaultMs;
	const end = output.io.clock.monotonic() + limit;
	const signals: Signal[] = [];
	const stop = output.io.onSignal(signal => {
		signals.push(signal);
	});
	try {
		for (;;) {
			const version = app.dataVersion();
			const waited = await look();
			if (waited) {
				return waited;
			}

			do {
				const [signal] = signals;
				if (signal !== undefined) {
					return {end: 'signal', signal};
				}

				if (output.io.clock.monotonic() >= end) {
					return {end: 'time'};
				}

				await sleep(lookMs);
			} while (app.dataVersion() === version);
		}
	} finally {
		stop();
	}
};

/** What is waited for: its name for people, the command that shows how it goes on, and a look at it. */
type Goal = {readonly name: string; readonly shownBy: string; readonly look: () => Promise<Waited | undefined>};

/** Waits in the same way; the exit code, after a line on standard error about what is not well. */
export const waitFor = async (app: App, {name, shownBy, look}: Goal, flags: Flags, output: Output): Promise<number> => {
	const waited = await waitUntil(app, flags, output, look);
	switch (waited.end) {
		case 'done': {
			return exitCodes.done;
		}

		case 'failed': {
			output.err(waited.message);
			return exitCodes.failed;
		}

		case 'time': {
			output.err(`the time is over: ${name} goes on; see \`${shownBy}\``);
			return exitCodes.failed;
		}

		case 'signal': {
			output.err(`interrupted: ${name} goes on without this command`);
			return exitCodes[waited.signal];
		}
	}
};
