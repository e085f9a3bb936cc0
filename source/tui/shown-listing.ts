import {viewOf} from './listings/all-views.js';
import {
	type Listing,
	type ListRow,
	type ViewName,
	viewNames,
} from './listing.js';
import {type ShownListing, type State} from './state.js';

const compareKeys = (a: number | string, b: number | string): number => a < b ? -1 : Number(a > b);

const rowsShown = ({rows}: Listing, filter: string, sort: number): readonly ListRow[] => {
	// Each word by itself: `web1 failed` finds what has both.
	const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
	const kept = wanted.length === 0 ? rows : rows.filter(({words}) => wanted.every(word => words.includes(word)));
	return sort === 0 ? kept : kept.toSorted((a, b) => compareKeys(a.keys[sort] ?? 0, b.keys[sort] ?? 0));
};

const show = (name: ViewName, listing: Listing, {filters, sorts}: State): ShownListing => {
	const filter = filters[`${name}-view`];
	const sort = sorts[`${name}-view`];
	// What the store searched is found already.
	const rows = rowsShown(listing, viewOf(name).isSearched ? '' : filter, sort);
	return {
		listing, filter, sort, rows, ids: rows.map(({id}) => id),
	};
};

/** The state with a view's new rows, filtered and sorted as it stands. */
export const withListing = (state: State, name: ViewName, listing: Listing): State => ({...state, listings: {...state.listings, [name]: show(name, listing, state)}});

/** The state with every listing as its filter and order now want it: worked out once for each change, not for each key. */
export const withShown = (state: State): State => {
	let after = state;
	for (const name of viewNames) {
		const shown = state.listings[name];
		if (shown && (shown.filter !== state.filters[`${name}-view`] || shown.sort !== state.sorts[`${name}-view`])) {
			after = withListing(after, name, shown.listing);
		}
	}

	return after;
};
