import cliTruncate from 'cli-truncate';
import {safeText} from '../../domain/safe-text.js';
import {widthOf} from '../text.js';
import {type Theme} from '../theme.js';

/** The end of a text that is too long, since that is where one types. */
export const tailOf = (theme: Theme, text: string, width: number): string =>
	widthOf(text) <= width ? text : cliTruncate(safeText(text, 20_000), width, {position: 'start', truncationCharacter: theme.glyphs.ellipsis});
