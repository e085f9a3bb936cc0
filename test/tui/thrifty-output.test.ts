import {PassThrough} from 'node:stream';
import {describe, expect, it} from 'vitest';
import {shorten, thriftyOutput} from '../../source/tui/thrifty-output.js';
import {createTheme} from '../../source/tui/theme.js';
import {draw} from './support/draw.js';
import {createFakeTerminal, type FakeTerminal} from './support/fake-terminal.js';
import {fixedOverview} from './support/fixed-overview.js';
import {press, stateWith} from './support/states.js';

const coloured = createTheme({isAscii: false, isColour: true});
const [opening, closing] = ['\u{1B}[?2026h', '\u{1B}[?2026l'];

const cellsOf = ({cell}: FakeTerminal): string => Array.from({length: 40 * 120}, (_, index) => {
	const here = cell(Math.floor(index / 120), index % 120)!;
	return [here.getChars(), here.getFgColor(), here.isBold(), here.isDim(), here.isInverse()].join(' ');
}).join('\n');

/** What is written through it, write by write. */
const through = (...chunks: readonly string[]): readonly string[] => {
	const stdout = new PassThrough();
	const written: string[] = [];
	stdout.write = (chunk: unknown): boolean => {
		written.push(String(chunk));
		return true;
	};

	const thrifty = thriftyOutput(stdout as unknown as NodeJS.WriteStream);
	for (const chunk of chunks) {
		thrifty.write(chunk);
	}

	return written;
};

describe('a frame in fewer bytes', () => {
	it('goes over lines that stay in one move', () => {
		expect(shorten('\u{1B}[39A\u{1B}[E\u{1B}[E\u{1B}[Ex\n\u{1B}[E')).toBe('\u{1B}[39A\u{1B}[3Ex\n\u{1B}[E');
	});

	it('says of styles in a row only what still holds at the end', () => {
		expect(shorten('\u{1B}[2m\u{1B}[22m\u{1B}[31m\u{1B}[39m\u{1B}[7m\u{1B}[27m\u{1B}[1m\u{1B}[36mx')).toBe('\u{1B}[22;27;1;36mx');
		expect(shorten('\u{1B}[1m\u{1B}[2mboth')).toBe('\u{1B}[1;2mboth');
		expect(shorten('\u{1B}[31m\u{1B}[1ma\u{1B}[22mb\u{1B}[39mc')).toBe('\u{1B}[31;1ma\u{1B}[22mb\u{1B}[39mc');
	});

	it('leaves alone what it does not know', () => {
		const others = '\u{1B}[4m\u{1B}[38;5;9m\u{1B}[0m\u{1B}[2J\u{1B}[Ha\u{1B}[E';
		expect(shorten(others)).toBe(others);
	});

	it('is the same frame in every cell and every style', async () => {
		const state = stateWith();
		const plain = await draw(state, coloured);
		const steps = [['j'], ['tab', 'j'], ['tab', 'tab', 'd'], ['!'], []] as const;
		const thrifty = createFakeTerminal({columns: 120, rows: 40});
		let seen = 0;
		for (const [second, keys] of steps.entries()) {
			await plain.redraw(press({...state, now: state.now + (second * 1000), overview: {...fixedOverview, incidents: second % 2 === 0 ? [] : fixedOverview.incidents}}, keys));
			const written = plain.written();
			thrifty.stdout.write(shorten(written.slice(seen)));
			seen = written.length;
			await thrifty.settle(10);
			expect(cellsOf(thrifty)).toBe(cellsOf(plain));
		}

		expect(thrifty.written().length).toBeLessThan(plain.written().length);
	});
});

describe('the terminal that Ink writes to', () => {
	it('gets each frame in one write', () => {
		expect(through(opening, '\u{1B}[E\u{1B}[Ea', closing, opening, 'b', closing)).toEqual([`${opening}\u{1B}[2Ea${closing}`, `${opening}b${closing}`]);
	});

	it('keeps nothing back when a frame is broken off', () => {
		expect(through(opening, 'a', 'the terminal is restored')).toEqual([`${opening}a${closing}`, 'the terminal is restored']);
		expect(through(opening, 'the terminal is restored')).toEqual([`${opening}the terminal is restored${closing}`]);
	});

	it('has the size and the events of the one below', () => {
		const terminal = createFakeTerminal({columns: 80, rows: 24});
		const thrifty = thriftyOutput(terminal.stdout);
		let resizes = 0;
		thrifty.on('resize', () => {
			resizes++;
		});
		terminal.resize({columns: 100, rows: 30});
		expect([thrifty.columns, thrifty.rows, thrifty.isTTY, resizes]).toEqual([100, 30, true, 1]);
	});
});

describe('a frame of 120 x 40', () => {
	it('takes no more than 300 bytes where one cell changed', async () => {
		const state = stateWith();
		const terminal = await draw(state, coloured);
		const vmsInWork = fixedOverview.vmsInWork.map((row, index) => index === 2 ? {...row, progress: 63} : row);
		const before = terminal.written().length;
		await terminal.redraw({...state, overview: {...fixedOverview, vmsInWork}});
		const frame = terminal.written().slice(before);
		expect(frame.length).toBeGreaterThan(0);
		expect(new TextEncoder().encode(shorten(frame)).length).toBeLessThan(300);
	});
});
