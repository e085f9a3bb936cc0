import {Box} from 'ink';
import {type ReactNode} from 'react';
import {findVerbIn, isLine} from '../command-line.js';
import {windowStart} from '../lists.js';
import {namesIn} from '../names-in.js';
import {findEntries, type PaletteEntry} from '../palette.js';
import {type State} from '../state.js';
import {
	fit,
	fitPieces,
	wrap,
	type Piece,
} from '../text.js';
import {type Theme} from '../theme.js';
import {Line} from './line.js';
import {ruleOf} from './rule.js';
import {tailOf} from './tail.js';

type Lines = ReadonlyArray<readonly Piece[]>;

const keyColumn = 6;

const entryPieces = ({label, usage, key, summary, reason}: PaletteEntry, isSelected: boolean, theme: Theme, width: number): readonly Piece[] => {
	const named = Math.floor((width - keyColumn) * 0.45);
	const rest = reason === null ? summary : `not here: ${reason}`;
	const start = `${[isSelected ? theme.glyphs.cursor : ' ', fit(theme, `${label} ${usage}`, named), fit(theme, key, keyColumn)].join(' ')} `;
	return isSelected
		? [['selected', fit(theme, start + rest, width)]]
		: [[reason === null ? 'plain' : 'dim', start], ['dim', rest]];
};

/** What a verb takes and does, for whoever writes its words. */
const aboutLine = ({state, text, theme}: PaletteProps, width: number): Lines => {
	const verb = findVerbIn(text)?.verb;
	if (!verb) {
		return [[['dim', 'a line as it stands behind `cronsole`']]];
	}

	return [
		[['accent', `${verb.name} `], ['plain', verb.usage]],
		...wrap(theme, verb.summary, width).map((line): readonly Piece[] => [['dim', line]]),
		...namesIn(state, text).map(([word, name]): readonly Piece[] => [['plain', `${word} is `], ['strong', name]]),
		...(verb.isDestructive ? [[['warning', 'it asks first, and wants the name typed'] satisfies Piece]] : []),
	];
};

/** What fits the letters, best first, the chosen one with everything that it takes. */
const listLines = ({state, text, index, theme}: PaletteProps, width: number, height: number): Lines => {
	const entries = findEntries(state, text);
	const start = windowStart(entries.length, index, height);
	const rows = Array.from({length: height}, (_, row): readonly Piece[] => {
		const entry = entries[start + row];
		const none: readonly Piece[] = row === 0 && entries.length === 0 ? [['dim', '  no command has these letters']] : [];
		return entry ? entryPieces(entry, start + row === index, theme, width) : none;
	});
	const chosen = entries[index];
	return [...rows, [], chosen ? [['accent', `${chosen.label} `], ['plain', chosen.usage]] : [], [['dim', chosen?.summary ?? '']]];
};

type PaletteProps = {readonly state: State; readonly text: string; readonly index: number; readonly theme: Theme};

/** The command palette: what was typed, and what fits it or what it takes. */
export const PaletteBox = (props: PaletteProps): ReactNode => {
	const {state, text, theme} = props;
	const {columns, rows} = state.size;
	const width = Math.min(columns - 4, 110);
	const room = width - 4;
	const isTyped = isLine(text);
	const lines = isTyped ? aboutLine(props, room) : listLines(props, room, Math.max(3, Math.min(14, rows - 11)));
	const {glyphs} = theme;
	const border = theme.paint('accent', glyphs.vertical);
	const line = (pieces: readonly Piece[]) => `${border} ${fitPieces(theme, pieces, room)} ${border}`;
	const hint = isTyped ? 'enter runs it  up earlier lines  esc closes' : 'enter takes it  tab puts it into the line  esc closes';

	return (
		<Box position='absolute' flexDirection='column' marginLeft={Math.floor((columns - width) / 2)} marginTop={2} width={width}>
			<Line text={ruleOf(theme, [glyphs.topLeft, glyphs.topRight], [['strong', 'Command']], width)}/>
			<Line text={line([['accent', ':'], ['plain', tailOf(theme, text, room - 2)], ['selected', ' ']])}/>
			{lines.map((pieces, index) => <Line key={index} text={line(pieces)}/>)}
			<Line text={ruleOf(theme, [glyphs.bottomLeft, glyphs.bottomRight], [['dim', hint]], width)}/>
		</Box>
	);
};
