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
	let isOver = false;
	let pause: AbortController | undefined;
	let newest: Parameters<typeof write> | undefined;
	let turn: Promise<void> | undefined;

	const writeAll = async () => {
		try {
			while (newest !== undefined) {
				const present = newest;
				newest = undefined;
				await write(...present);
				if (isOver) {
					return;
				}

				pause = new AbortController();
				await sleep(pauseMs, undefined, {signal: pause.signal});
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
			turn ??= isOver ? undefined : writeAll();
		},
		async end() {
			isOver = true;
			newest = undefined;
			pause?.abort();
			await turn;
		},
	};
};
