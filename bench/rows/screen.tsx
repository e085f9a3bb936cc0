import process from 'node:process';
import {PassThrough, Writable} from 'node:stream';
import {Box, render} from 'ink';
import {type ReactElement} from 'react';
import {Screen} from '../../source/tui/console.js';
import {createTimes} from '../../source/tui/format.js';
import {reduce} from '../../source/tui/reduce.js';
import {createState, type Overview, type State} from '../../source/tui/state.js';
import {createTheme} from '../../source/tui/theme.js';
import {thriftyOutput} from '../../source/tui/thrifty-output.js';
import {
	activity,
	fixedNow,
	fixedOverview,
	fixedSettings,
	install,
	vmInWork,
} from '../../test/tui/support/fixed-overview.js';
import {type Bench, type Row} from '../row.js';
import {measureInTurn} from '../support/in-turn.js';
import {PlainRow} from '../support/plain-row.js';

const size = {columns: 120, rows: 40} as const;
const frames = 60;
const rounds = 9;
const ignore = (): void => undefined;

const facts = {
	host: 'ops1', pid: 900, folder: '/var/lib/cronsole', isDemo: false,
};
const theme = createTheme({isAscii: false, isColour: true});
const times = createTimes('Europe/Berlin');

const busyOverview: Overview = {
	...fixedOverview,
	vmsInWork: [...fixedOverview.vmsInWork, ...Array.from({length: 60}, (_, index) => vmInWork(200 + index, `busy${index}.example.net`, {progress: index, operation: {waitingFor: 'the clone on pve2'}}))],
	installs: [...fixedOverview.installs, ...Array.from({length: 40}, (_, index) => install(20 + index, `site${index}.example.org`))],
	activity: Array.from({length: 300}, (_, index) => activity(index, {subject: `busy${index}.example.net`, message: `step ${index} was done and the next one began`})),
};

const busyState: State = reduce(createState({
	settings: fixedSettings, isReadOnly: false, mayLead: true, now: fixedNow, size,
}), {
	kind: 'overview', overview: busyOverview, now: fixedNow, isLeading: false,
});

type Program = {readonly draw: () => Promise<void>; /** Of a frame. */ readonly bytes: () => number; readonly close: () => void};

/** A program on a terminal that only counts. */
const start = (elementOf: (frame: number) => ReactElement, through = (stdout: NodeJS.WriteStream): NodeJS.WriteStream => stdout): Program => {
	let drawn = 0;
	let bytes = 0;
	const stdout = Object.assign(new Writable({
		write(chunk: Uint8Array, _encoding, done) {
			// The first frame is the whole screen.
			bytes += drawn === 0 ? 0 : chunk.length;
			done();
		},
	}), {isTTY: true, ...size}) as unknown as NodeJS.WriteStream;
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true, setRawMode: ignore, ref: ignore, unref: ignore,
	}) as unknown as NodeJS.ReadStream;
	const instance = render(elementOf(0), {
		stdin, stdout: through(stdout), interactive: true, alternateScreen: true, incrementalRendering: true, patchConsole: false, maxFps: 1000,
	});

	return {
		async draw() {
			drawn++;
			instance.rerender(elementOf(drawn));
			await instance.waitUntilRenderFlush();
		},
		bytes: () => bytes / drawn,
		close: instance.unmount,
	};
};

const cpuMs = (): number => {
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
};

const plainest = (frame: number): ReactElement => (
	<Box flexDirection='column' width={size.columns} height={size.rows}>
		{Array.from({length: size.rows}, (_, row) => <PlainRow key={row} name={`web${row}.example.net`} state='deploy: clone' count={row === 0 ? frame : row}/>)}
	</Box>
);

const screenOf = (state: State): ReactElement => <Screen state={state} theme={theme} times={times} facts={facts}/>;
const second = 1000;

const withProgress = (progress: number): Overview => ({
	...busyOverview, vmsInWork: busyOverview.vmsInWork.map((row, index) => index === 2 ? {...row, progress} : row),
});

/** Each with what it may cost beside the plainest, and by itself. */
const screens = [
	{name: 'one cell changed', elementOf: (frame: number) => screenOf({...busyState, overview: withProgress(frame % 90)})},
	{name: 'a second later: clock, countdowns', elementOf: (frame: number) => screenOf({...busyState, now: fixedNow + (frame % 600 * second)})},
	{name: 'another row was chosen', elementOf: (frame: number) => screenOf({...busyState, panel: 'vms', selected: {...busyState.selected, vms: frame % 2 === 0 ? '102' : '103'}})},
] as const;

/** What a frame of 120 x 40 costs, against the least that Ink can do for a screen of that size: a text a row in nested colours, the unchanged rows memoised. */
export const screen: Bench = {
	name: 'screen',
	async run() {
		const programs = [start(plainest), ...screens.map(({elementOf}) => start(elementOf, thriftyOutput))];
		const cpu = await measureInTurn(programs.map(({draw}) => draw), {rounds, iterations: frames, now: cpuMs});
		const bytes = programs.map(program => program.bytes());
		for (const {close} of programs) {
			close();
		}

		return screens.flatMap(({name}, index): Row[] => [
			{
				name: `a frame, ${name}: CPU`, unit: 'ms', ours: cpu[index + 1]!, limit: cpu[0]!, goal: {ratioAtMost: 1.5, ...(index === 0 && {oursAtMost: 5})},
			},
			{
				name: `a frame, ${name}: bytes`, unit: 'B', ours: bytes[index + 1]!, limit: bytes[0]!, goal: index === 0 ? {oursAtMost: 300} : {},
			},
		]);
	},
};
