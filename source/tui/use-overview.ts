import {
	useCallback,
	useEffect,
	useRef,
	type Dispatch,
} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {overviewLimit, type FirstLook} from './first-look.js';
import {type Leading} from './leading.js';
import {type Action} from './state.js';

const pollMs = 250;
const pollsPerSecond = 4;
// Twice a second is as often as a person can follow what others do; an answer to an own key is read at once.
const leastMs = 450;
// Whether an owner still lives is seen only by looking: no row changes when a process dies.
const longestMs = 3000;

/**
 Asks four times a second whether anything was committed, reads the first view where something was, and ticks once a
 second for everything that counts. The answer asks for a look right away: our own changes do not change the version.
 */
export const useOverview = (
	{app, clock, leading: {isLeading}, first}: {readonly app: App; readonly clock: Clock; readonly leading: Leading; readonly first?: FirstLook},
	dispatch: Dispatch<Action>,
): () => void => {
	const isWanted = useRef(first === undefined);

	useEffect(() => {
		let isReading = false;
		let isOver = false;
		let version = first?.version;
		let readAt = clock.monotonic();
		let polls = 0;

		const read = async (): Promise<void> => {
			isReading = true;
			isWanted.current = false;
			try {
				version = app.dataVersion();
				readAt = clock.monotonic();
				const overview = await app.overview(overviewLimit);
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

		if (isWanted.current) {
			void read();
		}

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
