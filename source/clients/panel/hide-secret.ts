import {safeText, type SafeText} from '../../domain/safe-text.js';

/** Text from a panel made safe to show, with the password of the request taken out. */
export type Show = (text: string, max?: number) => SafeText;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0').replaceAll(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`);
const encoded = (character: string): string => [...new TextEncoder().encode(character)].map(byte => `%${hex(byte, 2)}`).join('');
const jsonEscape = (character: string): string => character.split('').map(unit => `u${hex(unit.codePointAt(0)!, 4)}`).join(String.raw`\\{1,8}`);
const entities = new Map([['&', 'amp'], ['<', 'lt'], ['>', 'gt'], ['"', 'quot'], ['\'', 'apos']]);

const entity = (character: string): string => {
	const code = character.codePointAt(0)!;
	const numbers = `#0{0,4}${code}|#[xX]0{0,4}${hex(code, 1)}`;
	return `&(?:${[entities.get(character) ?? [], numbers].flat().join('|')});`;
};

/** How much of a text is looked at; far less than that is ever shown. */
const mostLookedAt = 16_384;

const quotes = ['\\', '\'', '"'];
const quoteWritings = [String.raw`[\\'"]`, ...quotes.flatMap(quote => [jsonEscape(quote), encoded(quote), entity(quote)])].join('|');

/** How programs write a part of a secret: as it is, after backslashes (JSON in JSON), as JSON's `\u0041`, in a URL, in HTML. Quotes and backslashes, which shells mix, go together. */
const writings = (part: string): string => {
	if (quotes.includes(part[0]!)) {
		return `(?:${quoteWritings}){${part.length},${8 * part.length}}`;
	}

	const literal = String.raw`\u{${part.codePointAt(0)!.toString(16)}}`;
	return String.raw`\\{0,8}` + `(?:${[jsonEscape(part), encoded(part), entity(part), literal].join('|')})`;
};

/** Takes a secret out of foreign text, however it is written there; what safe text leaves away may have stood in its middle, so that it is looked for before and after. */
export const hideSecret = (secret: string | null): Show => {
	if (secret === null || secret === '') {
		return safeText;
	}

	const parts = secret.match(/["'\\]+|[^"'\\]/gu) ?? [];
	const grammar = new RegExp(parts.map(part => writings(part)).join(''), 'gu');
	const hide = (text: string): string => text.slice(0, mostLookedAt).replaceAll(grammar, '••••');
	return (text, max = 500) => {
		const clean = safeText(hide(text), 4 * max);
		return safeText(hide(clean), max);
	};
};
