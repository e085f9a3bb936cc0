import {type Clock} from '../../domain/clock.js';

/** Takes one of the limit: 0, or how many ms it is until there is one again. */
export type Quota = () => number;

/** So many within any window of that length, in bursts as they come. */
export const createQuota = ({most, windowMs, clock}: {readonly most: number; readonly windowMs: number; readonly clock: Pick<Clock, 'monotonic'>}): Quota => {
	const taken: number[] = [];
	return () => {
		const now = clock.monotonic();
		while (taken.length > 0 && taken[0]! <= now - windowMs) {
			taken.shift();
		}

		if (taken.length === most) {
			return taken[0]! + windowMs - now;
		}

		taken.push(now);
		return 0;
	};
};
