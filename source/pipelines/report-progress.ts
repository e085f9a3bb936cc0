import {setTimeout as sleep} from 'node:timers/promises';

const pauseMs = 1000;

/** Who hears of progress, however often, and passes the newest on at most once a second. */
export type ProgressReport = {
	readonly note: (percent: number, text: string) => void;
	/** Nothing is written after it. */
	readonly end: () => Promise<void>;
};

/** Progress is for people to look at: where it cannot be written, the work's own next write says so. */
export const createProgressReport = (write: (percent: number, text: string) => Promise<void>): ProgressReport => {
	const ending = new AbortController();
	let newest: Parameters<typeof write> | undefined;
	let turn: Promise<void> | undefined;

	const writeAll = async () => {
		try {
			while (newest !== undefined && !ending.signal.aborted) {
				const present = newest;
				newest = undefined;
				await write(...present);
				await sleep(pauseMs, undefined, {signal: ending.signal});
			}
		} catch {
			newest = undefined;
		} finally {
			turn = undefined;
		}
	};

	return {
		note(percent, text) {
			newest = [percent, text];
			turn ??= ending.signal.aborted ? undefined : writeAll();
		},
		async end() {
			ending.abort();
			await turn;
		},
	};
};
