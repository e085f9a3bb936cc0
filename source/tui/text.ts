import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import {safeText} from '../domain/safe-text.js';
import {type Style, type Theme} from './theme.js';

/** A piece of a line. */
export type Piece = readonly [style: Style, text: string];

const isPlainAscii = (text: string): boolean => /^[\u{20}-\u{7E}]*$/u.test(text);

/** Only what is one column wide everywhere: ASCII, and the lines, blocks and signs that the screens are made of. */
const isNarrow = (text: string): boolean => /^[\u{20}-\u{7E}·–…\u{2500}-\u{259F}▸●]*$/u.test(text);

/** How many columns the text takes. */
export const widthOf = (text: string): number => isNarrow(text) ? text.length : stringWidth(text);

// Twice as many characters as columns, and room for stacked marks: more would only be measured and thrown away.
const maxCharacters = 2000;

/** What may stand on the screen of a text that comes from elsewhere: one line, no control, no colour of its own. */
const cleaned = (theme: Theme, text: string): string => {
	if (isPlainAscii(text)) {
		return text;
	}

	// The spaces at the ends are the screen's own: they keep pieces apart.
	const before = text.length - text.trimStart().length;
	const after = text.length - text.trimEnd().length;
	const safe = ' '.repeat(before) + safeText(text, maxCharacters) + ' '.repeat(before === text.length ? 0 : after);
	return theme.isAscii ? safe.replaceAll(/[^\u{20}-\u{7E}]/gu, '?') : safe;
};

// The program's own signs pass in ASCII too, since the glyphs are ASCII there.
const cut = (theme: Theme, text: string, width: number): string => {
	if (width <= 0) {
		return '';
	}

	const safe = cleaned(theme, text);
	if (widthOf(safe) <= width) {
		return safe;
	}

	const {ellipsis} = theme.glyphs;
	return isNarrow(safe) ? safe.slice(0, width - ellipsis.length) + ellipsis : cliTruncate(safe, width, {truncationCharacter: ellipsis});
};

/** Exactly `width` columns: made safe, cut with an ellipsis or filled up with spaces. */
export const fit = (theme: Theme, text: string, width: number, align: 'left' | 'right' = 'left'): string => {
	const short = cut(theme, text, width);
	const space = ' '.repeat(Math.max(0, width - widthOf(short)));
	return align === 'left' ? short + space : space + short;
};

/** Exactly `width` columns of pieces, each in its style; what does not fit is cut off. */
export const fitPieces = (theme: Theme, pieces: readonly Piece[], width: number): string => {
	let rest = width;
	let line = '';
	for (const [style, text] of pieces) {
		const short = cut(theme, text, rest);
		rest -= widthOf(short);
		line += theme.paint(style, short);
	}

	return line + ' '.repeat(Math.max(0, rest));
};

/** The width of pieces before they are cut. */
export const piecesWidth = (theme: Theme, pieces: readonly Piece[]): number => pieces.reduce((sum, [, text]) => sum + widthOf(cleaned(theme, text)), 0);

/** Pieces at the left and at the right edge of one line; the left ones give way. */
export const fitEdges = (theme: Theme, left: readonly Piece[], right: readonly Piece[], width: number): string => {
	const rightWidth = Math.min(piecesWidth(theme, right), width);
	const leftWidth = width - rightWidth;
	return (leftWidth > 1 ? fitPieces(theme, left, leftWidth - 1) + ' ' : ' '.repeat(leftWidth)) + fitPieces(theme, right, rightWidth);
};

/** Breaks a text into lines of at most that width, at spaces where there are some. */
export const wrap = (theme: Theme, text: string, width: number): readonly string[] => {
	const lines: string[] = [];
	let line = '';
	for (const word of cleaned(theme, text).split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (widthOf(longer) <= width) {
			line = longer;
			continue;
		}

		if (line !== '') {
			lines.push(line);
		}

		line = fit(theme, word, Math.min(width, widthOf(word)));
	}

	return [...lines, line];
};
