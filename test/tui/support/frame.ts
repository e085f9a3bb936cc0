import {isTooSmall, paneColumns} from '../../../source/tui/layout.js';
import {viewOf} from '../../../source/tui/listings/all-views.js';
import {type State} from '../../../source/tui/state.js';
import {type Theme} from '../../../source/tui/theme.js';
import {isAscii} from './controls.js';
import {type FakeTerminal} from './fake-terminal.js';

/* eslint-disable no-control-regex, regexp/no-control-character, unicorn/prefer-unicode-code-point-escapes -- A grammar of control sequences names them. */
// What Ink and the themes write: the screen's modes, moves and erasing, and the styles of the themes.
const ours = /\u001B\[(?:\?(?:7|25|1049|2004|2026)[hl]|\d*(?:;\d*)?[A-HJK]|(?:(?:[0127]|22|27|31|32|33|36|39)(?:;(?=\d))?)*m)/g;
/* eslint-enable no-control-regex, regexp/no-control-character, unicorn/prefer-unicode-code-point-escapes */
const steering = /(?!\n)[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/u;

/** The first thing in what was written that neither Ink nor the theme writes, with what stands round it. */
export const strangerIn = (written: string): string | undefined => {
	const rest = written.replaceAll(ours, '').replaceAll('\r\n', '\n');
	const at = rest.search(steering);
	return at === -1 ? undefined : JSON.stringify(rest.slice(Math.max(0, at - 30), at + 30));
};

/** What decides about where the frame stands. */
export type Looks = Pick<State, 'size' | 'view' | 'overlay' | 'overview' | 'pages'>;

type Cell = NonNullable<ReturnType<FakeTerminal['cell']>>;

const isOurColour = (cell: Cell): boolean => cell.isFgDefault() || (cell.isFgPalette() && [1, 2, 3, 6].includes(cell.getFgColor()));

const isOurs = (cell: Cell): boolean => cell.isBgDefault() && isOurColour(cell)
	&& [cell.isUnderline(), cell.isInvisible(), cell.isStrikethrough(), cell.isBlink(), cell.isItalic(), cell.isOverline()].every(flag => flag === 0);

const isBorder = (cell: Cell): boolean => cell.isBgDefault() && cell.isFgDefault() && cell.isDim() !== 0 && cell.isBold() === 0 && cell.isInverse() === 0;

const setsOf = ({glyphs}: Theme) => ({
	left: [glyphs.vertical, glyphs.teeLeft], right: [glyphs.vertical, glyphs.teeRight],
});

/** The frame round the body: each of its lines begins and ends with it, in its own style. */
const frameFlaws = ({cell}: FakeTerminal, {size: {columns, rows}}: Looks, theme: Theme): readonly string[] => {
	const {glyphs} = theme;
	const {left, right} = setsOf(theme);
	const last = rows - 2;
	const edge = (row: number, column: number, allowed: readonly string[]): readonly string[] => {
		const found = cell(row, column)!;
		return allowed.includes(found.getChars()) && isBorder(found) ? [] : [`no border at ${row}, ${column}: ${JSON.stringify(found.getChars())}`];
	};

	return Array.from({length: last - 1}, (_, index) => index + 2).flatMap(row => [
		...edge(row, 0, row === 2 ? [glyphs.topLeft] : (row === last ? [glyphs.bottomLeft] : left)),
		...edge(row, columns - 1, row === 2 ? [glyphs.topRight] : (row === last ? [glyphs.bottomRight] : right)),
	]);
};

/** The border between a view's list and its pane. */
const paneFlaws = ({cell}: FakeTerminal, {size, view}: Looks, {glyphs}: Theme): readonly string[] => {
	const pane = view === null ? 0 : paneColumns(size, viewOf(view).paneFrom);
	return pane === 0
		? []
		: Array.from({length: size.rows - 5}, (_, index) => index + 3).flatMap(row => cell(row, size.columns - pane)!.getChars() === glyphs.vertical ? [] : [`no border of the pane in row ${row}`]);
};

type Corner = {readonly row: number; readonly left: number; readonly right: number};

/** The upper corners of the box over the body; it stands in the middle, a column to the left where there is no middle. */
const cornersOf = ({cell}: FakeTerminal, {size: {columns, rows}}: Looks, {glyphs}: Theme): Corner | undefined => Array.from({length: (rows - 1) * columns}, (_, index): Corner => {
	const [row, left] = [1 + Math.floor(index / columns), index % columns];
	const right = [columns - 1 - left, columns - 2 - left].find(column => cell(row, column)?.getChars() === glyphs.topRight) ?? 0;
	return {row, left, right};
}).find(({row, left, right}) => left > 1 && left < right && cell(row, left)!.getChars() === glyphs.topLeft);

/** A box over the body: its sides go down from its upper corners to the lower ones. */
const boxFlaws = (terminal: FakeTerminal, looks: Looks, theme: Theme): readonly string[] => {
	const corner = cornersOf(terminal, looks, theme);
	if (!corner) {
		return ['there is no box'];
	}

	const {glyphs} = theme;
	const {row, left, right} = corner;
	const at = (line: number, column: number) => terminal.cell(line, column)?.getChars() ?? '';
	const isSide = (line: number): boolean => [glyphs.vertical, glyphs.teeLeft].includes(at(line, left)) && [glyphs.vertical, glyphs.teeRight].includes(at(line, right));
	// In ASCII a tee is a corner too.
	const isEnd = (line: number): boolean => at(line, left) === glyphs.bottomLeft && at(line, right) === glyphs.bottomRight;
	const end = Array.from({length: looks.size.rows - row - 1}, (_, index) => row + 1 + index).find(line => isEnd(line) || !isSide(line));
	return end !== undefined && isEnd(end) ? [] : [`the box at ${row}, ${left} is broken in row ${end}`];
};

const isPainted = ({overview, view}: Looks, page: boolean): boolean => overview !== null || view !== null || page;

/** What is wrong with the screen of a state; empty: nothing. */
export const flawsOf = (terminal: FakeTerminal, looks: Looks, theme: Theme): readonly string[] => {
	const {size: {columns, rows}, overlay} = looks;
	const cells = Array.from({length: rows}, (_, row) => Array.from({length: columns}, (_unused, column) => terminal.cell(row, column)!));
	const strange = cells.flatMap((line, row) => line.flatMap((cell, column) => isOurs(cell) && (!theme.isAscii || isAscii(cell.getChars())) ? [] : [`a strange cell at ${row}, ${column}: ${cell.getChars()}`]));
	const flaws = [...terminal.isWrapped() ? ['a line is wider than the screen'] : [], ...strange.slice(0, 3)];
	if (isTooSmall(looks.size)) {
		return flaws;
	}

	const page = looks.pages.length > 0;
	const isBoxed = overlay !== null && ['palette', 'question', 'form'].includes(overlay.kind);
	return [
		...flaws,
		...terminal.lines()[0]!.startsWith('cronsole') ? [] : ['the first line is not the first'],
		...isPainted(looks, page) ? frameFlaws(terminal, looks, theme) : [],
		...page || isBoxed ? [] : paneFlaws(terminal, looks, theme),
		...isBoxed ? boxFlaws(terminal, looks, theme) : [],
	];
};
