import {Box} from 'ink';
import {type ReactNode} from 'react';
import {Line} from '../components/line.js';
import {ruleOf} from '../components/rule.js';
import {formatSpan} from '../format.js';
import {helpRows} from '../keymap.js';
import {pageRows} from '../layout.js';
import {windowStart} from '../lists.js';
import {type Need} from '../needs.js';
import {type Page, type State} from '../state.js';
import {needsShown} from '../subject.js';
import {
	fit,
	fitPieces,
	widthOf,
	wrap,
	type Piece,
} from '../text.js';
import {type Theme} from '../theme.js';

type Content = {readonly title: string; readonly lines: ReadonlyArray<readonly Piece[]>; readonly top: number};

const keyColumn = 16;
const leastTitle = 16;

const helpContent = (state: State, {top}: Extract<Page, {kind: 'help'}>, theme: Theme): Content => ({
	title: 'Keys: what each does here, or why it does not',
	top,
	// What does something here stands first.
	lines: helpRows(state).toSorted((a, b) => Number(a.reason !== null) - Number(b.reason !== null)).map(({keys, title, command, reason}): readonly Piece[] => {
		const first = fit(theme, ` ${keys}`, keyColumn);
		if (reason === null) {
			return [['accent', first], ['plain', title], ['dim', command === '' ? '' : `   ${command}`]];
		}

		// Why it does nothing is not what is cut off.
		const told = `   not here: ${reason}`;
		const room = Math.max(leastTitle, state.size.columns - 2 - keyColumn - widthOf(told));
		return [['dim', first], ['dim', widthOf(title) > room ? fit(theme, title, room) : title], ['warning', told]];
	}),
});

type NeedContext = {readonly isSelected: boolean; readonly now: number; readonly theme: Theme; readonly width: number; readonly isBroken: boolean};

const commandOf = ({command}: Need): string => command ?? 'wait: it is looked at by itself';

/** What a need takes beside its name, its why and its command. */
const needGaps = 14;

const nameWidthOf = (width: number): number => Math.min(30, Math.floor(width / 4));

/** Of a long why, where its row is chosen. */
const mostWhyLines = 4;

/** A need: name, age and why, and the command that helps behind them or, where it is narrow, below them. The chosen one says why in full. */
const needLines = (need: Need, {isSelected, now, theme, width, isBroken}: NeedContext): ReadonlyArray<readonly Piece[]> => {
	const mark = ` ${isSelected ? theme.glyphs.cursor : ' '}${need.isAlarm ? '!' : ' '} `;
	const start = `${mark}${fit(theme, need.name, nameWidthOf(width))} ${fit(theme, formatSpan(now - need.since), 4, 'right')}  `;
	const style = need.isAlarm ? 'bad' : 'warning';
	const command = commandOf(need);
	const indent = widthOf(start);
	const [why = '', ...rest] = isSelected ? wrap(theme, need.why, width - indent - 1).slice(0, mostWhyLines) : [need.why];
	const lines: ReadonlyArray<readonly Piece[]> = isBroken
		? [[[style, start], ['plain', why]], ...rest.map((line): readonly Piece[] => [['plain', ' '.repeat(indent) + line]]), [['accent', `      ${command}`]]]
		: [[[style, start], ['plain', need.why], ['accent', `   ${command}`]]];
	return isSelected ? lines.map(pieces => [['selected', fit(theme, pieces.map(([, text]) => text).join(''), width)]]) : lines;
};

const narrow = 120;

const needsContent = (state: State, theme: Theme): Content => {
	const {needs, index} = needsShown(state);
	const {columns} = state.size;
	// The command that helps is never what is cut off.
	const isBroken = columns < narrow || needs.some(need => nameWidthOf(columns - 2) + widthOf(`${need.why}${commandOf(need)}`) + needGaps > columns - 2);
	const blocks = needs.map((need, position) => needLines(need, {
		isSelected: position === index, now: state.now, theme, width: columns - 2, isBroken,
	}));
	const before = blocks.slice(0, Math.max(0, index)).flat().length;
	const middle = before + Math.floor((blocks[index]?.length ?? 0) / 2);
	return {
		title: 'What needs a person, and the command that helps',
		top: windowStart(blocks.flat().length, middle, pageRows(state.size)),
		lines: needs.length === 0 ? [[], [['good', '   nothing needs you']]] : blocks.flat(),
	};
};

const contentOf = (state: State, page: Page, theme: Theme): Content => {
	switch (page.kind) {
		case 'help': {
			return helpContent(state, page, theme);
		}

		case 'needs': {
			return needsContent(state, theme);
		}

		case 'detail': {
			return {title: page.title, top: page.top, lines: page.lines ?? [[['dim', '   reading']]]};
		}

		case 'output': {
			const {title, top, left, lines} = page;
			return {title: left === 0 ? title : `${title}  (from column ${left + 1})`, top, lines: left === 0 ? lines : lines.map(pieces => pieces.map(([style, text]): Piece => [style, [...text].slice(left).join('')]))};
		}
	}
};

/** A page over the first view: help, what needs a person, or the details of one thing. */
export const PageView = ({state, page, theme}: {readonly state: State; readonly page: Page; readonly theme: Theme}): ReactNode => {
	const {title, lines, top} = contentOf(state, page, theme);
	const {columns} = state.size;
	const {glyphs} = theme;
	const height = pageRows(state.size);
	const border = theme.paint('dim', glyphs.vertical);
	const below = Math.max(0, lines.length - top - height);
	const rest = below > 0 ? `  (${below} more below)` : '';

	return (
		<Box flexDirection='column'>
			<Line text={ruleOf(theme, [glyphs.topLeft, glyphs.topRight], [['accent', `[${title}]`], ['dim', rest]], columns)}/>
			{Array.from({length: height}, (_, index) =>
				<Line key={index} text={border + fitPieces(theme, lines[top + index] ?? [], columns - 2) + border}/>)}
		</Box>
	);
};
