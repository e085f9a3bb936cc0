import {type Field, type FormValues} from './form.js';

type Body = Readonly<Record<string, unknown>>;

const put = (body: Body, [first, ...rest]: readonly string[], value: unknown): Body => {
	if (rest.length > 0) {
		return {...body, [first!]: put((body[first!] ?? {}) as Body, rest, value)};
	}

	return value === undefined ? body : {...body, [first!]: value};
};

const readText = (text: string): string | undefined => text === '' ? undefined : text;

/** The order that the fields spell, as a billing module would send it; what is empty is not in it. */
export const orderBody = (fields: readonly Field[], values: FormValues): Body => {
	let body: Body = {};
	for (const {name, read = readText} of fields) {
		body = put(body, name.split('.'), read((values[name] ?? '').trim()));
	}

	return body;
};

/** A number where it is one; anything else stays as it is, for the order's own check to refuse. */
export const readNumber = (text: string): number | string | undefined => /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : readText(text);
