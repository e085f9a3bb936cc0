import type * as z from 'zod';
import {listProblems, pathText} from '../../intents/problems.js';
import {type Field, type FormProblems} from './form.js';

type Saying = {readonly message: string; readonly hint: string};

const placeOf = (path: string, fields: readonly Field[]): string => fields.find(({name}) => path === name || path.startsWith(`${name}[`) || path.startsWith(`${name}.`))?.name ?? '';

/** The first of each field, as only one has room; what is about none of them is told in full. */
const gather = (problems: ReadonlyArray<readonly [place: string, text: string]>): FormProblems => {
	const gathered = new Map<string, string>();
	for (const [place, text] of problems) {
		const before = gathered.get(place);
		gathered.set(place, before === undefined ? text : (place === '' ? `${before}; ${text}` : before));
	}

	return Object.fromEntries(gathered);
};

/** What a schema of the intents has against an input, by field. */
export const shapeProblems = (schema: z.ZodType, body: unknown, fields: readonly Field[]): FormProblems => {
	const result = schema.safeParse(body, {reportInput: true});
	return result.success
		? {}
		: gather(listProblems(result.error.issues).map(({path, message}) => {
			const text = pathText(path);
			const place = placeOf(text, fields);
			return [place, place === '' && text !== '' ? `${text}: ${message}` : message];
		}));
};

/** What speaks against a wish, by field: an objection to one begins with its name. */
export const objectionProblems = (objections: readonly Saying[], fields: readonly Field[]): FormProblems => gather(objections.map(({message, hint}) => {
	const end = message.indexOf(': ');
	const place = end === -1 ? '' : placeOf(message.slice(0, end), fields);
	const text = place === '' ? message : message.slice(end + 2);
	return [place, hint === '' ? text : `${text}; ${hint}`];
}));
