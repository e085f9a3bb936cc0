import {durationHint, parseDuration} from '../domain/duration.js';
import {isCharacter, type KeyName} from './keys.js';
import {findEntries} from './palette.js';
import {
	say,
	wish,
	type Overlay,
	type State,
} from './state.js';

type Of<Kind extends Overlay['kind']> = Extract<Overlay, {readonly kind: Kind}>;

const close = (state: State): State => ({...state, overlay: null});

const isLeaving = (key: KeyName): boolean => key === 'esc' || key === 'ctrl-c';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const longest = 200;

/** The text after a key; undefined where the key is none that edits. */
const edited = (text: string, key: KeyName): string | undefined => {
	if (key === 'backspace') {
		return [...segmenter.segment(text)].slice(0, -1).map(({segment}) => segment).join('');
	}

	if (key === 'ctrl-u') {
		return '';
	}

	return isCharacter(key) && text.length < longest ? text + key : undefined;
};

const withText = <T extends Overlay>(state: State, overlay: T, text: string): State => ({...state, overlay: {...overlay, text}});

const setFilter = (state: State, text: string): State => ({
	...state, filters: {...state.filters, [state.panel]: text}, selected: {...state.selected, [state.panel]: null},
});

const filter = (state: State, overlay: Of<'filter'>, key: KeyName): State => {
	if (isLeaving(key)) {
		return close(setFilter(state, ''));
	}

	const text = edited(overlay.text, key);
	return text === undefined ? (key === 'enter' ? close(state) : state) : withText(setFilter(state, text), overlay, text);
};

const palette = (state: State, overlay: Of<'palette'>, key: KeyName): State => {
	const entries = findEntries(state, overlay.text);
	const move = (by: number): State => ({...state, overlay: {...overlay, index: Math.max(0, Math.min(overlay.index + by, entries.length - 1))}});
	switch (key) {
		case 'enter': {
			const entry = entries[overlay.index];
			if (!entry) {
				return state;
			}

			return entry.reason === null ? entry.run(close(state)) : say(close(state), 'plain', `${entry.label}: ${entry.reason}`);
		}

		case 'down':
		case 'tab': {
			return move(1);
		}

		case 'up':
		case 'shift-tab': {
			return move(-1);
		}

		default: {
			const text = edited(overlay.text, key);
			return text === undefined ? state : {...state, overlay: {...overlay, text, index: 0}};
		}
	}
};

const interval = (state: State, overlay: Of<'interval'>, key: KeyName): State => {
	if (key !== 'enter') {
		const text = edited(overlay.text, key);
		return text === undefined ? state : withText(state, overlay, text);
	}

	const text = overlay.text.trim();
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

	const [first = '', ...rest] = overlay.text.trim().split(/\s+/);
	const forMs = parseDuration(first);
	const isTimed = forMs !== undefined && forMs > 0;
	const reason = isTimed ? rest.join(' ') : overlay.text.trim();
	return wish(close(state), {kind: 'hold', reason: reason === '' ? null : reason, forMs: isTimed ? forMs : null});
};

/** Keys typed before the question could be read are no answer to it. */
const deafMs = 250;

const isTypedRight = ({question, text}: Of<'question'>): boolean =>
	question.typed === null || question.typed.some(word => word.toLowerCase() === text.trim().toLowerCase());

const cancel = (state: State, {question}: Of<'question'>): State =>
	question.otherwise ? wish(close(state), question.otherwise) : say(close(state), 'plain', 'cancelled');

const confirm = (state: State, overlay: Of<'question'>): State => isTypedRight(overlay) ? wish(close(state), overlay.question.effect) : say(state, 'bad', `type ${overlay.question.typed![0]!} first`);

const question = (state: State, overlay: Of<'question'>, key: KeyName, at: number): State => {
	if (isLeaving(key)) {
		return cancel(state, overlay);
	}

	if (overlay.paintedAt === null || at - overlay.paintedAt < deafMs) {
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
			// Whoever typed the name has said what he wants.
			const isMeant = overlay.focus === 'yes' || (overlay.question.typed !== null && isTypedRight(overlay));
			return isMeant ? confirm(state, overlay) : cancel(state, overlay);
		}

		default: {
			if (overlay.question.typed === null) {
				return key === 'y' ? confirm(state, overlay) : (key === 'n' ? cancel(state, overlay) : state);
			}

			const text = edited(overlay.text, key);
			return text === undefined ? state : withText(state, overlay, text);
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

	if (isLeaving(key)) {
		return close(state);
	}

	switch (overlay.kind) {
		case 'palette': {
			return palette(state, overlay, key);
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

	const line = pasted.split(/[\n\r]/, 1)[0]!.replaceAll(/\p{Other}/gu, '').slice(0, longest - overlay.text.length);
	const text = overlay.text + line;
	return overlay.kind === 'filter' ? withText(setFilter(state, text), overlay, text) : {...state, overlay: overlay.kind === 'palette' ? {...overlay, text, index: 0} : {...overlay, text}};
};
