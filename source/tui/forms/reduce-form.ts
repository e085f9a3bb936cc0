import {edited, withPasted} from '../editing.js';
import {isCharacter, type KeyName} from '../keys.js';
import {say, wish, type State} from '../state.js';
import {formOf} from './all-forms.js';
import {type Field, type FormName, type FormProblems} from './form.js';
import {
	fieldsOf,
	problemsIn,
	settle,
	valueOf,
	type FormOverlay,
} from './form-values.js';

// A public key may be as long; nothing else is.
const longest = 16_384;

/** Opens an empty form; one that is for a VM is read first. */
export const openForm = (state: State, name: FormName, about: string | null): State => {
	const form = formOf(name);
	if (state.isReadOnly) {
		return say(state, 'plain', `${form.title({})}: this session is read-only`);
	}

	if (about === null && form.read) {
		return say(state, 'plain', `${form.title({})}: choose a VM first`);
	}

	const values = settle(form, {}, form.start, state.settings);
	const isReading = form.read !== undefined;
	const opened: State = {
		...state, overlay: {
			kind: 'form', form: name, about, values, start: values, field: 0, problems: {}, left: [], isReading, isSending: false, isWarned: false,
		},
	};
	return isReading ? wish(opened, {kind: 'read-form', form: name, about: about!}) : opened;
};

const edit = (state: State, overlay: FormOverlay, {name}: Field, text: string): State => {
	const values = settle(formOf(overlay.form), overlay.values, {...overlay.values, [name]: text}, state.settings);
	const typed = {...overlay, values};
	return {...state, overlay: {...typed, problems: problemsIn(typed, overlay.left, state.settings)}};
};

/** Moves the cursor; what it leaves may be judged from then on. */
const move = (state: State, overlay: FormOverlay, by: number): State => {
	const fields = fieldsOf(overlay);
	const field = (overlay.field + by + fields.length + 2) % (fields.length + 2);
	const name = fields[overlay.field]?.name;
	if (name === undefined) {
		return {...state, overlay: {...overlay, field}};
	}

	return {
		...state, overlay: {
			...overlay, field, left: [...new Set([...overlay.left, name])], problems: {...overlay.problems, ...problemsIn(overlay, [name], state.settings)},
		},
	};
};

/** Closes it; what was typed is thrown away only by whoever was told so. */
const leave = (state: State, overlay: FormOverlay): State => {
	const closed: State = {...state, overlay: null};
	if (overlay.isSending) {
		return say(closed, 'plain', 'it goes on without the form; how it went is said here');
	}

	const isTyped = !overlay.isReading && formOf(overlay.form).fields.some(field => valueOf(overlay.values, field) !== valueOf(overlay.start, field));
	return isTyped && !overlay.isWarned ? say({...state, overlay: {...overlay, isWarned: true}}, 'plain', 'something was typed here: once more throws it away') : closed;
};

/** With what is wrong, the cursor on the first field of which something is. */
export const withProblems = (overlay: FormOverlay, problems: FormProblems): FormOverlay => {
	const fields = fieldsOf(overlay);
	const first = fields.findIndex(({name}) => problems[name] !== undefined);
	return {
		...overlay, problems, isSending: false, left: fields.map(({name}) => name), field: first === -1 ? overlay.field : first,
	};
};

const submit = (state: State, overlay: FormOverlay): State => {
	const {form, values, about} = overlay;
	const problems = formOf(form).check(values, state.settings);
	if (Object.keys(problems).length > 0) {
		return {...state, overlay: withProblems(overlay, problems)};
	}

	return wish({...state, overlay: {...overlay, problems, isSending: true}}, {
		kind: 'submit', form, values, about,
	});
};

const pressButton = (state: State, overlay: FormOverlay, key: KeyName): State => {
	const send = fieldsOf(overlay).length;
	switch (key) {
		case 'enter': {
			return submit(state, overlay);
		}

		case 'left':
		case 'right': {
			return {...state, overlay: {...overlay, field: overlay.field === send ? send + 1 : send}};
		}

		default: {
			return state;
		}
	}
};

const steps: ReadonlyMap<KeyName, 1 | -1> = new Map([['right', 1], ['left', -1]]);

/** The choice that a key leads to: the one beside, or the next that begins with the letter. */
const choose = (choices: readonly string[], chosen: string, key: KeyName): string | undefined => {
	const step = steps.get(key);
	if (step !== undefined) {
		return choices.at((choices.indexOf(chosen) + step) % choices.length);
	}

	const candidates = isCharacter(key) ? choices.filter(choice => choice.toLowerCase().startsWith(key.toLowerCase())) : [];
	return candidates.at((candidates.indexOf(chosen) + 1) % candidates.length);
};

const pressField = (state: State, overlay: FormOverlay, field: Field, key: KeyName): State => {
	if (key === 'enter') {
		return move(state, overlay, 1);
	}

	const value = valueOf(overlay.values, field);
	const choices = field.choices?.(state.settings, overlay.values);
	const text = choices ? choose(choices, value, key) : edited(value, key, longest);
	return text === undefined ? state : edit(state, overlay, field, text);
};

const moves: ReadonlyMap<KeyName, 1 | -1> = new Map([['tab', 1], ['down', 1], ['shift-tab', -1], ['up', -1]]);

/** Gives a key to a form, Escape and Ctrl-C too. */
export const reduceForm = (state: State, overlay: FormOverlay, key: KeyName): State => {
	const isCancel = key === 'enter' && overlay.field > fieldsOf(overlay).length && !overlay.isSending && !overlay.isReading;
	if (key === 'esc' || key === 'ctrl-c' || isCancel) {
		return leave(state, overlay);
	}

	if (overlay.isSending || overlay.isReading) {
		return state;
	}

	const calm: FormOverlay = overlay.isWarned ? {...overlay, isWarned: false} : overlay;
	const by = moves.get(key);
	if (by !== undefined) {
		return move(state, calm, by);
	}

	const field = fieldsOf(calm)[calm.field];
	return field ? pressField(state, calm, field, key) : pressButton(state, calm, key);
};

/** Puts the first line of what was pasted behind the text of the field; a choice must be pasted in full. */
export const pasteIntoForm = (state: State, overlay: FormOverlay, pasted: string): State => {
	const field = fieldsOf(overlay)[overlay.field];
	if (!field || overlay.isSending || overlay.isReading) {
		return state;
	}

	const calm: FormOverlay = {...overlay, isWarned: false};
	const line = pasted.trim();
	const choices = field.choices?.(state.settings, overlay.values);
	if (choices) {
		const choice = withPasted('', line);
		return choices.includes(choice) ? edit(state, calm, field, choice) : state;
	}

	return edit(state, calm, field, withPasted(valueOf(overlay.values, field), line, longest));
};
