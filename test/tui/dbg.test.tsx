import {renderToString} from 'ink';
import {it} from 'vitest';
import {Screen} from '../../source/tui/console.js';
import {createTimes} from '../../source/tui/format.js';
import {createState} from '../../source/tui/state.js';
import {reduce} from '../../source/tui/reduce.js';
import {createTheme} from '../../source/tui/theme.js';
import {fixedNow, fixedOverview, fixedSettings} from './support/fixed-overview.js';
it('x', () => {
	const state = reduce(createState({settings: fixedSettings, isReadOnly: false, now: fixedNow, size: {columns: 120, rows: 40}}), {kind: 'overview', overview: fixedOverview, now: fixedNow, isLeading: false});
	console.log(renderToString(<Screen state={state} theme={createTheme({isAscii: false, isColour: false})} times={createTimes('Europe/Berlin')} facts={{host: 'ops1', pid: 900, folder: '/var/lib/cronsole', isDemo: false}}/>, {columns: 120}));
});
