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
import {type Action, type Overview, type State} from './state.js';

const leastMs = 450;
// However much there is to read, it takes no more than a twentieth of the time, and nobody waits for a second look longer than this.
const share = 20;
const mostMs = 900;

const nothing = (): void => undefined;

type Open = {readonly app: App; readonly clock: Clock; readonly view: ViewName; readonly filter: string; readonly dispatch: Dispatch<Action>};

type Seen = Pick<Overview, 'stamps'> | null;
type Watched = {readonly look: (overview: Seen) => void; readonly end: () => void};

/** Reads an open view's rows at once, and when it is told to look, if that is due. */
const watch = ({app, clock, view, filter, dispatch}: Open, isWanted: {current: boolean}, first: Seen): Watched => {
	const {madeOf, freshMs, title, read: readRows} = viewOf(view);
	let seen = first;
	let shown = first;
	let isReading = false;
	let isOver = false;
	let readAt = 0;
	let took = 0;
	let later: NodeJS.Timeout | undefined;

	const read = async (): Promise<void> => {
		isReading = true;
		isWanted.current = false;
		const begun = clock.monotonic();
		// What is read now is as new as that, or newer.
		shown = seen;
		try {
			const listing = await readRows(app, {filter, now: clock.now(), settings: app.settings()});
			if (!isOver) {
				dispatch({kind: 'listing', view, listing});
			}
		} catch (error) {
			if (!isOver) {
				dispatch({kind: 'answered', level: 'bad', text: `cannot read the ${title}: ${error instanceof Error ? error.message : String(error)}`});
			}
		} finally {
			readAt = clock.monotonic();
			took = readAt - begun;
			isReading = false;
		}
	};

	const hasNews = (): boolean => madeOf.some(table => seen?.stamps[table] !== shown?.stamps[table]);

	const readIfDue = (): void => {
		clearTimeout(later);
		const age = clock.monotonic() - readAt;
		if (!isWanted.current && age < freshMs && !hasNews()) {
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
		look(overview) {
			seen = overview;
			readIfDue();
		},
		end() {
			isOver = true;
			clearTimeout(later);
		},
	};
};

/**
 Reads the rows of the open view: at once when it is opened or searched, then whenever the first view was read anew and shows that a table of which
 the rows are made was changed: only that one watches the database. The answer asks for a look with the next one.
 */
export const useListing = (app: App, clock: Clock, state: State, dispatch: Dispatch<Action>): () => void => {
	const {view, overview} = state;
	const filter = view !== null && viewOf(view).isSearched ? state.filters[`${view}-view`] : '';
	const isWanted = useRef(true);
	const look = useRef<Watched['look']>(nothing);

	useEffect(() => {
		if (view === null) {
			return;
		}

		const watched = watch({
			app, clock, view, filter, dispatch,
		}, isWanted, overview);
		look.current = watched.look;
		return () => {
			look.current = nothing;
			watched.end();
		};
	}, [app, clock, view, filter, dispatch]);

	useEffect(() => {
		look.current(overview);
	}, [overview]);

	return useCallback(() => {
		isWanted.current = true;
	}, []);
};
