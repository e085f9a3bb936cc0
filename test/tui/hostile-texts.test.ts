import {describe, expect, it} from 'vitest';
import {type App} from '../../source/app.js';
import {createRunInside} from '../../source/commands/run-inside.js';
import {type Overlay} from '../../source/tui/overlay.js';
import {type Size} from '../../source/tui/state.js';
import {createTheme} from '../../source/tui/theme.js';
import {insideIo, openInside} from '../commands/inside.js';
import {createShell} from '../commands/shell.js';
import {controlsIn} from './support/controls.js';
import {fixedOverview} from './support/fixed-overview.js';
import {flawsOf, strangerIn, type Looks} from './support/frame.js';
import {open, type Opened} from './support/open.js';
import {forgedLine, poisonStore} from './support/poisoned-store.js';

const theme = createTheme({isAscii: false, isColour: true});
const coloured = {TERM: 'xterm-256color', LANG: 'C.UTF-8'};

/** Where a person goes: what is typed, what then shows that it is there, and what stands over the view. */
type Way = readonly [name: string, keys: readonly string[], there: RegExp, looks?: Partial<Looks>];

const page: Partial<Looks> = {pages: [{kind: 'help', top: 0}]};
const box: Partial<Overlay> = {kind: 'palette'};
const boxed: Partial<Looks> = {overlay: box as Overlay};

const ways: readonly Way[] = [
	['the first view', [], /web1poison/],
	['the row of a VM that needs a person', ['\t'], /helps: poison/],
	['a row of the activity', ['\t', '\t', '\t'], /poison pink link/],
	['what needs a person', ['!'], /What needs a person/, page],
	['the details of a VM', ['\t', '\r'], /last error|waits for/, page],
	['the end of the details of a VM', ['\t', '\r', 'G'], /cronsole vm log v/, page],
	['the details of an install', ['\t', '\t', '\r'], /shop/, page],
	['the end of the details of an install', ['\t', '\t', '\r', 'G'], /txet desrever/, page],
	['the VMs', ['2'], /VMs 1/, {view: 'vms'}],
	['the details of a VM from the view', ['2', '\r'], /waits for/, page],
	['the installs', ['3'], /Installs 1/, {view: 'installs'}],
	['the backups', ['4'], /Backups.* 2/, {view: 'backups'}],
	['the details of a backup', ['4', 'G', '\r'], /state|taken/, page],
	['the traffic', ['5'], /Traffic/, {view: 'traffic'}],
	['the activity', ['6'], /Activity \d/, {view: 'activity'}],
	['the question before an install is dropped', ['\t', '\t', 'd'], /Drop the install/, boxed],
	['the question before a VM is terminated', [':', 'vm terminate v101', '\r'], /Cancel/, boxed],
	['vm show', [':', 'vm show v101', '\r'], /\[vm show v101\]/, page],
	['vm log', [':', 'vm log v101', '\r'], /\[vm log v101\]/, page],
	['the end of vm log', [':', 'vm log v101', '\r', 'G'], /more lines: a command line shows them all/, page],
	['vm log as JSON', [':', 'vm log v101 --json', '\r'], /\[vm log v101 --json\]/, page],
	['install show', [':', 'install show 1', '\r'], /\[install show 1\]/, page],
	['what a command refuses', [':', 'vm show \u{1B}[200~\u{1B}[35mx\u{202E}y\u{1B}[201~', '\r'], /no VM/],
	['the filter', ['2', '/', 'poison \u{1B}[200~\u{9B}35m日\u{202E}\u{1B}[201~'], /VMs/, {view: 'vms'}],
];

/** Neither the rows nor the details are still to come. */
const nothingIsRead = /^(?![\s\S]*│ {2,}reading)/;

const went = async (app: App, size: Size, keys: readonly string[], there: RegExp): Promise<Opened> => {
	const terminal = open(app, {size, env: coloured, runCommand: createRunInside(app, insideIo)});
	await terminal.waitFor(/web1poison/);
	for (const key of keys) {
		terminal.send(key);
		await terminal.settle(25);
	}

	await terminal.waitFor(there);
	await terminal.waitFor(nothingIsRead);
	await terminal.settle(50);
	return terminal;
};

const lineBegins = new RegExp(String.raw`^\s*${forgedLine.slice(0, 12)}`);

describe.each([{columns: 80, rows: 24}, {columns: 160, rows: 45}])('hostile words at $columns × $rows', size => {
	it('forge no line, leak no colour and break no frame, wherever they stand', async () => {
		const shell = createShell();
		await poisonStore(shell);
		const {app} = await openInside(shell);
		// A wide screen differs where a pane stands beside a list.
		for (const [name, keys, there, looks] of ways.filter(way => size.columns < 120 || way[3] === undefined || way[3].view)) {
			const begun = performance.now();
			const terminal = await went(app, size, keys, there);
			const seen = {
				size, view: null, overlay: null, pages: [], overview: fixedOverview, ...looks,
			};
			expect([strangerIn(terminal.written()), ...flawsOf(terminal, seen, theme), ...terminal.lines().filter(line => lineBegins.test(line))], `${name}\n${terminal.text()}`).toEqual([undefined]);
			if (process.env.CRONSOLE_TIMES) {
				console.log(`${name}: ${Math.round(performance.now() - begun)} ms`);
			}

			terminal.send('\u{3}\u{3}\u{3}\u{3}');
			await terminal.settle(10);
			terminal.stdout.emit('error', new Error('seen enough'));
			await terminal.code;
		}
	}, 240_000);
});

const lines = ['vm list', 'vm show v101', 'vm explain v101', 'install list', 'status', 'vm log v101', 'backup list v101', 'snapshot list v101', 'activity', 'incident list', 'vm show poison\u{1B}[35m\n\u{202E}x', 'find poison\u{9B}35m'];

describe('hostile words on a command line', () => {
	it.each(lines)('forge no line and steer no terminal: %j', async line => {
		const shell = createShell();
		await poisonStore(shell);
		const {out, err} = await shell.cronsole(line);
		const said = `${out}${err}`;
		expect(said).not.toBe('');
		expect(controlsIn(said.replaceAll('\n', ''))).toEqual([]);
		expect(said.split('\n').filter(text => text.startsWith(forgedLine.slice(0, 12)))).toEqual([]);
	});
});
