import {fitPieces, piecesWidth, type Piece} from '../text.js';
import {type Theme} from '../theme.js';

/** `┌ Tasks ─────┐`: a line of the frame with a title in it, exactly `width` columns. */
export const ruleOf = (theme: Theme, ends: readonly [left: string, right: string], title: readonly Piece[], width: number): string => {
	const [left, right] = ends;
	const space = Math.max(0, width - left.length - right.length);
	const titleWidth = title.length === 0 ? 0 : Math.min(piecesWidth(theme, title) + 2, space);
	const text = titleWidth < 3 ? '' : ` ${fitPieces(theme, title, titleWidth - 2)} `;
	const line = theme.glyphs.horizontal.repeat(text === '' ? space : space - titleWidth);
	return theme.paint('dim', left) + text + theme.paint('dim', line + right);
};
