import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {type Flags} from './flags.js';
import {type Output, type Signal} from './io.js';
import {readWait} from './read-words.js';

/** How waiting ended: well · badly, with a line · well, but with records owed in DNS, for which it was · the time was over · a signal came. */
export type Waited =
	| {readonly end: 'done'}
	| {readonly end: 'failed' | 'attention' | 'debts'; readonly message: string}
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
