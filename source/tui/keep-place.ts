import {idsShown, isFollowed, selectedIndex} from './lists.js';
import {listNeeds} from './needs.js';
import {
	listOf,
	topPage,
	type Page,
	type State,
} from './state.js';
import {needsShown} from './subject.js';

const withSelected = (state: State, id: string | null): State => ({...state, selected: {...state.selected, [listOf(state)]: id}});

/** The row under the cursor, where a key may be about it; what is followed changes all the time and is only looked at. */
const rowUnder = (state: State): string | undefined => {
	const page = topPage(state);
	if (page?.kind === 'needs') {
		const {needs, index} = needsShown(state);
		return needs[index]?.id;
	}

	if (page) {
		return undefined;
	}

	const list = listOf(state);
	return isFollowed(list) ? undefined : idsShown(state, list)[selectedIndex(state, list)];
};

/** The cursor on the row where it is seen, whatever comes to stand above it: a key means that row. What is followed is followed on. */
export const pinned = (state: State): State => {
	const page = topPage(state);
	const id = rowUnder(state) ?? null;
	if (page?.kind === 'needs') {
		return page.selected === id ? state : {...state, pages: [...state.pages.slice(0, -1), {...page, selected: id}]};
	}

	return page !== undefined || id === null || state.selected[listOf(state)] !== null ? state : withSelected(state, id);
};

/** What is chosen stays chosen; if it is gone, what stands in its place is. */
const keptIn = (had: readonly string[], has: readonly string[], chosen: string | null): string | null => {
	const index = chosen === null ? -1 : had.indexOf(chosen);
	return index === -1 || has.includes(chosen!) ? chosen : has[Math.min(index, has.length - 1)] ?? null;
};

const needIds = ({overview, now}: State): readonly string[] => overview ? listNeeds(overview, now).map(({id}) => id) : [];

const inPlace = (before: State, after: State): State => {
	const list = listOf(after);
	const chosen = after.selected[list];
	const placed = chosen === null || list !== listOf(before) ? after : withSelected(after, keptIn(idsShown(before, list), idsShown(after, list), chosen));
	if (placed.pages.every(({kind}) => kind !== 'needs')) {
		return placed;
	}

	const [had, has] = [needIds(before), needIds(after)];
	return {...placed, pages: placed.pages.map((page): Page => page.kind === 'needs' ? {...page, selected: keptIn(had, has, page.selected)} : page)};
};

/** The cursor where it was, on the screen too, if its row is gone after a look at the database: not at the other end of the list. That another row came under it is remembered. */
export const withPlaceKept = (before: State, after: State): State => {
	const placed = inPlace(before, after);
	const had = rowUnder(before);
	return had === undefined || had === rowUnder(placed) ? placed : {...placed, shifted: {paintedAt: null}};
};
