import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {type Overview} from '../../source/tui/state.js';
import {createTheme} from '../../source/tui/theme.js';
import {isAscii} from './support/controls.js';
import {draw} from './support/draw.js';
import {
	activity,
	fixedOverview,
	install,
	vmInWork,
} from './support/fixed-overview.js';
import {painted, press, stateWith} from './support/states.js';

const sizes = [[80, 24], [120, 40], [200, 60]] as const;

describe.each(sizes)('at %i × %i', (columns, rows) => {
	const state = stateWith({size: {columns, rows}});

	it.each([
		['the first view', []],
		['what needs a person', ['!']],
		['the help', ['?']],
		['a question', ['tab', 'tab', 'd']],
		['a typed confirmation', ['G', 'c']],
		['the palette', [':', 't', 'a', 's', 'k']],
	] as const)('%s is what it was, and never taller or wider than the screen', async (_, keys) => {
		const terminal = await draw(painted(press(state, keys)));
		expect(terminal.text()).toMatchSnapshot();
		expect(terminal.lines()).toHaveLength(rows);
		expect(Math.max(...terminal.lines().map(line => stringWidth(line)))).toBeLessThanOrEqual(columns);
	});
});

describe('the screen', () => {
	it('never cuts off the command that helps, however long the reason', async () => {
		const incident = {
			id: 9, key: 'dns:vm:104', severity: 'warning', cause: `vm4.example.net A: ${'198.51.100.7 stands there, '.repeat(6)}`, command: 'cronsole dns set v104', since: 0, closedAt: null, affects: 1, acknowledged: null,
		} as const;
		const state = stateWith({size: {columns: 120, rows: 40}, overview: {...fixedOverview, incidents: [incident]}});
		const lines = (await draw(press(state, ['!']))).lines();
		const at = lines.findIndex(line => / v104 .*vm4\.example\.net A: 198/.test(line));
		expect(lines[at + 1]).toContain('cronsole dns set v104');
	});

	it('keeps the header, the seven tasks, what needs a person and the queue at 60 × 16', async () => {
		const terminal = await draw(stateWith({size: {columns: 60, rows: 16}}));
		expect(terminal.text()).toMatchSnapshot();
	});

	it('says that it is too small below that, and whether somebody is needed', async () => {
		const terminal = await draw(stateWith({size: {columns: 59, rows: 15}}));
		expect(terminal.text()).toContain('too small: 59x15');
		// As many as the second line of a narrow screen says.
		expect(terminal.text()).toContain('! 4 need you');
	});

	it('is loud where nobody leads', async () => {
		const terminal = await draw(stateWith({overview: {...fixedOverview, leader: null}}));
		expect(terminal.lines()[0]).toContain('NOBODY LEADS: L leads here (last: daemon ops1');
	});

	it('says why the database cannot be read, and how old the rest is', async () => {
		const state = stateWith({size: {columns: 80, rows: 24}});
		const terminal = await draw({...state, trouble: 'database is locked'});
		expect(terminal.lines()[1]).toContain('cannot read the database (this is from 18:40:12): database is locked');
	});

	it('says below why the chosen row needs a person, and the whole of a row of the activity', async () => {
		const size = {columns: 80, rows: 24};
		const rowOf = async (keys: readonly string[]) => (await draw(press(stateWith({size}), keys))).lines().at(-1);
		expect(await rowOf(['tab'])).toBe(' helps: qm unlock 102   backup lock');
		expect(await rowOf(['shift-tab', 'k'])).toBe(' shop.example.org: install failed: the database refused the connection');
		expect(await rowOf(['j', 'j'])).toContain('cronsole --clear-locks=restore_backup');
	});

	it('says who holds everything and why', async () => {
		const hold: Overview['hold'] = {
			by: 'anna', reason: 'new disks', since: fixedOverview.now - 60_000, until: null,
		};
		const terminal = await draw(stateWith({overview: {...fixedOverview, hold}, isReadOnly: true}));
		expect(terminal.lines()[1]).toContain('HOLD by anna 1m: new disks');
		expect(terminal.lines()[0]).toContain(' RO ');
	});

	it('is drawn in ASCII alone where the terminal has no more', async () => {
		const asked = press(stateWith(), ['tab', 'tab', 'd']);
		const terminal = await draw(painted(asked), createTheme({isAscii: true, isColour: false}));
		expect(isAscii(terminal.text())).toBe(true);
		expect(terminal.text()).toContain('+ [');
	});

	it('has no colour without colour', async () => {
		const terminal = await draw(stateWith());
		const colours = Array.from({length: 38}, (_, code) => code).filter(code => code >= 30).map(code => `\u{1B}[${code}m`);
		expect(colours.filter(code => terminal.written().includes(code))).toEqual([]);
		const coloured = await draw(stateWith(), createTheme({isAscii: false, isColour: true}));
		expect(colours.some(code => coloured.written().includes(code))).toBe(true);
	});

	it('writes little where little changes: a quiet second, a busy one, another panel', async () => {
		const quiet: Overview = {
			...fixedOverview, vmsInWork: [], installs: [], recentRuns: [], lastRuns: fixedOverview.lastRuns.filter(({finishedAt}) => finishedAt !== null), leases: [],
		};
		const bytesOf = async (overview: Overview, keys: readonly string[]): Promise<number> => {
			const state = stateWith({overview});
			const terminal = await draw(state);
			const before = terminal.written().length;
			await terminal.redraw(press({...state, now: state.now + 1000}, keys));
			return terminal.written().length - before;
		};

		expect(await bytesOf(quiet, [])).toBeLessThan(400);
		expect(await bytesOf(fixedOverview, [])).toBeLessThan(1000);
		expect(await bytesOf(fixedOverview, ['tab', 'tab', 'tab'])).toBeLessThan(2500);
	});
});

describe('hostile text', () => {
	const evil = 'web\u{1B}[31m\u{1B}[8m.example\u{1B}]8;;http://evil\u{7}\r\n│ 18:40:03 error  scheduler  FORGED\u{202E}gro\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{1B}[2J\u{1B}[H\u{9B}7m';
	const overview: Overview = {
		...fixedOverview,
		vmsInWork: [vmInWork(101, evil, {vm: {needsAttention: {reason: evil, since: 0, command: evil}}}), vmInWork(102, 'honest.example.net')],
		installs: [install(1, evil, {cause: evil})],
		activity: [activity(1, {subject: evil, message: evil, actor: evil}), activity(2, {subject: 'honest.example.net'})],
		clusters: [{...fixedOverview.clusters[0]!, name: evil}],
	};

	it.each([[[]], [['!']], [['tab', 'tab', 'd']]] as const)('neither recolours nor forges a line (%j)', async keys => {
		const state = painted(press(stateWith({overview}), keys));
		const terminal = await draw(state);
		const lines = terminal.lines();
		expect(lines.filter(line => /^. *18:40:03 error/.test(line))).toEqual([]);
		expect(lines).toHaveLength(40);
		expect(terminal.written()).not.toContain('\u{1B}]8');
		expect(terminal.written()).not.toContain('\u{1B}[31m');
		expect(terminal.written()).not.toContain('\u{1B}[8m');
		expect(terminal.written()).not.toContain('\u{202E}');
		// The frame still stands where it belongs: nothing was moved.
		expect(lines.slice(3, -2).every(line => /^[│┌└├]/.test(line) && /[│┐┘┤]$/.test(line))).toBe(true);
	});
});
