import {type TaskState} from '../../domain/task.js';
import {type Times} from '../format.js';
import {fit, wrap, type Piece} from '../text.js';
import {type Style, type Theme} from '../theme.js';

/** What the writers of details need to know of the screen. */
export type DetailContext = {readonly theme: Theme; readonly times: Times; readonly now: number; readonly columns: number; readonly tasks: readonly TaskState[]};

export type DetailLines = ReadonlyArray<readonly Piece[]>;

export type Detail = {readonly title: string; readonly lines: DetailLines};

const labelWidth = 16;

/** `Label   what it is`, broken into as many lines as it takes. */
export const factLines = ({theme, columns}: DetailContext, label: string, text: string | null, style: Style = 'plain'): DetailLines =>
	text === null || text === ''
		? []
		: wrap(theme, text, Math.max(10, columns - labelWidth - 5)).map((line, index): readonly Piece[] => [['dim', fit(theme, index === 0 ? `  ${label}` : '', labelWidth)], [style, line]]);

export const headingLines = (title: string): DetailLines => [[], [['accent', `  ${title}`]]];
