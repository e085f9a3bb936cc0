import {useInput, usePaste} from 'ink';
import {type Dispatch} from 'react';
import {type Clock} from '../domain/clock.js';
import {splitKeys} from './keys.js';
import {type Action} from './state.js';

/** The one place where keys come in: taken apart where several came at once; what is pasted comes as text and never as keys. */
export const useKeymap = (clock: Clock, dispatch: Dispatch<Action>): void => {
	useInput((input, key) => {
		const at = clock.monotonic();
		for (const name of splitKeys(input, key)) {
			dispatch({kind: 'key', key: name, at});
		}
	});

	usePaste(text => {
		dispatch({kind: 'paste', text, at: clock.monotonic()});
	});
};
