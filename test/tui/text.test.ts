import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {createTimes, formatCountdown, formatSpan} from '../../source/tui/format.js';
import {
	fit,
	fitEdges,
	fitPieces,
	wrap,
} from '../../source/tui/text.js';
import {chooseTheme, createTheme, needsAscii} from '../../source/tui/theme.js';
import {controlsIn, isAscii} from './support/controls.js';

const plain = createTheme({isAscii: false, isColour: false});
const coloured = createTheme({isAscii: false, isColour: true});
const ascii = createTheme({isAscii: true, isColour: false});

describe('fit', () => {
	it.each(['short', 'a much longer text than ten', '日本語のホスト名', 'e\u{301}'.repeat(20), '👩‍👩‍👧 family', '\u{1B}[31mred\u{1B}[0m', 'two\nlines', '', ' '.repeat(3)])('makes %j exactly ten columns wide', text => {
		expect(stringWidth(fit(plain, text, 10))).toBe(10);
		expect(stringWidth(fit(ascii, text, 10))).toBe(10);
	});

	it('cuts with an ellipsis and fills up on either side', () => {
		expect(fit(plain, 'a longer text', 8)).toBe('a longe…');
		expect(fit(plain, 'ab', 4)).toBe('ab  ');
		expect(fit(plain, 'ab', 4, 'right')).toBe('  ab');
		expect(fit(ascii, 'a longer text', 8)).toBe('a longe~');
	});

	it('lets nothing through that colours, moves, reorders or breaks a line', () => {
		const hostile = '\u{1B}[31mred\u{1B}]0;title\u{7}\r\n2026 info scheduler all is well\u{202E}\u{1B}[2J\u{9B}31m';
		expect(controlsIn(fit(coloured, hostile, 60))).toEqual([]);
	});

	it('leaves nothing but ASCII where the terminal has no more', () => {
		expect(isAscii(fit(ascii, '日本 é ●', 20))).toBe(true);
	});
});

describe('pieces', () => {
	it('are cut together, each in its style', () => {
		expect(fitPieces(plain, [['plain', 'ab '], ['good', 'cdef']], 5)).toBe('ab c…');
		expect(fitPieces(coloured, [['good', 'ok']], 4)).toBe('\u{1B}[32mok\u{1B}[39m  ');
	});

	it('at the right edge stay whole while those at the left give way', () => {
		expect(fitEdges(plain, [['plain', 'a long left side']], [['plain', 'right']], 15)).toBe('a long l… right');
	});

	it('break at spaces', () => {
		expect(wrap(plain, 'one two three', 8)).toEqual(['one two', 'three']);
	});
});

describe('moments and spans', () => {
	it('stand in the zone of the config, labelled', () => {
		const at = Date.parse('2026-11-21T17:40:12Z');
		expect(createTimes('Europe/Berlin').clock(at)).toBe('Sat 18:40:12 CET');
		expect(createTimes('UTC').full(at)).toBe('2026-11-21 17:40:12 UTC');
		expect(createTimes('Europe/Berlin').time(Date.parse('2026-07-01T22:00:00Z'))).toBe('00:00:00');
	});

	it('are short', () => {
		expect([0, 59_999, 60_000, 3_600_000, 200_000_000].map(ms => formatSpan(ms))).toEqual(['0s', '59s', '1m', '1h', '2d']);
		expect(formatSpan(-5)).toBe('0s');
		expect([-1, 999, 8000].map(ms => formatCountdown(ms))).toEqual(['now', 'now', 'in 8s']);
	});
});

describe('the theme', () => {
	it('is ASCII without a UTF-8 locale and on the Linux console', () => {
		expect(needsAscii({LANG: 'C.UTF-8', TERM: 'xterm'})).toBe(false);
		expect(needsAscii({LANG: 'de_DE.utf8', TERM: 'xterm'})).toBe(false);
		expect(needsAscii({LANG: 'C.UTF-8', LC_ALL: 'C', TERM: 'xterm'})).toBe(true);
		expect(needsAscii({TERM: 'xterm'})).toBe(true);
		expect(needsAscii({LANG: 'C.UTF-8', TERM: 'linux'})).toBe(true);
	});

	it('has no colour under NO_COLOR, and keeps reverse video', () => {
		const theme = chooseTheme({NO_COLOR: '1', LANG: 'C.UTF-8'}, false);
		expect(theme.paint('bad', 'x')).toBe('\u{1B}[1mx\u{1B}[22m');
		expect(theme.paint('good', 'x')).toBe('x');
		expect(theme.paint('selected', 'x')).toBe('\u{1B}[7mx\u{1B}[27m');
		expect(chooseTheme({NO_COLOR: '', LANG: 'C.UTF-8'}, false).paint('good', 'x')).toBe('\u{1B}[32mx\u{1B}[39m');
	});
});
