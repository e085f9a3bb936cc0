import {
	useCallback,
	useEffect,
	useRef,
	type Dispatch,
} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {viewOf} from './listings/all-views.js';
import {type ViewName} from './listing.js';
import {type Action, type State} from './state.js';

const leastMs = 450;
// However much there is to read, it takes no more than a twentieth of the time, and nobody waits for a second look longer than this.
const share = 20;
const mostMs = 900;
// Ages and countdowns come with the time; what only time changes (a hold that ends) is seen by a look now and then.
const longestMs = 15_000;

const nothing = (): void => undefined;

type Open = {readonly app: App; readonly clock: Clock; readonly view: ViewName; readonly filter: string; readonly dispatch: Dispatch<Action>};

/** Reads an open view's rows at once, and when it is told to look, if that is due. */
const watch = ({app, clock, view, filter, dispatch}: Open, isWanted: {current: boolean}): {readonly look: () => void; readonly end: () => void} => {
	let isReading = false;
	let isOver = false;
	let version: number | undefined;
	let readAt = 0;
	let took = 0;
	let later: NodeJS.Timeout | undefined;

	const read = async (): Promise<void> => {
		isReading = true;
		isWanted.current = false;
		const begun = clock.monotonic();
		try {
			version = app.dataVersion();
			const listing = await viewOf(view).read(app, {filter, now: clock.now(), settings: app.settings()});
			if (!isOver) {
				dispatch({kind: 'listing', view, listing});
			}
		} catch (error) {
			if (!isOver) {
				dispatch({kind: 'answered', level: 'bad', text: `cannot read the ${viewOf(view).title}: ${error instanceof Error ? error.message : String(error)}`});
			}
		} finally {
			readAt = clock.monotonic();
			took = readAt - begun;
			isReading = false;
		}
	};

	const hasNews = (): boolean => {
		try {
			return app.dataVersion() !== version;
		} catch {
			return false;
		}
	};

	const readIfDue = (): void => {
		clearTimeout(later);
		const age = clock.monotonic() - readAt;
		if (!isWanted.current && age < longestMs && !hasNews()) {
			return;
		}

		const rest = isWanted.current ? 0 : Math.max(leastMs, Math.min(took * share, mostMs)) - age;
		if (isReading || rest > 0) {
			later = setTimeout(readIfDue, Math.max(rest, leastMs / 2));
		} else {
			void read();
		}
	};

	void read();
	return {
		look: readIfDue,
		end() {
			isOver = true;
			clearTimeout(later);
		},
	};
};

/**
 Reads the rows of the open view: at once when it is opened or searched, then whenever the first view was read anew and something was committed
 since: only that one watches the database. The answer asks for a look with the next one.
 */
export const useListing = (app: App, clock: Clock, state: State, dispatch: Dispatch<Action>): () => void => {
	const {view, overview} = state;
	const filter = view !== null && viewOf(view).isSearched ? state.filters[`${view}-view`] : '';
	const isWanted = useRef(true);
	const look = useRef(nothing);

	useEffect(() => {
		if (view === null) {
			return;
		}

		const watched = watch({
			app, clock, view, filter, dispatch,
		}, isWanted);
		look.current = watched.look;
		return () => {
			look.current = nothing;
			watched.end();
		};
	}, [app, clock, view, filter, dispatch]);

	useEffect(() => {
		look.current();
	}, [overview]);

	return useCallback(() => {
		isWanted.current = true;
	}, []);
};
