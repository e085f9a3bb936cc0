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
import {type Action, type Overview} from './state.js';

const pollMs = 250;
const pollsPerSecond = 4;
// Twice a second is as often as a person can follow what others do; an answer to an own key is read at once.
const leastMs = 450;
// Whether an owner still lives is seen only by looking, in every third second: no row changes when a process dies.
const longestMs = 2900;
// After so long, what only time changes is news too.
const oldMs = 15_000;

type Watched = {readonly app: App; readonly clock: Clock; readonly leading: Pick<Leading, 'isLeading'>; readonly first?: FirstLook};

/** What details are made of, as a text that differs where something of it does: a lease that is renewed, or a session that says that it lives, is no news. */
const newsOf = ({stamps, leases, sessions, skips}: Overview): string =>
	JSON.stringify([stamps, leases.map(({name, owner, stale}) => [name, owner.instance, stale]), sessions.map(({id}) => id), skips]);

/** Until what it answers is called. */
const watch = ({app, clock, leading: {isLeading}, first}: Watched, isWanted: {current: boolean}, dispatch: Dispatch<Action>): (() => void) => {
	let isReading = false;
	let isOver = false;
	let version = first?.version;
	let news = first && newsOf(first.overview);
	let readAt = clock.monotonic();
	let newsAt = readAt;
	let polls = 0;

	const read = async (): Promise<void> => {
		const isAsked = isWanted.current || clock.monotonic() - newsAt >= oldMs;
		isReading = true;
		isWanted.current = false;
		try {
			version = app.dataVersion();
			readAt = clock.monotonic();
			const overview = await app.overview(overviewLimit);
			const before = news;
			news = newsOf(overview);
			const isNews = isAsked || news !== before;
			newsAt = isNews ? readAt : newsAt;
			if (!isOver) {
				dispatch({
					kind: 'overview', overview, now: clock.now(), isLeading: isLeading(), isNews,
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

	const hasNews = (): boolean => {
		try {
			return isWanted.current || (clock.monotonic() - readAt >= leastMs && app.dataVersion() !== version);
		} catch {
			return true;
		}
	};

	const poll = (): void => {
		polls++;
		const isSecond = polls % pollsPerSecond === 0;
		const now = clock.monotonic();
		if (!isReading && (hasNews() || (isSecond && now - readAt >= longestMs))) {
			// What is read brings the time with it: one frame instead of two.
			void read();
		} else if (isSecond) {
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
};

/**
 Asks four times a second whether anything was committed, reads the first view where something was, and ticks once a
 second for everything that counts. The answer asks for a look right away: our own changes do not change the version.
 */
export const useOverview = ({app, clock, leading, first}: Watched, dispatch: Dispatch<Action>): () => void => {
	const isWanted = useRef(first === undefined);

	useEffect(() => watch({
		app, clock, leading, first,
	}, isWanted, dispatch), [app, clock, leading, dispatch]);

	return useCallback(() => {
		isWanted.current = true;
	}, []);
};
