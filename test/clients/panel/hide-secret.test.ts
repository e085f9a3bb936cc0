import {describe, expect, test} from 'vitest';
import {hideSecret} from '../../../source/clients/panel/hide-secret.js';

const password = String.raw`pä"ss\w0rd&'x$😀`;
const show = hideSecret(password);
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const escapeAll = (text: string): string => text.split('').map(unit => String.raw`\u${unit.codePointAt(0)!.toString(16).padStart(4, '0')}`).join('');

describe('a password in foreign text', () => {
	test.for([
		['as it is', password],
		['in JSON', inJson(password)],
		['in JSON in JSON', inJson(inJson(password))],
		['in JSON as PHP writes it', inJson(password).replace('ä', String.raw`\u00e4`).replace('😀', String.raw`\ud83d\ude00`)],
		['in JSON with every character escaped', escapeAll(password)],
		['in JSON with capital digits', escapeAll(password).toUpperCase().replaceAll('U', 'u')],
		['in a URL', encodeURIComponent(password)],
		['in HTML', password.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('\'', '&#039;')],
		['in HTML of another kind', password.replaceAll('&', '&#x26;').replaceAll('"', '&#34;').replaceAll('\'', '&apos;')],
		['as `set -x` of a shell quotes it', password.replaceAll('\'', String.raw`'\''`)],
		['with colours in its middle', `${password.slice(0, 4)}\u{1B}[0m${password.slice(4)}`],
		['with an invisible character in its middle', `${password.slice(0, 4)}\u{200B}${password.slice(4)}`],
	])('is hidden %s', ([, written]) => {
		expect(show(`login ada:${written}, twice: ${written}.`)).toBe('login ada:••••, twice: ••••.');
	});

	test('is hidden before a long text is cut, so that no half of it stays', () => {
		expect(show(`${'x'.repeat(490)}${password} and more`, 500)).not.toContain('pä');
	});

	test('leaves all other text as it is, made safe', () => {
		expect(show('copying \u{1B}[31m12 files')).toBe('copying 12 files');
		expect(hideSecret(null)('a b')).toBe('a b');
		expect(hideSecret('')('a b')).toBe('a b');
	});

	test('is looked for in no more than an instant, whatever it and the text are made of', () => {
		const cruel = ['\\'.repeat(60), '\'"\\'.repeat(30), '&amp;'.repeat(30), '%25'.repeat(30), 'u0075'.repeat(20), 'a'.repeat(200)];
		const began = performance.now();
		for (const secret of cruel) {
			for (const text of cruel) {
				hideSecret(`${secret}!`)(text.repeat(2000));
			}
		}

		expect(performance.now() - began).toBeLessThan(10_000);
	});
});
