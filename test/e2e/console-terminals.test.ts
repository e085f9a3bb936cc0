import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import stringWidth from 'string-width';
import {
	afterAll,
	afterEach,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {
	createInstallation,
	order,
	program,
	until,
	type Installation,
} from '../support/program.js';
import {isAscii} from '../tui/support/controls.js';
import {hasTmux, openTerminal, type Terminal} from '../support/terminal.js';

type Size = {readonly columns: number; readonly rows: number};

type Borders = {readonly left: RegExp; readonly right: RegExp};

const drawn: Borders = {left: /^[│┌└├]/, right: /[│┐┘┤]$/};
const lettered: Borders = {left: /^[+|]/, right: /[+|]$/};

/** Of every VM, whichever has the cursor. */
const client = {name: '日本語の名前 全角', email: 'ada@example.org'};

/** What is wrong with the frame on a real terminal's screen; empty: nothing. */
const flawsIn = (screen: string, {columns, rows}: Size, borders: Borders): readonly string[] => {
	const lines = screen.replace(/\n$/, '').split('\n');
	const body = lines.slice(2, rows - 1);
	return [
		...lines.length === rows ? [] : [`${lines.length} lines`],
		...lines[0]!.startsWith('cronsole') ? [] : ['the first line is not the first'],
		...body.filter(line => !borders.left.test(line) || !borders.right.test(line) || stringWidth(line) !== columns),
		...lines.filter(line => stringWidth(line) > columns),
	];
};

/** Processor time of a process so far, in ms. */
const cpuMsOf = (pid: number): number => {
	const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ', 2)[1]!.split(' ');
	return 10 * (Number(fields[11]) + Number(fields[12]));
};

describe.skipIf(!hasTmux())('terminals of every kind', () => {
	let here: Installation;
	const terminals: Terminal[] = [];
	let count = 0;

	const open = ({columns, rows}: Size, flags = '--watch', env: Readonly<Record<string, string>> = {}): Terminal & {readonly consolePid: () => number} => {
		count++;
		const mark = `CRONSOLE_TEST=${here.folder}/${count}`;
		const terminal = openTerminal({
			command: `'${process.execPath}' '${program}' --config '${here.config}' ${flags}`, columns, rows, env: {...env, CRONSOLE_TEST: `${here.folder}/${count}`},
		});
		terminals.push(terminal);
		return {
			...terminal,
			consolePid: () => Number(fs.readdirSync('/proc').find(name => {
				try {
					return /^\d+$/.test(name) && fs.readlinkSync(`/proc/${name}/exe`).endsWith('/node') && fs.readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark);
				} catch {
					return false;
				}
			})),
		};
	};

	const whole = async (terminal: Terminal, size: Size, borders = drawn): Promise<void> => {
		let flaws: readonly string[] = ['not looked at'];
		await until('the frame is whole', () => {
			flaws = flawsIn(terminal.screen(), size, borders);
			return flaws.length === 0;
		}, 20_000, 100).catch(() => undefined);
		expect(flaws, terminal.screen()).toEqual([]);
	};

	beforeAll(async () => {
		here = await createInstallation({simulator: ['--speed', '40']});
		here.daemon();
		await here.run(['vm', 'create'], order(1, {client}));
		await until('the VM is ready', async () => (await here.json(['vm', 'show', 'order-1'])).status === 'ready', 60_000, 300);
	});

	afterEach(() => {
		for (const terminal of terminals.splice(0)) {
			terminal.kill();
		}
	});

	afterAll(async () => {
		await here.remove();
	});

	test.each([{columns: 60, rows: 16}, {columns: 80, rows: 24}, {columns: 300, rows: 100}])('the frame is whole at $columns × $rows, in the first view, in a list and in details', async size => {
		const terminal = open(size);
		await terminal.shows(/Process VMs/);
		await whole(terminal, size);
		terminal.press('2');
		await terminal.shows(/vm1\.example\.net/);
		await whole(terminal, size);
		terminal.press('Enter');
		await terminal.shows(/doing/);
		await whole(terminal, size);
		terminal.press('C-d');
		await terminal.shows(/日本語の名前/);
		await whole(terminal, size);
	});

	test('fifty resizes in three seconds leave a whole frame and a calm process', async () => {
		const terminal = open({columns: 120, rows: 40});
		await terminal.shows(/Process VMs/);
		await here.run(['vm', 'create'], order(2, {client}));
		for (let index = 0; index < 50; index++) {
			terminal.resize(40 + (index * 37 % 160), 10 + (index * 13 % 50));
			await sleep(60);
		}

		terminal.resize(100, 30);
		await terminal.shows(/Process VMs/);
		await whole(terminal, {columns: 100, rows: 30});
		await sleep(1000);
		const before = cpuMsOf(terminal.consolePid());
		await sleep(2000);
		expect(cpuMsOf(terminal.consolePid()) - before).toBeLessThan(1000);
		await whole(terminal, {columns: 100, rows: 30});
	});

	test('it says where the screen is too small, and is whole again where it is not', async () => {
		const terminal = open({columns: 59, rows: 20});
		await terminal.shows(/too small: 59x20/);
		terminal.resize(80, 15);
		await terminal.shows(/too small: 80x15/);
		terminal.resize(120, 40);
		await terminal.shows(/Process VMs/);
		terminal.resize(50, 30);
		await terminal.shows(/too small: 50x30/);
		expect(terminal.screen()).not.toMatch(/[│┌└]/);
		terminal.resize(20, 4);
		await terminal.shows(/too small: 20x4/);
		expect(terminal.screen()).not.toMatch(/[│┌└]/);
		terminal.resize(60, 16);
		await terminal.shows(/Process VMs/);
		await whole(terminal, {columns: 60, rows: 16});
		terminal.press('q');
		await terminal.shows(/exit code 0/);
	});

	test.each<readonly [string, Readonly<Record<string, string>>, string]>([
		['LANG=C', {LANG: 'C'}, ''],
		['TERM=linux', {TERM: 'linux'}, ''],
		['--ascii', {}, '--ascii'],
	])('%s draws with letters alone', async (_name, env, flags) => {
		const size = {columns: 80, rows: 24};
		const terminal = open(size, `--watch ${flags}`, env);
		await terminal.shows(/Process VMs/);
		await whole(terminal, size, lettered);
		terminal.press('2');
		await terminal.shows(/vm1\.example\.net/);
		terminal.press('Enter');
		await terminal.shows(/\?{6} \?{2}/);
		await whole(terminal, size, lettered);
		expect(isAscii(terminal.screen())).toBe(true);
	});

	test('NO_COLOR takes the colours and leaves weight and reverse video', async () => {
		const colour = /\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10[0-7])(?:;\d+)*m/;
		const size = {columns: 100, rows: 30};
		const coloured = open(size);
		await coloured.shows(/Process VMs/);
		expect(coloured.styled()).toMatch(colour);
		const plain = open(size, '--watch', {NO_COLOR: '1'});
		await plain.shows(/Process VMs/);
		plain.press('2');
		await plain.shows(/vm1\.example\.net/);
		await until('reverse video', () => /\[(?:\d+;)*7m/.test(plain.styled()));
		expect(plain.styled()).not.toMatch(colour);
	});

	test.each<readonly [string, string, Readonly<Record<string, string>>]>([
		['--plain', '--watch --plain', {}],
		['ACCESSIBLE=1', '--watch', {ACCESSIBLE: '1'}],
	])('%s only ever adds lines', async (_name, flags, env) => {
		const terminal = open({columns: 120, rows: 40}, flags, env);
		await terminal.shows(/^leading: daemon/m);
		const first = terminal.screen().trimEnd();
		await here.run(['task', 'run', 'process_vms']);
		await terminal.shows(/^\d\d:\d\d:\d\d Process VMs: (?:started|ok)/m);
		expect(terminal.screen().startsWith(first)).toBe(true);
		expect(terminal.screen()).not.toMatch(/[│┌▸]/);
		expect(terminal.modes()).toEqual({isAlternate: false, hasCursor: true});
		terminal.press('C-c');
		await until('it has ended', () => Number.isNaN(terminal.consolePid()));
	});

	test('TERM=dumb gets the status and how to get the console', async () => {
		const terminal = open({columns: 120, rows: 50}, '--watch', {TERM: 'dumb'});
		const screen = await terminal.shows(/exit code 0/);
		expect(screen).toContain('the console needs a terminal');
		expect(screen).toContain('Process VMs');
		expect(terminal.modes().isAlternate).toBe(false);
	});

	test('no terminal at all gets the status and how to get the console', async () => {
		const {code, out, err} = await here.run([]);
		expect(code).toBe(0);
		expect(err).toBe('');
		expect(out).toContain('Process VMs');
		expect(out).toContain('This is no terminal: for the console start `cronsole` in one');
		expect(out).not.toContain('\u{1B}');
	});

	test('letters whose width terminals dispute move no other line', async () => {
		const raw = new BetterSqlite(here.database);
		raw.prepare('update vms set client_name = ?, hostname = ? || id').run('น้ำคำ नमस्ते हिन्दी 👍🏽🇩🇪 각ᆨᅡ', 'น้ำ日本語नि.example.net');
		raw.close();
		const size = {columns: 80, rows: 24};
		const terminal = open(size);
		await terminal.shows(/Process VMs/);
		terminal.press('2');
		await terminal.shows(/日本語/);
		terminal.press('Enter');
		await terminal.shows(/client +น้ำ/);
		await sleep(300);
		const lines = terminal.screen().split('\n');
		expect(lines.slice(2, 23).filter(line => !/^[│┌└├]/.test(line)), lines.join('\n')).toEqual([]);
		expect(lines[22], lines.join('\n')).toMatch(/^└.*q back/);
		expect(lines.filter(line => line.startsWith('│') && !line.endsWith('│')).length, lines.join('\n')).toBeLessThanOrEqual(1);
		terminal.press('q', 'q', 'q');
		await terminal.shows(/exit code 0/);
		expect(terminal.breaksLines()).toBe(true);
	});
});
