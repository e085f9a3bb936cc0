import process from 'node:process';
import {PassThrough, Writable} from 'node:stream';
import {Box, render} from 'ink';
import {type ReactElement} from 'react';
import {Screen} from '../../source/tui/console.js';
import {createTimes} from '../../source/tui/format.js';
import {reduce} from '../../source/tui/reduce.js';
import {createState, type Overview, type State} from '../../source/tui/state.js';
import {createTheme} from '../../source/tui/theme.js';
import {
	activity,
	fixedNow,
	fixedOverview,
	fixedSettings,
	install,
	vmInWork,
} from '../../test/tui/support/fixed-overview.js';
import {median, type Bench, type Row} from '../row.js';
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

type Measured = {readonly cpuMs: number; readonly bytes: number};
type Program = {readonly run: (round: number) => Promise<Measured>; readonly close: () => void};

/** A program on a terminal that only counts: each run draws some frames and answers what one of them took. */
const start = (elementOf: (frame: number) => ReactElement): Program => {
	let bytes = 0;
	const stdout = Object.assign(new Writable({
		write(chunk: Uint8Array, _encoding, done) {
			bytes += chunk.length;
			done();
		},
	}), {isTTY: true, ...size}) as unknown as NodeJS.WriteStream;
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true, setRawMode: ignore, ref: ignore, unref: ignore,
	}) as unknown as NodeJS.ReadStream;
	const instance = render(elementOf(0), {
		stdin, stdout, interactive: true, alternateScreen: true, incrementalRendering: true, patchConsole: false, maxFps: 1000,
	});

	return {
		async run(round) {
			const before = process.cpuUsage();
			const bytesBefore = bytes;
			for (let frame = round * frames; frame < (round + 1) * frames; frame++) {
				instance.rerender(elementOf(frame));
				await instance.waitUntilRenderFlush();
			}

			const {user, system} = process.cpuUsage(before);
			return {cpuMs: (user + system) / 1000 / frames, bytes: (bytes - bytesBefore) / frames};
		},
		close: instance.unmount,
	};
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
		const programs = [start(plainest), ...screens.map(({elementOf}) => start(elementOf))];
		const measured = programs.map((): Measured[] => []);
		// Turn by turn, so that whatever else this machine does hits all of them alike; the first round warms up.
		for (let round = 0; round <= rounds; round++) {
			for (const [index, program] of programs.entries()) {
				const one = await program.run(round);
				if (round > 0) {
					measured[index]!.push(one);
				}
			}
		}

		for (const {close} of programs) {
			close();
		}

		const [limit, ...ours] = measured.map(all => ({cpuMs: median(all.map(({cpuMs}) => cpuMs)), bytes: median(all.map(({bytes}) => bytes))}));
		return screens.flatMap(({name}, index): Row[] => [
			{
				name: `a frame, ${name}: CPU`, unit: 'ms', ours: ours[index]!.cpuMs, limit: limit!.cpuMs, goal: {ratioAtMost: 1.5, ...(index === 0 && {oursAtMost: 5})},
			},
			{
				name: `a frame, ${name}: bytes`, unit: 'B', ours: ours[index]!.bytes, limit: limit!.bytes, goal: index === 0 ? {oursAtMost: 300} : {},
			},
		]);
	},
};
