import {
	useCallback,
	useEffect,
	useRef,
	type Dispatch,
} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {type Action} from './state.js';

const pollMs = 250;
const pollsPerSecond = 4;
// Twice a second is as often as a person can follow what others do; an answer to an own key is read at once.
const leastMs = 450;
// Whether an owner still lives is seen only by looking: no row changes when a process dies.
const longestMs = 3000;

/** More rows than any screen shows at once, so that moving about in them needs no reading. */
const limit = {vms: 200, installs: 200, activity: 300} as const;

/**
 Asks four times a second whether anything was committed, reads the first view where something was, and ticks once a
 second for everything that counts. The answer asks for a look right away: our own changes do not change the version.
 */
export const useOverview = (app: App, clock: Clock, isLeading: () => boolean, dispatch: Dispatch<Action>): () => void => {
	const isWanted = useRef(true);

	useEffect(() => {
		let isReading = false;
		let isOver = false;
		let version: number | undefined;
		let readAt = 0;
		let polls = 0;

		const read = async (): Promise<void> => {
			isReading = true;
			isWanted.current = false;
			try {
				version = app.dataVersion();
				readAt = clock.monotonic();
				const overview = await app.overview(limit);
				if (!isOver) {
					dispatch({
						kind: 'overview', overview, now: clock.now(), isLeading: isLeading(),
					});
				}
			} catch (error) {
				if (!isOver) {
					dispatch({
						kind: 'trouble', message: error instanceof Error ? error.message : String(error), now: clock.now(), isLeading: isLeading(),
					});
				}
			} finally {
				isReading = false;
			}
		};

		const isDue = (): boolean => {
			const age = clock.monotonic() - readAt;
			try {
				return isWanted.current || age >= longestMs || (age >= leastMs && app.dataVersion() !== version);
			} catch {
				return true;
			}
		};

		const poll = (): void => {
			polls++;
			if (!isReading && isDue()) {
				// What is read brings the time with it: one frame instead of two.
				void read();
			} else if (polls % pollsPerSecond === 0) {
				dispatch({kind: 'tick', now: clock.now(), isLeading: isLeading()});
			}
		};

		void read();
		const timer = setInterval(poll, pollMs);
		return () => {
			isOver = true;
			clearInterval(timer);
		};
	}, [app, clock, isLeading, dispatch]);

	return useCallback(() => {
		isWanted.current = true;
	}, []);
};
