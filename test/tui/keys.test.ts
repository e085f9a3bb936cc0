import {type Key} from 'ink';
import {describe, expect, it} from 'vitest';
import {splitKeys} from '../../source/tui/keys.js';

const none: Key = {
	upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false, home: false, end: false, return: false, escape: false,
	ctrl: false, shift: false, tab: false, backspace: false, delete: false, meta: false, super: false, hyper: false, capsLock: false, numLock: false,
};

describe('splitKeys', () => {
	it.each<[string, string, Partial<Key>, readonly string[]]>([
		['one letter', 'j', {}, ['j']],
		['three letters in one chunk', 'jjj', {}, ['j', 'j', 'j']],
		['a letter and Enter in one chunk', 'j\r', {}, ['j', 'enter']],
		['a carriage return with its line feed', 'j\r\n', {}, ['j', 'enter']],
		['a tab and control letters in one chunk', '\t\u{4}\u{3}', {}, ['tab', 'ctrl-d', 'ctrl-c']],
		['an arrow', '', {upArrow: true}, ['up']],
		['Escape', '', {escape: true}, ['esc']],
		['Escape and a letter that came in one chunk', 'j', {meta: true}, ['esc', 'j']],
		['shift and tab', '', {tab: true, shift: true}, ['shift-tab']],
		['a control key', 'd', {ctrl: true}, ['ctrl-d']],
		['a letter of two code points', 'é', {}, ['é']],
		['a key that Ink knows nothing of', '', {}, []],
	])('%s', (_, input, flags, keys) => {
		expect(splitKeys(input, {...none, ...flags})).toEqual(keys);
	});
});
