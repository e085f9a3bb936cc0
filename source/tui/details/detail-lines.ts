import {type TaskState} from '../../domain/task.js';
import {type Times} from '../format.js';
import {fit, wrap, type Piece} from '../text.js';
import {type Style, type Theme} from '../theme.js';

/** What the writers of details need to know of the screen; `columns` of the pane or page, its border included. */
export type DetailContext = {readonly theme: Theme; readonly times: Times; readonly now: number; readonly columns: number; readonly tasks: readonly TaskState[]};

export type DetailLines = ReadonlyArray<readonly Piece[]>;

export type Detail = {readonly title: string; readonly lines: DetailLines};

const labelWidth = 16;

// Whoever writes an error text decides how long it is; a screen full of it is enough.
const mostCharacters = 2000;

/** The columns between the borders. */
export const roomOf = ({columns}: DetailContext): number => Math.max(20, columns - 2);

const wrapped = ({theme}: DetailContext, text: string, width: number): readonly string[] => wrap(theme, text.slice(0, mostCharacters), Math.max(10, width));

/** `Label   what it is`, broken into as many lines as it takes. */
export const factLines = (context: DetailContext, label: string, text: string | null, style: Style = 'plain'): DetailLines =>
	text === null || text === ''
		? []
		: wrapped(context, text, roomOf(context) - labelWidth - 3).map((line, index): readonly Piece[] => [['dim', fit(context.theme, index === 0 ? `  ${label}` : '', labelWidth)], [style, line]]);

/** A text of its own, that far from the left. */
export const textLines = (context: DetailContext, text: string, style: Style, indent = 2): DetailLines =>
	wrapped(context, text, roomOf(context) - indent - 1).map((line): readonly Piece[] => [[style, ' '.repeat(indent) + line]]);

export const headingLines = (title: string): DetailLines => [[], [['accent', `  ${title}`]]];

/** `18:40:12` of today, `11-20 18:40` of another day: as wide as each other. */
export const momentText = ({times, now}: DetailContext, at: number): string => {
	const full = times.full(at);
	return full.slice(0, 10) === times.full(now).slice(0, 10) ? `${full.slice(11, 19)}   ` : full.slice(5, 16);
};

/** `2026-11-21`. */
export const dayText = ({times}: DetailContext, at: number): string => times.full(at).slice(0, 10);

const fullBlocks = {ascii: ['#', '.'], unicode: ['█', '░']} as const;

/** How far something is, as a bar: `██████░░░░ 62%`. */
export const progressPieces = ({theme}: DetailContext, percent: number, width: number): readonly Piece[] => {
	const share = Math.max(0, Math.min(100, percent)) / 100;
	const filled = Math.floor(share * width);
	const [full, empty] = theme.isAscii ? fullBlocks.ascii : fullBlocks.unicode;
	return [['accent', full.repeat(filled)], ['dim', empty.repeat(width - filled)], ['plain', ` ${Math.floor(share * 100)}%`]];
};
