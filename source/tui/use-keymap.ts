import {useApp, useInput, usePaste} from 'ink';
import {useRef, type Dispatch} from 'react';
import {type Clock} from '../domain/clock.js';
import {splitKeys} from './keys.js';
import {type Action} from './state.js';

// A key that is held down comes in every 33 ms. What comes faster than this waits for Ink's own thirty frames a second.
const leastMs = 25;

/**
 The one place where keys come in: taken apart where several came at once; what is pasted comes as text and never as keys. What they bring is drawn at
 once: Ink alone has a key wait up to two pauses between its frames, 68 ms, where one was drawn just before for the clock or for news.
 */
export const useKeymap = (clock: Clock, dispatch: Dispatch<Action>): void => {
	const {waitUntilRenderFlush} = useApp();
	const drawnAt = useRef(-Infinity);
	const draw = (at: number): void => {
		if (at - drawnAt.current < leastMs) {
			return;
		}

		drawnAt.current = at;
		void waitUntilRenderFlush();
	};

	useInput((input, key) => {
		const at = clock.monotonic();
		for (const name of splitKeys(input, key)) {
			dispatch({kind: 'key', key: name, at});
		}

		draw(at);
	});

	usePaste(text => {
		const at = clock.monotonic();
		dispatch({kind: 'paste', text, at});
		draw(at);
	});
};
