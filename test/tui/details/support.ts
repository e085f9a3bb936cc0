import {stripVTControlCharacters} from 'node:util';
import stringWidth from 'string-width';
import {expect} from 'vitest';
import {type App} from '../../../source/app.js';
import {resolveTaskStates} from '../../../source/domain/task-state.js';
import {type DetailContext} from '../../../source/tui/details/detail-lines.js';
import {readDetail} from '../../../source/tui/details/read-detail.js';
import {createTimes} from '../../../source/tui/format.js';
import {type Target} from '../../../source/tui/state.js';
import {fitPieces} from '../../../source/tui/text.js';
import {createTheme} from '../../../source/tui/theme.js';
import {fixedNow, fixedOverview} from '../support/fixed-overview.js';

export const contextWith = (more: Partial<Pick<DetailContext, 'columns' | 'now'>> & {readonly isAscii?: boolean} = {}): DetailContext => ({
	theme: createTheme({isAscii: more.isAscii ?? false, isColour: false}), times: createTimes('Europe/Berlin'), now: more.now ?? fixedNow, columns: more.columns ?? 100,
	tasks: resolveTaskStates({}, fixedOverview.taskSettings),
});

type Shown = {
	readonly title: string;
	readonly text: string;
	/** With everything that would reach the terminal. */
	readonly raw: string;
};

/** The title and the lines as the screen would have them, its own weights left out. */
export const detailOf = async (app: App, target: Target, more: Parameters<typeof contextWith>[0] = {}): Promise<Shown> => {
	const context = contextWith(more);
	const {title, lines} = await readDetail(app, target, fixedOverview, context);
	const raw = lines.map(pieces => fitPieces(context.theme, pieces, context.columns - 2));
	const drawn = raw.map(line => stripVTControlCharacters(line));
	for (const line of drawn) {
		expect(stringWidth(line)).toBe(context.columns - 2);
	}

	return {title, text: drawn.map(line => line.trimEnd()).join('\n'), raw: raw.join('\n')};
};
