import {Buffer} from 'node:buffer';

/** What PHP's `serialize` can carry of ours. */
export type PhpValue = string | number | boolean | null | readonly PhpValue[] | {readonly [key: string]: PhpValue};

const keyOf = (key: string): string => /^(?:0|-?[1-9]\d{0,17})$/.test(key) ? `i:${key};` : serialize(key);

/** As PHP's own `serialize` writes it; the lengths are bytes. */
export const serialize = (value: PhpValue): string => {
	if (typeof value === 'string') {
		return `s:${Buffer.byteLength(value)}:"${value}";`;
	}

	if (typeof value === 'number') {
		return `${Number.isSafeInteger(value) ? 'i' : 'd'}:${value};`;
	}

	if (typeof value === 'boolean') {
		return `b:${Number(value)};`;
	}

	if (value === null) {
		return 'N;';
	}

	const entries = Object.entries(value as Readonly<Record<string, PhpValue>>);
	return `a:${entries.length}:{${entries.map(([key, one]) => keyOf(key) + serialize(one)).join('')}}`;
};
