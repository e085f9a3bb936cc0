import {findNearest} from '../domain/suggest.js';
import {verbs, type Verb} from '../intents/verbs.js';
import {
	findVerbIn,
	hereOf,
	isLine,
	needsWords,
	remembered,
	splitLine,
} from './command-line.js';
import {commands} from './commands.js';
import {edited} from './editing.js';
import {type FormName} from './forms/form.js';
import {vmOf} from './forms-here.js';
import {openForm} from './forms/reduce-form.js';
import {type KeyName} from './keys.js';
import {type Overlay} from './overlay.js';
import {findEntries, type PaletteEntry} from './palette.js';
import {say, wish, type State} from './state.js';

type Palette = Extract<Overlay, {readonly kind: 'palette'}>;

const close = (state: State): State => ({...state, overlay: null});

/** The palette with other letters, or another line. */
export const withTyped = (state: State, overlay: Palette, text: string): State => ({
	...state, overlay: {
		...overlay, text, index: 0, recalled: 0,
	},
});

const forms: Readonly<Record<string, FormName>> = {'vm create': 'vm', 'install add': 'install', 'backup schedule': 'schedule'};

/** The form that asks for the words of a verb; undefined: it has none, or nothing here to be about. */
const formFor = (state: State, {name}: Verb): State | undefined => {
	const form = state.isReadOnly ? undefined : forms[name];
	const about = vmOf(hereOf(state).subject);
	return form === undefined || (form === 'schedule' && about === null) ? undefined : openForm(close(state), form, form === 'schedule' ? about : null);
};

const run = (state: State, line: string): State =>
	wish({...close(state), commandLines: remembered(state.commandLines, line)}, {kind: 'command', line});

const runLine = (state: State, line: string): State => {
	const found = findVerbIn(line);
	const form = found?.rest?.trim() === '' ? formFor(state, found.verb) : undefined;
	if (form) {
		return form;
	}

	const split = splitLine(line);
	return 'problem' in split ? say(state, 'bad', split.problem) : run(state, line.trim());
};

const choose = (state: State, overlay: Palette, {label, reason, does}: PaletteEntry): State => {
	if (reason !== null) {
		return say(close(state), 'plain', `${label}: ${reason}`);
	}

	if (does.kind === 'key') {
		return commands[does.command](close(state));
	}

	// What changes something stands there to be read before it is run, unless somebody has written it out.
	const {verb, line} = does;
	const isMeant = !verb.isWriting || overlay.text.trim() === verb.name;
	return formFor(state, verb) ?? (isMeant && !needsWords(verb) ? run(state, verb.name) : withTyped(state, overlay, line));
};

/** The verb that was most likely meant: by all that was typed, by its first two words, or by the first alone. */
const nearestTo = (text: string): string | undefined => {
	const words = text.trim().split(/\s+/);
	const names = verbs.map(({name}) => name);
	return findNearest(text, names) ?? findNearest(words.slice(0, 2).join(' '), names) ?? findNearest(words[0]!, names);
};

const refuse = (state: State, text: string): State => {
	const nearest = nearestTo(text);
	return say(state, 'bad', nearest === undefined ? 'no command is like that: with fewer letters you see what there is' : `no command is like that: did you mean ${nearest}?`);
};

const enter = (state: State, overlay: Palette): State => {
	if (isLine(overlay.text)) {
		return runLine(state, overlay.text);
	}

	const entry = findEntries(state, overlay.text)[overlay.index];
	return entry ? choose(state, overlay, entry) : refuse(state, overlay.text);
};

/** An earlier line, or a later one; behind the last there is none. */
const recall = (state: State, overlay: Palette, by: 1 | -1): State => {
	const recalled = Math.max(0, Math.min(overlay.recalled + by, state.commandLines.length));
	return recalled === overlay.recalled
		? state
		: {
			...state, overlay: {
				...overlay, recalled, index: 0, text: recalled === 0 ? '' : state.commandLines.at(-recalled)!,
			},
		};
};

const move = (state: State, overlay: Palette, by: 1 | -1): State => {
	const isRecalling = isLine(overlay.text) || overlay.recalled > 0 || (by === -1 && overlay.index === 0 && overlay.text === '');
	if (isRecalling) {
		return recall(state, overlay, by === -1 ? 1 : -1);
	}

	const count = findEntries(state, overlay.text).length;
	return {...state, overlay: {...overlay, index: Math.max(0, Math.min(overlay.index + by, count - 1))}};
};

const complete = (state: State, overlay: Palette): State => {
	const entry = isLine(overlay.text) ? undefined : findEntries(state, overlay.text)[overlay.index];
	return entry?.does.kind === 'verb' && entry.reason === null ? withTyped(state, overlay, entry.does.line) : state;
};

/** Gives a key to the palette. */
export const reducePalette = (state: State, overlay: Palette, key: KeyName): State => {
	switch (key) {
		case 'enter': {
			return enter(state, overlay);
		}

		case 'tab': {
			return complete(state, overlay);
		}

		case 'down': {
			return move(state, overlay, 1);
		}

		case 'up':
		case 'shift-tab': {
			return move(state, overlay, -1);
		}

		default: {
			const text = edited(overlay.text, key);
			return text === undefined ? state : withTyped(state, overlay, text);
		}
	}
};
