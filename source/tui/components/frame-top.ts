import {viewNames, type ViewName} from '../listing.js';
import {viewOf} from '../listings/all-views.js';
import {type State} from '../state.js';
import {piecesWidth, type Piece} from '../text.js';
import {type Theme} from '../theme.js';
import {ruleOf} from './rule.js';

type Tab = {readonly view: ViewName | null; readonly key: string; readonly title: string};

const tabs: readonly Tab[] = [{view: null, key: '1', title: 'Overview'}, ...viewNames.map(view => ({view, key: viewOf(view).key, title: viewOf(view).title}))];

const tabPieces = (view: ViewName | null, isShort: boolean): readonly Piece[] => tabs.flatMap(({view: own, key, title}, index): readonly Piece[] => {
	const isOpen = own === view;
	// Brackets too: reverse video and colour may not be there.
	const text = isShort ? key : `${key} ${title}`;
	return [['dim', index === 0 ? '' : ' '], [isOpen ? 'accent' : 'dim', isOpen ? `[${text}]` : text]];
});

/** The upper rule of whatever fills the screen: its title, `more` where there is room for it too, and at the right the views with their keys. */
export const frameTop = ({size: {columns}, view}: Pick<State, 'view' | 'size'>, theme: Theme, name: readonly Piece[], more: readonly Piece[] = []): string => {
	const {topLeft, topRight, horizontal} = theme.glyphs;
	const named = tabPieces(view, false);
	const besides = columns - 8;
	const title = piecesWidth(theme, [...name, ...more, ...named]) <= besides ? [...name, ...more] : name;
	const room = besides - piecesWidth(theme, title);
	const right = piecesWidth(theme, named) <= room ? named : tabPieces(view, true);
	const width = piecesWidth(theme, right);
	return width > room ? ruleOf(theme, [topLeft, topRight], title, columns) : ruleOf(theme, [topLeft, ''], title, columns - width - 4) + ' ' + right.map(([style, text]) => theme.paint(style, text)).join('') + theme.paint('dim', ` ${horizontal}${topRight}`);
};
