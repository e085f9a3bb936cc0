import {type App} from '../../app.js';
import {Refused} from '../../intents/refused.js';
import {type Action, type Effect} from '../state.js';
import {formOf} from './all-forms.js';
import {type SendWays} from './form.js';
import {objectionProblems} from './problems-by-field.js';

type Of<T, Kind> = Extract<T, {readonly kind: Kind}>;

const textOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/** Sends a form: what is refused comes back by field, as far as it is about one. */
export const submitForm = async ({form: name, values, about}: Of<Effect, 'submit'>, app: App, ways: Omit<SendWays, 'about'>): Promise<Of<Action, 'problems' | 'submitted'>> => {
	const form = formOf(name);
	try {
		return {
			kind: 'submitted', form: name, sent: values, ...await form.send(app, values, {about, ...ways}),
		};
	} catch (error) {
		const problems = error instanceof Refused ? objectionProblems([error], form.fields) : {'': textOf(error)};
		return {
			kind: 'problems', form: name, sent: values, problems,
		};
	}
};

/** Reads what stands in a form at first. */
export const readForm = async ({form, about}: Of<Effect, 'read-form'>, app: App): Promise<Of<Action, 'filled' | 'problems'>> => {
	try {
		const values = await formOf(form).read?.(app, about);
		return {
			kind: 'filled', form, about, values: values ?? {},
		};
	} catch (error) {
		return {
			kind: 'problems', form, sent: null, problems: {'': textOf(error)},
		};
	}
};
