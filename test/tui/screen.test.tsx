import {render} from 'ink';
import {afterEach, describe, expect, it} from 'vitest';
import {Screen} from '../../source/tui/console.js';
import {createTimes} from '../../source/tui/format.js';
import {createState, type State} from '../../source/tui/state.js';
import {reduce} from '../../source/tui/reduce.js';
import {createTheme} from '../../source/tui/theme.js';
import {createFakeTerminal, type FakeTerminal} from './support/fake-terminal.js';
import {fixedNow, fixedOverview, fixedSettings} from './support/fixed-overview.js';

const facts = {host: 'ops1', pid: 900, folder: '/var/lib/cronsole', isDemo: false};
const times = createTimes('Europe/Berlin');
const plain = createTheme({isAscii: false, isColour: false});

let unmount: (() => void) | undefined;

afterEach(() => {
	unmount?.();
	unmount = undefined;
});

const press = (state: State, ...keys: readonly string[]): State => keys.reduce((before, key) => reduce(before, {kind: 'key', key, at: 0}), state);

const stateAt = (columns: number, rows: number): State => reduce(createState({
	settings: fixedSettings, isReadOnly: false, now: fixedNow, size: {columns, rows},
}), {kind: 'overview', overview: fixedOverview, now: fixedNow, isLeading: false});

const draw = async (state: State, theme = plain): Promise<FakeTerminal> => {
	const terminal = createFakeTerminal(state.size);
	const instance = render(<Screen state={state} theme={theme} times={times} facts={facts}/>, {
		stdin: terminal.stdin, stdout: terminal.stdout, interactive: true, alternateScreen: true, incrementalRendering: true, patchConsole: false, maxFps: 1000,
	});
	unmount = instance.unmount;
	await instance.waitUntilRenderFlush();
	await terminal.settle(10);
	return terminal;
};

describe('the first view', () => {
	it.each([[80, 24], [120, 40], [200, 60], [60, 16]])('at %i × %i is what it was', async (columns, rows) => {
		const terminal = await draw(stateAt(columns, rows));
		expect(terminal.text()).toMatchSnapshot();
	});
});
