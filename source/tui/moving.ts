import {helpRows} from './keymap.js';
import {pageRows} from './layout.js';
import {idsShown, isFollowed, selectedIndex} from './lists.js';
import {
	listOf,
	topPage,
	type Page,
	type State,
} from './state.js';
import {needsShown} from './subject.js';
import {type Piece} from './text.js';

const onTop = (state: State, page: Page): State => ({...state, pages: [...state.pages.slice(0, -1), page]});

const piecesLength = (pieces: readonly Piece[]): number => pieces.reduce((sum, [, text]) => sum + [...text].length, 0);

const clamp = (value: number, count: number): number => Math.max(0, Math.min(value, count - 1));

/** Moves the cursor of whatever is on top from where it stands. */
const moved = (state: State, to: (index: number, count: number) => number): State => {
	const page = topPage(state);
	switch (page?.kind) {
		case undefined: {
			const list = listOf(state);
			const ids = idsShown(state, list);
			const next = clamp(to(selectedIndex(state, list), ids.length), ids.length);
			// At the end of the activity the newest is followed again.
			const id = isFollowed(list) && next === ids.length - 1 ? null : ids[next] ?? null;
			return {...state, selected: {...state.selected, [list]: id}};
		}

		case 'needs': {
			const {needs, index} = needsShown(state);
			return onTop(state, {...page, selected: needs[clamp(to(index, needs.length), needs.length)]?.id ?? null});
		}

		case 'help':
		case 'detail':
		case 'output': {
			const length = page.kind === 'help' ? helpRows(state).length : page.lines?.length ?? 0;
			const tops = Math.max(1, length - pageRows(state.size) + 1);
			return onTop(state, {...page, top: clamp(to(page.top, tops), tops)});
		}
	}
};

const step = (by: number) => (state: State): State => moved(state, index => index + by);
const halfPage = ({size}: State): number => Math.max(1, Math.floor(pageRows(size) / 4));

/** Sideways over what a command said, half a screen at a time; undefined where there is nothing in that direction. */
export const sideways = (state: State, by: 1 | -1): State | undefined => {
	const page = topPage(state);
	if (page?.kind !== 'output') {
		return undefined;
	}

	const room = state.size.columns - 2;
	const longest = Math.max(0, ...page.lines.map(pieces => piecesLength(pieces)));
	const left = Math.max(0, Math.min(page.left + (by * Math.floor(room / 2)), longest - room));
	return left === page.left ? undefined : onTop(state, {...page, left});
};

/** The keys that only move the cursor. */
export const moving = {
	down: step(1),
	up: step(-1),
	first: (state: State): State => moved(state, () => 0),
	last: (state: State): State => moved(state, (_, count) => count - 1),
	halfDown: (state: State): State => moved(state, index => index + halfPage(state)),
	halfUp: (state: State): State => moved(state, index => index - halfPage(state)),
};
