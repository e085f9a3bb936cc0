import {type Key} from 'ink';

/** A key by its name (`enter`, `ctrl-d`, `page-up`), or the character itself. */
export type KeyName = string;

const named: ReadonlyArray<readonly [keyof Key, KeyName]> = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'page-up'],
	['pageDown', 'page-down'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'esc'],
	['backspace', 'backspace'],
	['delete', 'delete'],
];

const controls: Readonly<Record<string, KeyName>> = {
	'\r': 'enter', '\n': 'enter', '\t': 'tab', '\b': 'backspace', '\u{7F}': 'backspace', '\u{1B}': 'esc',
};

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

const nameOf = (character: string): KeyName => {
	const code = character.codePointAt(0)!;
	return controls[character] ?? (code < 0x20 ? `ctrl-${String.fromCodePoint(code + 0x60)}` : character);
};

/**
 The keys of one call of Ink's `useInput`. Over ssh several keys come in one chunk, and Ink hands that on as one text
 (`jjj`, or `j` and Enter in one), so it is taken apart here.
 */
export const splitKeys = (input: string, key: Key): readonly KeyName[] => {
	const name = named.find(([flag]) => key[flag] === true)?.[1];
	if (name !== undefined) {
		return [name];
	}

	if (key.tab) {
		return [key.shift ? 'shift-tab' : 'tab'];
	}

	if (key.ctrl) {
		return input === '' ? [] : [`ctrl-${input}`];
	}

	// "\r\n" is one grapheme, and one press of Enter in a terminal that sends both.
	const names = [...segmenter.segment(input)].map(({segment}) => segment === '\r\n' ? 'enter' : nameOf(segment));
	// No key is bound to Alt, so Escape and a letter that came in one chunk are just that.
	return key.meta && names.length > 0 ? ['esc', ...names] : names;
};

/** Whether the key writes a character. */
export const isCharacter = (key: KeyName): boolean => [...segmenter.segment(key)].length === 1;
