import process from 'node:process';
import {PassThrough, Writable} from 'node:stream';
import {Box, Text, render} from 'ink';
import {
	memo,
	type ReactElement,
	type ReactNode,
} from 'react';
import {Screen} from '../source/tui/console.js';
import {createTimes} from '../source/tui/format.js';
import {reduce} from '../source/tui/reduce.js';
import {createState, type Overview, type State} from '../source/tui/state.js';
import {createTheme} from '../source/tui/theme.js';
import {
	activity,
	fixedNow,
	fixedOverview,
	fixedSettings,
	install,
	vmInWork,
} from '../test/tui/support/fixed-overview.js';

const size = {columns: 120, rows: 40} as const;
const frames = 200;
const rounds = 5;
// The least that Ink can do: a text a row in nested colours, the unchanged rows memoised.
const limit = 1.5;

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
	settings: fixedSettings, isReadOnly: false, now: fixedNow, size,
}), {
	kind: 'overview', overview: busyOverview, now: fixedNow, isLeading: false,
});

type Measured = {readonly cpuMs: number; readonly bytes: number};

/** The CPU and the bytes that each of some frames takes, at the median of several rounds. */
const measure = async (elementOf: (frame: number) => ReactElement): Promise<Measured> => {
	let bytes = 0;
	const stdout = Object.assign(new Writable({
		write(chunk: Uint8Array, _encoding, done) {
			bytes += chunk.length;
			done();
		},
	}), {isTTY: true, ...size}) as unknown as NodeJS.WriteStream;
	const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode() {}, ref() {}, unref() {}}) as unknown as NodeJS.ReadStream;
	const instance = render(elementOf(0), {
		stdin, stdout, interactive: true, alternateScreen: true, incrementalRendering: true, patchConsole: false, maxFps: 1000,
	});
	const run = async (from: number): Promise<Measured> => {
		const before = process.cpuUsage();
		const bytesBefore = bytes;
		for (let frame = from; frame < from + frames; frame++) {
			instance.rerender(elementOf(frame));
			await instance.waitUntilRenderFlush();
		}

		const {user, system} = process.cpuUsage(before);
		return {cpuMs: (user + system) / 1000 / frames, bytes: (bytes - bytesBefore) / frames};
	};

	await run(1);
	const measured: Measured[] = [];
	for (let round = 1; round <= rounds; round++) {
		measured.push(await run(round * frames));
	}

	instance.unmount();
	return measured.toSorted((a, b) => a.cpuMs - b.cpuMs)[Math.floor(rounds / 2)]!;
};

const Row = memo(({name, state, count}: {readonly name: string; readonly state: string; readonly count: number}): ReactNode => (
	<Text wrap='truncate'>
		<Text dimColor>│</Text>
		<Text bold>{name.padEnd(28)}</Text>
		<Text color='cyan'>{state.padEnd(20)}</Text>
		<Text>{String(count).padStart(10)}</Text>
		<Text dimColor>{'what it waits for and since when, in some words'.padEnd(60)}</Text>
		<Text dimColor>│</Text>
	</Text>
));

const plainest = (frame: number): ReactElement => (
	<Box flexDirection='column' width={size.columns} height={size.rows}>
		{Array.from({length: size.rows}, (_, row) => <Row key={row} name={`web${row}.example.net`} state='deploy: clone' count={row === 0 ? frame : row}/>)}
	</Box>
);

const screen = (state: State): ReactElement => <Screen state={state} theme={theme} times={times} facts={facts}/>;
const second = 1000;

const cases: ReadonlyArray<readonly [title: string, elementOf: (frame: number) => ReactElement]> = [
	['nothing changed but the clock', frame => screen({...busyState, now: fixedNow + (frame % 2 * second), overview: {...busyOverview, now: fixedNow}})],
	['a second later: all countdowns', frame => screen({...busyState, now: fixedNow + (frame * second)})],
	['another row was chosen', frame => screen({...busyState, panel: 'vms', selected: {...busyState.selected, vms: frame % 2 === 0 ? '102' : '103'}})],
];

const floor = await measure(plainest);
const show = (title: string, {cpuMs, bytes}: Measured): void => {
	console.log(`${title.padEnd(40)} ${cpuMs.toFixed(2).padStart(6)} ms ${bytes.toFixed(0).padStart(6)} B a frame, ${(cpuMs / floor.cpuMs).toFixed(2)} x`);
};

show('the plainest Ink program', floor);
for (const [title, elementOf] of cases) {
	const measured = await measure(elementOf);
	show(title, measured);
	if (measured.cpuMs / floor.cpuMs > limit) {
		process.exitCode = 1;
	}
}

console.log(`limit: ${limit} x the plainest program of ${size.columns} x ${size.rows}`);
