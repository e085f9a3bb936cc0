import {type VirtualTime} from './days-time.js';

/** So many turns of the event loop without anything new, and nothing goes on any more. */
const quietTurns = 4;
/** Where somebody sleeps in a server, those who wait for it cannot be told from those whose answer is on its way: that takes no longer. */
const answerMs = 5;
/** A call that takes longer than this (of the machine's time) hangs. */
const longestMs = 20_000;

const turn = async () => new Promise<void>(resolve => {
	setImmediate(resolve);
});

/** Makes a wait for the moment at which nothing goes on but what waits for time. */
export const createSettle = (time: VirtualTime, traffic: {readonly underWay: number; readonly count: number}) => async (): Promise<void> => {
	const startedAt = performance.now();
	let quiet = 0;
	let seen = {underWay: -1, count: -1, at: startedAt};
	while (quiet < quietTurns) {
		await turn();
		const now = performance.now();
		const {underWay, count} = traffic;
		if (seen.underWay !== underWay || seen.count !== count) {
			seen = {underWay, count, at: now};
			quiet = 0;
		} else if (underWay === 0 || (time.sleepers() > 0 && now - seen.at > answerMs)) {
			quiet++;
		} else if (now - seen.at > longestMs) {
			throw new Error(`${underWay} calls hang`);
		}
	}
};
