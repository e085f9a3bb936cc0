import {reduce} from '../../../source/tui/reduce.js';
import {
	createState,
	type Effect,
	type Overview,
	type Size,
	type State,
} from '../../../source/tui/state.js';
import {fixedNow, fixedOverview, fixedSettings} from './fixed-overview.js';

type Wish = {readonly size?: Size; readonly overview?: Overview; readonly isReadOnly?: boolean; readonly isLeading?: boolean};

/** The console's state with the fixed evening on the screen. */
export const stateWith = ({size = {columns: 120, rows: 40}, overview = fixedOverview, isReadOnly = false, isLeading = false}: Wish = {}): State => reduce(createState({
	settings: fixedSettings, isReadOnly, mayLead: !isReadOnly, now: fixedNow, size,
}), {
	kind: 'overview', overview, now: fixedNow, isLeading,
});

/** Presses keys at a moment (monotonic ms). */
export const press = (state: State, keys: readonly string[], at = 0): State => {
	let next = state;
	for (const key of keys) {
		next = reduce(next, {kind: 'key', key, at});
	}

	return next;
};

/** Types a text, key by key. */
export const type = (state: State, text: string, at = 0): State => press(state, text.split(''), at);

export const painted = (state: State, at = 0): State => reduce(state, {kind: 'painted', at});

export const effectsOf = (state: State): readonly Effect[] => state.effects.map(({effect}) => effect);
