import {Box} from 'ink';
import {type ReactNode} from 'react';
import {windowStart} from '../lists.js';
import {findEntries, type PaletteEntry} from '../palette.js';
import {type State} from '../state.js';
import {fit, fitPieces, type Piece} from '../text.js';
import {type Theme} from '../theme.js';
import {Line} from './line.js';
import {ruleOf} from './rule.js';

const entryPieces = ({label, key, title, reason}: PaletteEntry, isSelected: boolean, theme: Theme, width: number): readonly Piece[] => {
	const start = `${isSelected ? theme.glyphs.cursor : ' '} ${fit(theme, label, 36)} ${fit(theme, key, 7)}`;
	const rest = reason === null ? title : `not here: ${reason}`;
	return isSelected
		? [['selected', fit(theme, start + rest, width)]]
		: [[reason === null ? 'plain' : 'dim', start], ['dim', rest]];
};

/** The command palette: what was typed and what fits it, best first. */
export const PaletteBox = ({state, text, index, theme}: {readonly state: State; readonly text: string; readonly index: number; readonly theme: Theme}): ReactNode => {
	const {columns, rows} = state.size;
	const width = Math.min(columns - 4, 96);
	const height = Math.max(3, Math.min(14, rows - 8));
	const entries = findEntries(state, text);
	const start = windowStart(entries.length, index, height);
	const {glyphs} = theme;
	const border = theme.paint('accent', glyphs.vertical);
	const line = (pieces: readonly Piece[]) => `${border} ${fitPieces(theme, pieces, width - 4)} ${border}`;

	return (
		<Box position='absolute' flexDirection='column' marginLeft={Math.floor((columns - width) / 2)} marginTop={2} width={width}>
			<Line text={ruleOf(theme, [glyphs.topLeft, glyphs.topRight], [['strong', 'Command']], width)}/>
			<Line text={line([['accent', ':'], ['plain', text], ['selected', ' ']])}/>
			{Array.from({length: height}, (_, row) => {
				const entry = entries[start + row];
				const none: readonly Piece[] = row === 0 && entries.length === 0 ? [['dim', '  no command has these letters']] : [];
				return <Line key={row} text={line(entry ? entryPieces(entry, start + row === index, theme, width - 4) : none)}/>;
			})}
			<Line text={ruleOf(theme, [glyphs.bottomLeft, glyphs.bottomRight], [['dim', 'enter runs it  esc closes']], width)}/>
		</Box>
	);
};
