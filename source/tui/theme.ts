import {styleText} from 'node:util';

/** What a piece of text is, never what colour it has: without colour the words and marks say the same. */
export type Style = 'plain' | 'dim' | 'strong' | 'good' | 'warning' | 'bad' | 'accent' | 'alarm' | 'selected';

/** Every sign that is not a letter, so that a terminal without UTF-8 gets letters instead. */
export type Glyphs = {
	readonly horizontal: string;
	readonly vertical: string;
	readonly topLeft: string;
	readonly topRight: string;
	readonly bottomLeft: string;
	readonly bottomRight: string;
	readonly teeLeft: string;
	readonly teeRight: string;
	readonly teeDown: string;
	readonly teeUp: string;
	readonly cursor: string;
	readonly leader: string;
	readonly none: string;
	readonly ellipsis: string;
	readonly separator: string;
	/** From the lowest to the highest. */
	readonly spark: readonly string[];
};

export type Theme = {
	readonly isAscii: boolean;
	readonly glyphs: Glyphs;
	/** Puts the style round text that was made safe and fitted before. */
	readonly paint: (style: Style, text: string) => string;
};

const unicodeGlyphs: Glyphs = {
	horizontal: '─', vertical: '│',
	topLeft: '┌', topRight: '┐', bottomLeft: '└', bottomRight: '┘',
	teeLeft: '├', teeRight: '┤', teeDown: '┬', teeUp: '┴',
	cursor: '▸', leader: '●', none: '–', ellipsis: '…', separator: '·',
	spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
};

const asciiGlyphs: Glyphs = {
	horizontal: '-', vertical: '|',
	topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+',
	teeLeft: '+', teeRight: '+', teeDown: '+', teeUp: '+',
	cursor: '>', leader: '*', none: '-', ellipsis: '~', separator: '-',
	spark: ['1', '2', '3', '4', '5', '6', '7', '8'],
};

type Format = Parameters<typeof styleText>[0];

// Sixteen colours only: they follow the person's own palette, light or dark.
const coloured: Readonly<Record<Style, Format | undefined>> = {
	plain: undefined,
	dim: 'dim',
	strong: 'bold',
	good: 'green',
	warning: 'yellow',
	bad: 'red',
	accent: 'cyan',
	alarm: ['red', 'bold', 'inverse'],
	selected: 'inverse',
};

// NO_COLOR speaks of colour: weight and reverse video stay.
const uncoloured: Readonly<Record<Style, Format | undefined>> = {
	...coloured,
	good: undefined,
	warning: undefined,
	bad: 'bold',
	accent: undefined,
	alarm: ['bold', 'inverse'],
};

export const createTheme = ({isAscii, isColour}: {readonly isAscii: boolean; readonly isColour: boolean}): Theme => {
	const formats = isColour ? coloured : uncoloured;

	return {
		isAscii,
		glyphs: isAscii ? asciiGlyphs : unicodeGlyphs,
		paint(style, text) {
			const format = formats[style];
			return format === undefined || text === '' ? text : styleText(format, text, {validateStream: false});
		},
	};
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the terminal can be trusted with anything beyond ASCII. */
export const needsAscii = (environment: Environment): boolean => {
	const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(value => value !== undefined && value !== '') ?? '';
	return environment.TERM === 'linux' || !/utf-?8/i.test(locale);
};

/** The theme for this terminal: Ink itself looks at neither NO_COLOR nor the locale. */
export const chooseTheme = (environment: Environment, isAsciiWished: boolean): Theme => createTheme({
	isAscii: isAsciiWished || needsAscii(environment),
	isColour: (environment.NO_COLOR ?? '') === '',
});
