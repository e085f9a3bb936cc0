import {Box} from 'ink';
import {type ReactNode} from 'react';
import {type Activity, type Level} from '../../domain/activity.js';
import {Line} from '../components/line.js';
import {type Times} from '../format.js';
import {fit, fitPieces, type Piece} from '../text.js';
import {type Style, type Theme} from '../theme.js';

const styles: Readonly<Record<Level, Style>> = {
	debug: 'dim', info: 'plain', warning: 'warning', error: 'bad',
};

/** The pieces of one row: time, level in letters, actor, subject, message. */
const activityPieces = ({at, level, actor, subject, message}: Activity, {theme, times, columns}: {readonly theme: Theme; readonly times: Times; readonly columns: number}): readonly Piece[] => [
	['dim', `${times.time(at)} `],
	[styles[level], fit(theme, level, 8)],
	['plain', columns < 100 ? '' : `${fit(theme, actor, 10)} `],
	['strong', `${fit(theme, subject, columns < 100 ? 18 : 26)} `],
	[styles[level], message],
];

export type ActivityPanelProps = {
	readonly theme: Theme;
	readonly times: Times;
	/** The rows in sight, oldest first. */
	readonly rows: readonly Activity[];
	readonly selectedId: string | null;
	readonly isFocused: boolean;
	readonly width: number;
	readonly height: number;
};

/** Who did what, and what happened. */
export const ActivityPanel = ({theme, times, rows, selectedId, isFocused, width, height}: ActivityPanelProps): ReactNode => {
	const border = theme.paint('dim', theme.glyphs.vertical);
	const inner = width - 2;
	const lines = rows.slice(-height).map(row => {
		const isSelected = isFocused && String(row.id) === selectedId;
		const pieces = activityPieces(row, {theme, times, columns: width});
		const mark = ` ${isSelected ? theme.glyphs.cursor : ' '} `;
		const text = isSelected
			? theme.paint('selected', fit(theme, mark + pieces.map(([, piece]) => piece).join(''), inner))
			: fitPieces(theme, [['plain', mark], ...pieces], inner);
		return {key: String(row.id), text: border + text + border};
	});
	const blank = border + ' '.repeat(inner) + border;

	return (
		<Box flexDirection='column' width={width}>
			{lines.map(({key, text}) => <Line key={key} text={text}/>)}
			{Array.from({length: height - lines.length}, (_, index) => <Line key={`blank-${index}`} text={blank}/>)}
		</Box>
	);
};
