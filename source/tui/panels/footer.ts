import {ruleOf} from '../components/rule.js';
import {titleOf} from '../format.js';
import {footerHints} from '../keymap.js';
import {needsShown} from '../lists.js';
import {topPage, type Overlay, type State} from '../state.js';
import {fitPieces, piecesWidth, type Piece} from '../text.js';
import {type Theme} from '../theme.js';

/** The last line of the frame: as many of the keys that are valid here as fit; `? help` and `q quit` always. */
export const footerLine = (state: State, theme: Theme): string => {
	const hints = footerHints(state).map(({key, label}): readonly Piece[] => [['plain', '  '], ['accent', key], ['plain', ` ${label}`]]);
	const last = hints.slice(-2);
	let room = state.size.columns - 4;
	for (const pieces of last) {
		room -= piecesWidth(theme, pieces);
	}

	const fitting = hints.slice(0, -2).filter(pieces => {
		room -= piecesWidth(theme, pieces);
		return room >= 0;
	});
	const {bottomLeft, bottomRight} = theme.glyphs;
	const [, ...pieces] = [...fitting, ...last].flat();
	return ruleOf(theme, [bottomLeft, bottomRight], pieces, state.size.columns);
};

const prompts: Readonly<Record<Exclude<Overlay['kind'], 'question' | 'palette'>, string>> = {
	filter: '/',
	interval: 'every: ',
	hold: 'hold everything; reason (begin with 2h to end by itself): ',
};

/** The line below the frame: what is being typed, else the last answer, else the filter that stands. */
export const noticeLine = (state: State, theme: Theme): string => {
	const {overlay, notice, size: {columns}} = state;
	if (overlay && overlay.kind !== 'palette' && overlay.kind !== 'question') {
		const about = overlay.kind === 'interval' ? `${titleOf(overlay.task)}, ` : '';
		const hint = notice && overlay.kind === 'interval' ? `   ${notice.text}` : '';
		return fitPieces(theme, [['accent', ` ${about}${prompts[overlay.kind]}`], ['plain', overlay.text], ['selected', ' '], [notice?.level === 'bad' ? 'bad' : 'dim', hint]], columns);
	}

	if (notice) {
		return fitPieces(theme, [[notice.level, ` ${notice.level === 'bad' ? '! ' : ''}${notice.text}`]], columns);
	}

	if (topPage(state)?.kind === 'needs') {
		// The rows may be cut off: what helps never is.
		const {needs, index} = needsShown(state);
		const need = needs[index];
		return fitPieces(theme, need ? [['dim', ' helps: '], ['accent', need.command ?? 'nothing by hand'], ['plain', `   ${need.why}`]] : [], columns);
	}

	const filter = state.filters[state.panel];
	return fitPieces(theme, filter === '' ? [] : [['accent', ` /${filter}`], ['dim', '   esc: all rows']], columns);
};
