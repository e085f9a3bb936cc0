import {
	useCallback,
	useEffect,
	useRef,
	type Dispatch,
} from 'react';
import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {viewOf} from './listings/all-views.js';
import {type Action, type State} from './state.js';

const pollMs = 250;
const leastMs = 450;
// However much there is to read, it takes no more than a twentieth of the time, and nobody waits for a second look longer than this.
const share = 20;
const mostMs = 900;
// Ages and countdowns come with the time; what only time changes (a hold that ends) is seen by a look now and then.
const longestMs = 15_000;

/** Reads the rows of the open view: at once when it is opened or searched, then whenever something was committed. The answer asks for a look right away. */
export const useListing = (app: App, clock: Clock, state: State, dispatch: Dispatch<Action>): () => void => {
	const {view} = state;
	const filter = view !== null && viewOf(view).isSearched ? state.filters[`${view}-view`] : '';
	const isWanted = useRef(true);

	useEffect(() => {
		if (view === null) {
			return;
		}

		let isReading = false;
		let isOver = false;
		let version: number | undefined;
		let readAt = 0;
		let took = 0;
		isWanted.current = true;

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

		const isDue = (): boolean => {
			const age = clock.monotonic() - readAt;
			try {
				return isWanted.current || age >= longestMs || (age >= Math.max(leastMs, Math.min(took * share, mostMs)) && app.dataVersion() !== version);
			} catch {
				return false;
			}
		};

		void read();
		const timer = setInterval(() => {
			if (!isReading && isDue()) {
				void read();
			}
		}, pollMs);
		return () => {
			isOver = true;
			clearInterval(timer);
		};
	}, [app, clock, view, filter, dispatch]);

	return useCallback(() => {
		isWanted.current = true;
	}, []);
};
