import {useEffect, type Dispatch} from 'react';
import {type Clock} from '../domain/clock.js';
import {isTooSmall} from './layout.js';
import {type Action, type State} from './state.js';

// Longer than Ink's two pauses between frames, so that a question is on the screen by then.
const paintMs = 80;

/** Tells the reducer when a question, or a row that came under the cursor by itself, has been painted. */
export const usePainted = ({overlay, shifted, size}: State, clock: Clock, dispatch: Dispatch<Action>): void => {
	const question = overlay?.kind === 'question' ? overlay.question : undefined;
	const isNews = shifted?.paintedAt === null;
	useEffect(() => {
		if (!question && !isNews) {
			return;
		}

		const timer = setTimeout(() => {
			dispatch({kind: 'painted', at: clock.monotonic()});
		}, paintMs);
		return () => {
			clearTimeout(timer);
		};
	}, [question, isNews, isTooSmall(size), clock, dispatch]);
};
