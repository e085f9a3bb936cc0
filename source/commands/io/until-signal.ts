import {type Output, type Signal} from './io.js';

/** Runs something that a signal stops; says which one came. */
export const untilSignal = async <T>(output: Output, use: (signal: AbortSignal) => Promise<T>): Promise<{readonly result: T; readonly signal: Signal | null}> => {
	const stopping = new AbortController();
	const heard: Signal[] = [];
	const stop = output.io.onSignal(signal => {
		heard.push(signal);
		stopping.abort();
	});
	try {
		const result = await use(stopping.signal);
		return {result, signal: heard[0] ?? null};
	} finally {
		stop();
	}
};
