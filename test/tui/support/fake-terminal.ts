import {setTimeout as sleep} from 'node:timers/promises';
import {PassThrough, Writable} from 'node:stream';
import xterm from '@xterm/headless';
import stringWidth from 'string-width';

type Size = {readonly columns: number; readonly rows: number};

/** A terminal in memory: what is written is interpreted as a real one would, keys are sent as bytes. */
export type FakeTerminal = {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	/** The screen's rows without the spaces at their ends. */
	readonly lines: () => readonly string[];
	readonly text: () => string;
	readonly isAlternate: () => boolean;
	readonly send: (bytes: string) => void;
	readonly resize: (size: Size) => void;
	readonly written: () => string;
	/** Waits until the screen shows it, at most 5 s; throws with the screen where it does not. */
	readonly waitFor: (pattern: RegExp | string) => Promise<void>;
	readonly settle: (ms?: number) => Promise<void>;
	/** Whether the cell's text has a colour of its own. */
	readonly isColoured: (row: number, column: number) => boolean;
	/** A place of the screen with its style; good until the next write. */
	readonly cell: (row: number, column: number) => ReturnType<xterm.IBufferLine['getCell']>;
	/** Whether some line was too long for the screen. */
	readonly isWrapped: () => boolean;
	readonly rawModes: readonly boolean[];
};

const flushed = async (terminal: xterm.Terminal): Promise<void> => new Promise(resolve => {
	terminal.write('', resolve);
});

const widthOf = (codePoint: number): 0 | 1 | 2 => {
	const character = String.fromCodePoint(codePoint);
	return /^\p{Mark}$/u.test(character) ? 0 : Math.min(2, stringWidth(character)) as 0 | 1 | 2;
};

/** Widths as terminals of today have them, letter by letter; those that come with xterm are of 2010 and know no emoji. */
const widths: xterm.IUnicodeVersionProvider = {
	version: 'today',
	wcwidth: widthOf,
	// As xterm packs them: whether it joins the cell before in the lowest bit, the width in the next two.
	charProperties(codePoint, preceding) {
		const width = widthOf(codePoint);
		const before = Math.floor(preceding / 2) % 4;
		const isJoined = width === 0 && before > 0;
		return (2 * (isJoined ? before : width)) + Number(isJoined);
	},
};

const createStdin = (rawModes: boolean[]): PassThrough => Object.assign(new PassThrough(), {
	isTTY: true,
	setRawMode(isRaw: boolean) {
		rawModes.push(isRaw);
	},
	ref() {
		// Nothing keeps this process alive but the test.
	},
	unref() {
		// As above.
	},
});

export const createFakeTerminal = ({columns, rows}: Size): FakeTerminal => {
	const terminal = new xterm.Terminal({
		cols: columns, rows, allowProposedApi: true, convertEol: true,
	});
	terminal.unicode.register(widths);
	terminal.unicode.activeVersion = widths.version;
	const chunks: string[] = [];
	const rawModes: boolean[] = [];
	const stdout = Object.assign(new Writable({
		write(chunk: Uint8Array, _encoding, done) {
			const text = chunk.toString();
			chunks.push(text);
			terminal.write(text, done);
		},
	}), {isTTY: true, columns, rows});
	const stdin = createStdin(rawModes);
	const lines = () => Array.from({length: terminal.rows}, (_, row) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row)?.translateToString(true, 0, terminal.cols) ?? '');
	const text = () => lines().join('\n');

	return {
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		lines,
		text,
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		send(bytes) {
			stdin.write(bytes);
		},
		resize(size) {
			terminal.resize(size.columns, size.rows);
			Object.assign(stdout, size);
			stdout.emit('resize');
		},
		written: () => chunks.join(''),
		async waitFor(pattern) {
			const isThere = () => typeof pattern === 'string' ? text().includes(pattern) : pattern.test(text());
			for (let tries = 0; tries < 250; tries++) {
				await flushed(terminal);
				if (isThere()) {
					return;
				}

				await sleep(20);
			}

			throw new Error(`${String(pattern)} did not come up:\n${text()}`);
		},
		async settle(ms = 80) {
			await sleep(ms);
			await flushed(terminal);
		},
		isColoured(row, column) {
			const cell = terminal.buffer.active.getLine(row)?.getCell(column);
			return cell !== undefined && !cell.isFgDefault();
		},
		cell: (row, column) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row)?.getCell(column),
		isWrapped: () => Array.from({length: terminal.rows}, (_, row) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row)).some(line => line?.isWrapped),
		rawModes,
	};
};
