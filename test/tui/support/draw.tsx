import {render} from 'ink';
import {onTestFinished} from 'vitest';
import {Screen} from '../../../source/tui/console.js';
import {createTimes} from '../../../source/tui/format.js';
import {type State} from '../../../source/tui/state.js';
import {lineBreaks} from '../../../source/tui/terminal.js';
import {createTheme, type Theme} from '../../../source/tui/theme.js';
import {createFakeTerminal, type FakeTerminal} from './fake-terminal.js';

const facts = {
	host: 'ops1', pid: 900, folder: '/var/lib/cronsole', isDemo: false,
};

export const uncoloured = createTheme({isAscii: false, isColour: false});

export type Drawn = FakeTerminal & {readonly redraw: (state: State) => Promise<void>};

/** Draws a state as the console would, into a terminal in memory. */
export const draw = async (state: State, theme: Theme = uncoloured): Promise<Drawn> => {
	const terminal = createFakeTerminal(state.size);
	const times = createTimes('Europe/Berlin');
	const element = (shown: State) => <Screen state={shown} theme={theme} times={times} facts={facts}/>;
	terminal.stdout.write(lineBreaks.off);
	const instance = render(element(state), {
		stdin: terminal.stdin, stdout: terminal.stdout, interactive: true, alternateScreen: true, incrementalRendering: true, patchConsole: false, maxFps: 1000,
	});
	onTestFinished(() => {
		instance.unmount();
	});
	const flush = async () => {
		await instance.waitUntilRenderFlush();
		await terminal.settle(10);
	};

	await flush();
	return {
		...terminal,
		async redraw(next) {
			instance.rerender(element(next));
			await flush();
		},
	};
};
