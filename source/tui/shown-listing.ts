import {viewOf} from './listings/all-views.js';
import {
	type Listing,
	type ListRow,
	type ViewName,
	viewNames,
} from './listing.js';
import {type ShownListing, type State} from './state.js';

const compareKeys = (a: number | string, b: number | string): number => a < b ? -1 : Number(a > b);

const sorted = (rows: readonly ListRow[], sort: number): readonly ListRow[] => sort === 0 ? rows : rows.toSorted((a, b) => compareKeys(a.keys[sort] ?? 0, b.keys[sort] ?? 0));

/** All rows in their order; where the filter only grew, those are enough that it left: a letter has nothing to sort, and less to look through. */
const rowsBefore = (before: ShownListing | null, listing: Listing, filter: string, sort: number): readonly ListRow[] =>
	before?.listing === listing && before.sort === sort && filter.startsWith(before.filter.toLowerCase()) ? before.rows : sorted(listing.rows, sort);

const show = (name: ViewName, listing: Listing, {filters, sorts, listings}: State): ShownListing => {
	const filter = filters[`${name}-view`];
	const sort = sorts[`${name}-view`];
	// Each word by itself: `web1 failed` finds what has both. What the store searched is found already.
	const text = viewOf(name).isSearched ? '' : filter.toLowerCase();
	const wanted = text.split(/\s+/).filter(Boolean);
	const all = rowsBefore(listings[name], listing, text, sort);
	const rows = wanted.length === 0 ? all : all.filter(({words}) => wanted.every(word => words.includes(word)));
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
