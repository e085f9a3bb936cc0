import {isCharacter, type KeyName} from './keys.js';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The most characters that a line takes. */
const longestLine = 500;

const withoutLast = (text: string): string => [...segmenter.segment(text)].slice(0, -1).map(({segment}) => segment).join('');

/** The text after a key; undefined where the key is none that edits. */
export const edited = (text: string, key: KeyName, most = longestLine): string | undefined => {
	switch (key) {
		case 'backspace': {
			return withoutLast(text);
		}

		case 'ctrl-u': {
			return '';
		}

		case 'ctrl-w': {
			const kept = text.trimEnd();
			return kept.slice(0, kept.lastIndexOf(' ') + 1);
		}

		default: {
			return isCharacter(key) && text.length < most ? text + key : undefined;
		}
	}
};

/** The text with the first line of what was pasted behind it. */
export const withPasted = (text: string, pasted: string, most = longestLine): string =>
	text + pasted.split(/[\n\r]/, 1)[0]!.replaceAll(/\p{Other}/gu, '').slice(0, Math.max(0, most - text.length));
