import {Box} from 'ink';
import {type ReactNode} from 'react';
import {takesText, type Overlay} from '../overlay.js';
import {type Size} from '../state.js';
import {
	fitPieces,
	piecesWidth,
	widthOf,
	wrap,
	type Piece,
} from '../text.js';
import {type Theme} from '../theme.js';
import {Line} from './line.js';
import {ruleOf} from './rule.js';
import {tailOf} from './tail.js';

type Question = Extract<Overlay, {readonly kind: 'question'}>;

const buttons = ({question, focus}: Question): readonly Piece[] => {
	const isTyped = takesText(question);
	const label = (name: string, key: string) => isTyped ? ` ${name} ` : ` ${name} (${key}) `;
	// The focus is shown by brackets too: reverse video may not be there.
	const button = (name: string, key: string, isFocused: boolean): Piece => [isFocused ? 'selected' : 'plain', isFocused ? `[${label(name, key)}]` : ` ${label(name, key)} `];
	return [button('Cancel', 'n', focus === 'cancel'), ['plain', ' '.repeat(3)], button(question.yes, 'y', focus === 'yes')];
};

/** The lines inside the dialog's frame; where there are too many, the last ones give way and it is said how many. */
const linesOf = (overlay: Question, theme: Theme, width: number, height: number): ReadonlyArray<readonly Piece[]> => {
	const {question, text} = overlay;
	const told = question.lines.flatMap(line => wrap(theme, line, width)).map((line): readonly Piece[] => [['plain', line]]);
	const room = Math.max(1, height - (takesText(question) ? 5 : 3));
	const shown = told.length <= room ? told : [...told.slice(0, room - 1), [['warning', `and ${told.length - room + 1} more`] satisfies Piece]];
	const prompt = question.typed === null ? '> ' : `Type ${question.typed[0]!}: `;
	const typing: ReadonlyArray<readonly Piece[]> = takesText(question)
		? [[], [['plain', prompt], ['strong', tailOf(theme, text, Math.max(1, width - widthOf(prompt) - 1))], ['selected', ' ']]]
		: [];
	return [...shown, ...typing, [], buttons(overlay)];
};

/** A question in the middle of the screen. */
export const Dialog = ({overlay, theme, size}: {readonly overlay: Question; readonly theme: Theme; readonly size: Size}): ReactNode => {
	const width = Math.min(size.columns - 4, Math.max(50, piecesWidth(theme, [['plain', overlay.question.title]]) + 8, Math.floor(size.columns / 2)));
	const lines = linesOf(overlay, theme, width - 4, size.rows - 6);
	const {glyphs} = theme;
	const border = theme.paint('warning', glyphs.vertical);

	return (
		<Box position='absolute' flexDirection='column' marginLeft={Math.floor((size.columns - width) / 2)} marginTop={Math.max(1, Math.floor((size.rows - lines.length - 2) / 2))} width={width}>
			<Line text={ruleOf(theme, [glyphs.topLeft, glyphs.topRight], [['strong', overlay.question.title]], width)}/>
			{lines.map((pieces, index) => <Line key={index} text={`${border} ${fitPieces(theme, pieces, width - 4)} ${border}`}/>)}
			<Line text={ruleOf(theme, [glyphs.bottomLeft, glyphs.bottomRight], [], width)}/>
		</Box>
	);
};
