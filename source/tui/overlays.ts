import {durationHint, parseDuration} from '../domain/duration.js';
import {edited, withPasted} from './editing.js';
import {pasteIntoForm, reduceForm} from './forms/reduce-form.js';
import {type KeyName} from './keys.js';
import {reducePalette, withTyped} from './overlay-palette.js';
import {isUnread, takesText, type Overlay} from './overlay.js';
import {
	listOf,
	say,
	wish,
	type State,
} from './state.js';

type Of<Kind extends Overlay['kind']> = Extract<Overlay, {readonly kind: Kind}>;

const close = (state: State): State => ({...state, overlay: null});

const isLeaving = (key: KeyName): boolean => key === 'esc' || key === 'ctrl-c';

const withText = <T extends Exclude<Overlay, Of<'form'>>>(state: State, overlay: T, text: string): State => ({...state, overlay: {...overlay, text}});

const setFilter = (state: State, text: string): State => ({
	...state, filters: {...state.filters, [listOf(state)]: text}, selected: {...state.selected, [listOf(state)]: null},
});

const filter = (state: State, overlay: Of<'filter'>, key: KeyName): State => {
	if (isLeaving(key)) {
		return close(setFilter(state, ''));
	}

	const text = edited(overlay.text, key);
	return text === undefined ? (key === 'enter' ? close(state) : state) : withText(setFilter(state, text), overlay, text);
};

const interval = (state: State, overlay: Of<'interval'>, key: KeyName): State => {
	if (key !== 'enter') {
		const text = edited(overlay.text, key);
		return text === undefined ? state : withText(state, overlay, text);
	}

	const text = overlay.text.trim();
	if (text === overlay.start) {
		return say(close(state), 'plain', 'the interval stays as it is');
	}

	if (text === 'default' || text === '') {
		return wish(close(state), {kind: 'interval', task: overlay.task, seconds: null});
	}

	const ms = text === 'off' ? 0 : parseDuration(text);
	return ms === undefined
		? say(state, 'bad', `"${text}" is no interval: ${durationHint}, 0 or default`)
		: wish(close(state), {kind: 'interval', task: overlay.task, seconds: ms / 1000});
};

const hold = (state: State, overlay: Of<'hold'>, key: KeyName): State => {
	if (key !== 'enter') {
		const text = edited(overlay.text, key);
		return text === undefined ? state : withText(state, overlay, text);
	}

	const standing = state.overview?.hold;
	if (standing) {
		return say(close(state), 'bad', `${standing.by} ordered a hold meanwhile: that one stands, and H ends it`);
	}

	const [first = '', ...rest] = overlay.text.trim().split(/\s+/);
	const forMs = parseDuration(first);
	const isTimed = forMs !== undefined && forMs > 0;
	const reason = isTimed ? rest.join(' ') : overlay.text.trim();
	return wish(close(state), {kind: 'hold', reason: reason === '' ? null : reason, forMs: isTimed ? forMs : null});
};

const isTypedRight = ({question, text}: Of<'question'>): boolean =>
	question.typed === null || question.typed.some(word => word.toLowerCase() === text.trim().toLowerCase());

const cancel = (state: State, {question}: Of<'question'>): State =>
	question.otherwise ? wish(close(state), question.otherwise) : say(close(state), 'plain', 'cancelled');

const confirm = (state: State, overlay: Of<'question'>): State => {
	const {question: {isFree, effect, typed}, text} = overlay;
	if (isFree) {
		return wish(close(state), {kind: 'reply', text});
	}

	return isTypedRight(overlay) ? wish(close(state), effect) : say(state, 'bad', `type ${typed![0]!} first`);
};

/** Whether what was typed says yes: the focus goes there then, and Enter presses what has it. */
const isMeantByTyping = (overlay: Of<'question'>): boolean =>
	takesText(overlay.question) && (overlay.question.isFree ? overlay.text.trim() !== '' : isTypedRight(overlay));

const question = (state: State, overlay: Of<'question'>, key: KeyName, at: number): State => {
	if (isLeaving(key)) {
		return cancel(state, overlay);
	}

	if (isUnread(overlay, at)) {
		return state;
	}

	switch (key) {
		case 'tab':
		case 'shift-tab':
		case 'left':
		case 'right': {
			return {...state, overlay: {...overlay, focus: overlay.focus === 'cancel' ? 'yes' : 'cancel'}};
		}

		case 'enter': {
			return overlay.focus === 'yes' ? confirm(state, overlay) : cancel(state, overlay);
		}

		default: {
			if (!takesText(overlay.question)) {
				return key === 'y' ? confirm(state, overlay) : (key === 'n' ? cancel(state, overlay) : state);
			}

			const text = edited(overlay.text, key);
			if (text === undefined) {
				return state;
			}

			const typed = {...overlay, text};
			return {...state, overlay: {...typed, focus: isMeantByTyping(typed) ? 'yes' : 'cancel'}};
		}
	}
};

/** Gives a key to what is on top and takes the keys. */
export const reduceOverlay = (state: State, overlay: Overlay, key: KeyName, at: number): State => {
	if (overlay.kind === 'question') {
		return question(state, overlay, key, at);
	}

	if (overlay.kind === 'filter') {
		return filter(state, overlay, key);
	}

	if (overlay.kind === 'form') {
		return reduceForm(state, overlay, key);
	}

	if (isLeaving(key)) {
		return close(state);
	}

	switch (overlay.kind) {
		case 'palette': {
			return reducePalette(state, overlay, key);
		}

		case 'interval': {
			return interval(state, overlay, key);
		}

		case 'hold': {
			return hold(state, overlay, key);
		}
	}
};

/** Pasted text only ever becomes text, and never confirms anything. */
export const pasteInto = (state: State, pasted: string): State => {
	const {overlay} = state;
	if (!overlay || overlay.kind === 'question') {
		return say(state, 'plain', 'pasted text is no key: nothing was done');
	}

	switch (overlay.kind) {
		case 'form': {
			return pasteIntoForm(state, overlay, pasted);
		}

		case 'filter': {
			const text = withPasted(overlay.text, pasted);
			return withText(setFilter(state, text), overlay, text);
		}

		case 'palette': {
			return withTyped(state, overlay, withPasted(overlay.text, pasted));
		}

		case 'interval':
		case 'hold': {
			return withText(state, overlay, withPasted(overlay.text, pasted));
		}
	}
};
