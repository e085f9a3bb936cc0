import {idsShown, isFollowed, selectedIndex} from './lists.js';
import {listOf, type State} from './state.js';

const withSelected = (state: State, id: string | null): State => ({...state, selected: {...state.selected, [listOf(state)]: id}});

/** The cursor on the row where it is seen, whatever comes to stand above it: a key means that row. What is followed is followed on. */
export const pinned = (state: State): State => {
	const list = listOf(state);
	return state.selected[list] !== null || isFollowed(list) ? state : withSelected(state, idsShown(state, list)[selectedIndex(state, list)] ?? null);
};

/** The cursor where it was, on the screen too, if its row is gone after a look at the database: not at the other end of the list. */
export const withPlaceKept = (before: State, after: State): State => {
	const list = listOf(after);
	const chosen = after.selected[list];
	if (chosen === null || list !== listOf(before)) {
		return after;
	}

	const [had, has] = [idsShown(before, list), idsShown(after, list)];
	return !had.includes(chosen) || has.includes(chosen) ? after : withSelected(after, has[Math.min(had.indexOf(chosen), has.length - 1)] ?? null);
};
