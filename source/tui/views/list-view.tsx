import {Box} from 'ink';
import {type ReactNode} from 'react';
import {DataTable} from '../components/data-table.js';
import {frameTop} from '../components/frame-top.js';
import {Line} from '../components/line.js';
import {formatCount, type Times} from '../format.js';
import {listHeight, paneColumns} from '../layout.js';
import {type View} from '../listing.js';
import {viewOf} from '../listings/all-views.js';
import {rowsShown, selectedIndex, windowStart} from '../lists.js';
import {targetOf} from '../opening.js';
import {isSameTarget, listOf, type State} from '../state.js';
import {subjectOf} from '../subject.js';
import {fitPieces, type Piece} from '../text.js';
import {type Theme} from '../theme.js';

type ListViewProps = {readonly state: State; readonly theme: Theme; readonly times: Times};

/** The view's name, how many of its rows are shown, its filter and its order. */
const titlePieces = (state: State, view: View): readonly Piece[] => {
	const list = listOf(state);
	const shown = state.listings[view.name];
	const {listing, rows} = shown ?? {listing: null, rows: []};
	const filter = state.filters[list];
	const isCut = listing !== null && listing.rows.length < listing.total;
	const counts = listing === null ? ' reading' : ` ${filter === '' ? '' : `${rows.length} of `}${isCut ? `the newest ${listing.rows.length} of ` : ''}${listing.total}`;
	return [
		['accent', view.title],
		['plain', counts],
		['accent', filter === '' ? '' : `  /${filter}`],
		['dim', state.sorts[list] === 0 ? '' : `  by ${view.sorts[state.sorts[list]]!}`],
		['warning', view.isFollowed && state.selected[list] !== null ? '  (f follows)' : ''],
	];
};

const summaryPieces = ({listings}: State, {name}: View): readonly Piece[] => {
	const summary = listings[name]?.listing.summary ?? '';
	return [['dim', summary === '' ? '' : `  ${summary}`]];
};

/** The details of the chosen row, beside the list. */
const Pane = ({state, theme, width, height}: {readonly state: State; readonly theme: Theme; readonly width: number; readonly height: number}): ReactNode => {
	const {pane} = state;
	const target = targetOf(subjectOf(state));
	const isRead = pane !== null && target !== undefined && isSameTarget(pane.target, target);
	const lines: ReadonlyArray<readonly Piece[]> = isRead ? pane.lines ?? [] : (target === undefined ? [] : [[], [['dim', '  reading']]]);
	const title: readonly Piece[] = [['plain', ' '], ['strong', isRead ? pane.title : '']];
	const rest = lines.length - (height - 1);
	const border = theme.paint('dim', theme.glyphs.vertical);
	const body = Array.from({length: height - 1}, (_, index): readonly Piece[] =>
		rest > 0 && index === height - 2 ? [['dim', `  ${formatCount(rest + 1, 'more line')}: enter shows all`]] : lines[index] ?? []);
	return (
		<Box flexDirection='column' width={width}>
			{[title, ...body].map((pieces, index) => <Line key={index} text={border + fitPieces(theme, pieces, width - 2) + border}/>)}
		</Box>
	);
};

const emptyText = (state: State, view: View): string => {
	if (state.listings[view.name] === null) {
		return 'reading';
	}

	return state.filters[listOf(state)] === '' ? view.empty : 'no row has that: esc shows all';
};

/** One of the views: all rows of a kind, and beside them, where there is room, what is known of the chosen one. */
export const ListView = ({state, theme, times}: ListViewProps): ReactNode => {
	const view = viewOf(state.view!);
	const height = listHeight(state.size);
	const right = paneColumns(state.size, view.paneFrom);
	const rows = rowsShown(state);
	const index = selectedIndex(state, listOf(state));
	const start = windowStart(rows.length, index, height);
	const inSight = rows.slice(start, start + height);
	const context = {theme, times, now: state.now};

	return (
		<>
			<Line text={frameTop(state, theme, titlePieces(state, view), summaryPieces(state, view))}/>
			<Box>
				<DataTable
					isFocused
					theme={theme}
					data={inSight.map(row => view.cellsOf(row, context))}
					specs={view.specs}
					styleOf={view.styleOf}
					selectedId={rows[index]?.id ?? null}
					rule={null}
					width={state.size.columns - right}
					height={height}
					empty={emptyText(state, view)}
					hasRightBorder={right === 0}
				/>
				{right > 0 && <Pane state={state} theme={theme} width={right} height={height + 1}/>}
			</Box>
		</>
	);
};
