import {isDeepStrictEqual} from 'node:util';
import {commands} from './commands.js';
import {answerForm} from './forms/answer-form.js';
import {type CommandName, findBinding, keyTitle} from './keymap.js';
import {pinned, withPlaceKept} from './keep-place.js';
import {type KeyName} from './keys.js';
import {isTooSmall} from './layout.js';
import {isUnread} from './overlay.js';
import {pasteInto, reduceOverlay} from './overlays.js';
import {outputPage} from './output-page.js';
import {withListing, withShown} from './shown-listing.js';
import {
	ask,
	isSameTarget,
	say,
	topPage,
	wish,
	type Action,
	type Size,
	type State,
} from './state.js';
import {pressUnseen} from './too-small.js';

/** An answer has been seen by whoever goes on typing; what went wrong stays until Escape or its time. */
const withoutSeen = (state: State, key: KeyName): State => state.notice && (key === 'esc' || state.notice.level !== 'bad') ? {...state, notice: null} : state;

/** Keys that mean something else than the row under the cursor. */
const ofNoRow: ReadonlySet<CommandName> = new Set(['undo', 'hold', 'lead', 'clearStale']);

/** Whether the open view's rows are still being read. */
const isWithoutRows = ({view, listings, pages}: State): boolean => view !== null && pages.length === 0 && listings[view] === null;

/** Rows that came for whoever typed `2` and Enter in one go: the first one's details are what was meant. */
const withRows = (state: State, {view, listing}: Extract<Action, {readonly kind: 'listing'}>): State => {
	const after = withListing(state, view, listing);
	return after.isOpening && after.view === view ? commands.details({...after, isOpening: false}) : after;
};

const press = (before: State, key: KeyName, at: number): State => {
	const seen = withoutSeen(before, key);
	if (isTooSmall(seen.size)) {
		return pressUnseen(seen, key, at);
	}

	if (seen.overlay) {
		return reduceOverlay(seen, seen.overlay, key, at);
	}

	const binding = findBinding(key);
	const state = pinned({...seen, isOpening: false, shifted: binding?.isWriting ? seen.shifted : null});
	if (!binding) {
		return key === 'ctrl-z' ? say(state, 'plain', 'Ctrl-Z is not obeyed: a stopped console would stop its scheduler; q quits') : state;
	}

	if (binding.isWriting && state.isReadOnly) {
		return say(state, 'plain', `${keyTitle(key)}: this session is read-only`);
	}

	if (binding.command === 'details' && isWithoutRows(state)) {
		return {...state, isOpening: true};
	}

	const reason = binding.reason(state);
	if (reason !== null) {
		return say(state, 'plain', `${keyTitle(key)}: ${reason}`);
	}

	// It was pressed for the row that stood there before.
	return binding.isWriting && !ofNoRow.has(binding.command) && state.shifted && isUnread(state.shifted, at) ? say(state, 'plain', `${keyTitle(key)}: the row under the cursor is another by now; look, and press it again`) : commands[binding.command](state);
};

/** A question that nobody could see on a screen that was too small is new to whoever sees it now. */
const resized = (state: State, size: Size): State => {
	const {overlay} = state;
	const isUnseen = overlay?.kind === 'question' && isTooSmall(size) !== isTooSmall(state.size);
	return {...state, size, overlay: isUnseen ? {...overlay, paintedAt: null} : overlay};
};

const painted = (state: State, at: number): State => {
	const {overlay, shifted} = state;
	return {
		...state,
		overlay: overlay?.kind === 'question' ? {...overlay, paintedAt: overlay.paintedAt ?? at} : overlay,
		shifted: shifted && {paintedAt: shifted.paintedAt ?? at},
	};
};

const tick = (state: State, now: number, isLeading: boolean): State => ({
	...state, now, isLeading, notice: state.notice && state.notice.until > now ? state.notice : null,
});

/** Details that were read belong to the page or the pane that is about the same thing, or to nothing any more; the same once more is no news, and nothing is drawn for it. */
const withDetail = (state: State, {target, title, lines}: Extract<Action, {readonly kind: 'detail'}>): State => {
	const page = topPage(state);
	const isForPage = page?.kind === 'detail';
	const shown = isForPage ? page : state.pane;
	if ((isForPage && !isSameTarget(page.target, target)) || isDeepStrictEqual([shown?.target, shown?.title, shown?.lines], [target, title, lines])) {
		return state;
	}

	return isForPage ? {...state, pages: [...state.pages.slice(0, -1), {...page, title, lines}]} : {...state, pane: {target, title, lines}};
};

const withOverview = (state: State, {overview, now, isLeading, isNews = true}: Extract<Action, {readonly kind: 'overview'}>): State => {
	const next = {
		...tick(state, now, isLeading), overview, newsCount: state.newsCount + Number(isNews), trouble: null,
	};
	const page = topPage(next);
	return page?.kind === 'detail' ? wish(next, {kind: 'read-detail', target: page.target}) : next;
};

const reduceAny = (state: State, action: Action): State => {
	switch (action.kind) {
		case 'key': {
			return press(state, action.key, action.at);
		}

		case 'paste': {
			return pasteInto(state, action.text);
		}

		case 'overview': {
			return withPlaceKept(state, withOverview(state, action));
		}

		case 'listing': {
			return withPlaceKept(state, withRows(state, action));
		}

		case 'trouble': {
			return {...tick(state, action.now, action.isLeading), trouble: action.message};
		}

		case 'tick': {
			return tick(state, action.now, action.isLeading);
		}

		case 'resize': {
			return resized(state, action.size);
		}

		case 'painted': {
			return painted(state, action.at);
		}

		case 'ask': {
			// Never over something that a person is in the middle of, nor once more while the answer is on its way.
			return state.overlay !== null || state.effects.some(({effect}) => effect.kind === 'reply') ? state : ask(state, action.question);
		}

		case 'taken': {
			return {...state, effects: state.effects.filter(({number}) => number > action.number)};
		}

		case 'detail': {
			return withDetail(state, action);
		}

		case 'answered': {
			return say(action.dropped === undefined ? state : {...state, dropped: action.dropped}, action.level, action.text);
		}

		case 'output': {
			return {...state, pages: [...state.pages, outputPage(action)]};
		}

		case 'problems':
		case 'submitted':
		case 'filled': {
			return answerForm(state, action);
		}
	}
};

/** What the console is after an action. Nothing is done here: wishes wait in `effects`. */
export const reduce = (state: State, action: Action): State => withShown(reduceAny(state, action));
