import {describe, expect, test} from 'vitest';
import {safeLine, safeText} from '../../source/domain/safe-text.js';

const esc = '\u{1B}';

describe('safe text', () => {
	test.each([
		['plain text, and words of any script', 'VM läuft — 日本語 ok', 'VM läuft — 日本語 ok'],
		['colours', `${esc}[31;1mred${esc}[0m`, 'red'],
		['a window title', `a${esc}]0;owned\u{7}b`, 'ab'],
		['a hyperlink', `${esc}]8;;https://evil.example${esc}\\click${esc}]8;;${esc}\\`, 'click'],
		['cursor moves', `safe${esc}[2K${esc}[1Gforged`, 'safeforged'],
		['escapes that never end', `a${esc}[b${esc}]0;c${esc}[1;2${esc}`, 'a0;c1;2'],
		['a change of character set', `a${esc}(0b`, 'ab'],
		['the 8-bit forms', 'a\u{9B}31mb\u{85}c', 'ab ⏎ c'],
		['a bell, a backspace, a null', 'a\u{7}b\u{8}c\u{0}d\u{7F}', 'abcd'],
		['lines', 'one\r\ntwo\n\n  three\rfour\n', 'one ⏎ two ⏎ three ⏎ four'],
		['tabs', 'a\tb', 'a b'],
		['reordering', 'user\u{202E}txt.exe\u{2066}x\u{2069}', 'usertxt.exex'],
		['what cannot be seen', 'a\u{200B}b\u{200D}c\u{FEFF}d\u{AD}e\u{3164}f\u{E0041}g', 'abcdefg'],
		['half characters', 'a\u{D800}b', 'a\u{FFFD}b'],
		['stacked marks', `z${'\u{301}'.repeat(40)}y`, `z${'\u{301}'.repeat(4)}y`],
		['a mark without a base', '\u{301}\u{301} text', 'text'],
		['nothing but what is dropped', `${esc}[0m\u{200B}\n\n`, ''],
	])('%s', (_, text, safe) => {
		expect(safeText(text)).toBe(safe);
	});

	test('what is too long is cut with a sign, in whole characters', () => {
		expect(safeText('abcdef', 4)).toBe('abc…');
		expect(safeText('abcd', 4)).toBe('abcd');
		expect(safeText('😀😀😀', 2)).toBe('😀…');
		expect([...safeText('ä'.repeat(100_000))]).toHaveLength(500);
	});

	test('a text made to be slow is not', () => {
		const startedAt = performance.now();
		const repeated = [' ', '\n ', '\u{301}', `${esc}[`, `${esc}]`, '\u{9D}', 'a '].map(piece => piece.repeat(1e6));
		for (const text of [...repeated, `a${' '.repeat(1e6)}b`, `${esc}[${'1'.repeat(1e6)}`]) {
			safeText(text);
			safeText(text, 2000);
		}

		expect(performance.now() - startedAt).toBeLessThan(1000);
	});

	test('no byte of any text moves the cursor, colours, reorders or hides (20,000 texts)', () => {
		const pieces = [esc,
			'[',
			']',
			'\u{9B}',
			'\u{9D}',
			'\u{90}',
			'\u{7}',
			'\\',
			';',
			'31m',
			'0;x',
			'P',
			'_',
			'\n',
			'\r',
			'\u{2028}',
			'\t',
			' ',
			'a',
			'é',
			'日',
			'😀',
			'\u{301}',
			'\u{20DD}',
			'\u{200D}',
			'\u{202E}',
			'\u{D83D}',
			'\u{DE00}',
			'\u{61C}',
			'\u{180E}',
			'\u{0}',
			'\u{7F}',
			'⏎',
			'…'];
		let seed = 7;
		const next = (below: number) => {
			seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7F_FF_FF_FF; // eslint-disable-line no-bitwise
			return (seed >> 8) % below; // eslint-disable-line no-bitwise
		};

		for (let round = 0; round < 20_000; round++) {
			const text = Array.from({length: next(24)}, () => next(4) === 0 ? String.fromCodePoint(next(0x1_00_00)) : pieces[next(pieces.length)]).join('');
			const safe = safeText(text, 12);
			const told = JSON.stringify(text);
			expect(safe, told).not.toMatch(/[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/u);
			expect(safe, told).not.toMatch(/^[\s\p{Mark}]|\p{Mark}{5}|\s$/u);
			expect([...safe].length, told).toBeLessThanOrEqual(12);
			expect(safeText(safe, 12), told).toBe(safe);
		}
	});
});

describe('a safe line', () => {
	test('keeps its indentation and columns', () => {
		expect(safeLine('  web1   läuft')).toBe('  web1   läuft');
		expect(safeLine('')).toBe('');
	});

	test('has nothing in it that moves, recolours or forges', () => {
		expect(safeLine(`  web1${esc}[31m  red${esc}[2J\nx\ry\u{202E}z\u{9B}35m`)).toBe('  web1  red ⏎ x ⏎ yz');
	});
});
