import {type Settings} from '../../domain/settings.js';
import {type Overlay} from '../overlay.js';
import {formOf} from './all-forms.js';
import {
	type Field,
	type Form,
	type FormProblems,
	type FormValues,
} from './form.js';

export type FormOverlay = Extract<Overlay, {readonly kind: 'form'}>;

/** The fields that are there; the two buttons, to send and to cancel, come behind them. */
export const fieldsOf = ({form, values}: Pick<FormOverlay, 'form' | 'values'>): readonly Field[] => formOf(form).fields.filter(({isThere}) => isThere?.(values) ?? true);

export const valueOf = (values: FormValues, {name}: Pick<Field, 'name'>): string => values[name] ?? '';

/** What follows from a change in other fields: a suggestion that nobody typed over, a choice that is none any more. */
export const settle = ({fields}: Form, before: FormValues, after: FormValues, settings: Settings): FormValues => {
	let values = after;
	for (const field of fields) {
		const {name, suggest, choices} = field;
		const old = valueOf(before, field);
		if (suggest && valueOf(values, field) === old && old === suggest(settings, before)) {
			values = {...values, [name]: suggest(settings, values)};
		}

		const options = choices?.(settings, values);
		if (options && !options.includes(valueOf(values, field))) {
			values = {...values, [name]: options[0] ?? ''};
		}
	}

	return values;
};

/** What is wrong with some of the fields. */
export const problemsIn = ({form, values}: Pick<FormOverlay, 'form' | 'values'>, names: readonly string[], settings: Settings): FormProblems =>
	Object.fromEntries(Object.entries(formOf(form).check(values, settings)).filter(([name]) => names.includes(name)));
