import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink-testing-library';
import {describe, expect, it} from 'vitest';
import {resolveTaskStates} from '../../source/domain/task-state.js';
import {createTimes} from '../../source/tui/format.js';
import {createStartOf} from '../../source/tui/install-starts.js';
import {ActivityPanel} from '../../source/tui/panels/activity-panel.js';
import {InstallsPanel} from '../../source/tui/panels/installs-panel.js';
import {sparkLine} from '../../source/tui/panels/tasks-panel.js';
import {VmsPanel} from '../../source/tui/panels/vms-panel.js';
import {type Install} from '../../source/tui/state.js';
import {createTheme} from '../../source/tui/theme.js';
import {
	activity,
	fixedNow,
	fixedOverview,
	fixedSettings,
	install,
} from './support/fixed-overview.js';

const theme = createTheme({isAscii: false, isColour: false});
const times = createTimes('Europe/Berlin');
const linesOf = (frame: string | undefined): readonly string[] => stripVTControlCharacters(frame ?? '').split('\n');

describe('the panel of VMs', () => {
	const panel = (isFocused: boolean, width = 90) => render(<VmsPanel theme={theme} rows={fixedOverview.vmsInWork} now={fixedNow} selectedId='101' isFocused={isFocused} width={width} height={6}/>).lastFrame();

	it('says what each does, at which step, for how long and why', () => {
		const lines = linesOf(panel(false));
		expect(lines[1]).toContain('! db2.example.net');
		expect(lines[1]).toContain('3h  backup lock: qm unlock 102');
		expect(lines[3]).toMatch(/web1\.example\.net +deploy: clone 62% +2\/15 +41s +the clone on pve1/);
		expect(linesOf(panel(false, 130))[4]).toContain('Proxmox refused: 500 got timeout, attempt 3, again in 1m35s');
	});

	it('shows the chosen row in reverse where the keys go, and nowhere else', () => {
		expect(panel(true)).toContain('\u{1B}[7m ▸  web1.example.net');
		expect(panel(false)).not.toContain('▸');
	});

	it('drops columns rather than rows where it is narrow, and never why a VM needs a person', () => {
		const lines = linesOf(panel(false, 40));
		expect(lines).toHaveLength(7);
		expect(lines[0]).not.toContain('Why');
		expect(lines[1]).toMatch(/! db2\.exampl.*backup lock/);
	});

	it('says so where nothing is in work', () => {
		expect(render(<VmsPanel isFocused theme={theme} rows={[]} now={fixedNow} selectedId={null} width={60} height={3}/>).lastFrame()).toContain('nothing is in work');
	});
});

describe('the panel of installs', () => {
	const startOf = createStartOf(fixedOverview, {settings: fixedSettings, tasks: resolveTaskStates({}, fixedOverview.taskSettings), now: fixedNow});
	const panel = (rows: readonly Install[], width = 96, starts = startOf) =>
		stripVTControlCharacters(render(<InstallsPanel isFocused theme={theme} rows={rows} now={fixedNow} startOf={starts} selectedId='8' width={width} height={4}/>).lastFrame()!);

	it('says why one failed, how far one is and what it does, and when one starts', () => {
		const frame = panel(fixedOverview.installs);
		expect(frame).toMatch(/! shop\.example\.org +failed +12m +the database refused the connection, attempt 3/);
		expect(frame).toMatch(/forum\.example\.org +running 40% +2m +unpacking WordPress/);
		expect(frame).toMatch(/blog\.example\.com +pending +2m +in 3m12s/);
		expect(frame).toMatch(/notes\.example\.com +pending +30s +in 20s/);
	});

	it('says when one that waits is tried before it says why', () => {
		expect(panel([install(9, 'blog.example.com', {attempt: 2, cause: 'waiting for the panel web1: connection refused', position: 'account'})]))
			.toMatch(/pending +2m +in 3m12s, attempt 2: waiting for the panel web1: con/);
	});

	it('says that a running one is to stop', () => {
		const rows = [install(8, 'forum.example.org', {state: 'running', doing: 'unpacking', isDropAsked: true})];
		expect(panel(rows)).toMatch(/running +2m +stops after this step, unpacking/);
		expect(panel(rows, 38)).toMatch(/dropping/);
	});

	it('keeps to one of them where it is narrow: why, how far, or when', () => {
		const frame = panel(fixedOverview.installs, 38);
		expect(frame).toMatch(/shop\.ex.*the datab/);
		expect(frame).toMatch(/forum\..*40% unpac/);
		expect(frame).toMatch(/blog\..*in 3m12s/);
	});

	it('promises no start where Process Installs does not run by itself, save for what is not staged', () => {
		const hold = {
			by: 'anna', reason: null, since: 0, until: null,
		};
		const starts = (stage: boolean) => {
			const wordpress = {
				stage, welcomeEmail: true, blogName: '', url: 'domain', controlPanelLogin: true,
			} as const;
			const settings = {...fixedSettings, installs: {panels: {}, applications: {wordpress}}};
			return createStartOf({...fixedOverview, hold}, {settings, tasks: resolveTaskStates({}, []), now: fixedNow});
		};

		const rows = [install(10, 'notes.example.com', {nextAttemptAt: null})];
		expect(panel(rows, 96, starts(true))).toMatch(/pending +2m +│/);
		expect(panel(rows, 96, starts(false))).toMatch(/pending +2m +now +│/);
	});
});

describe('the activity', () => {
	it('says the level in letters, not by colour alone', () => {
		const frame = render(<ActivityPanel theme={theme} times={times} rows={[activity(1, {level: 'error', message: 'broke'})]} selectedId={null} isFocused={false} width={110} height={2}/>).lastFrame();
		expect(linesOf(frame)[0]).toMatch(/18:39:13 error +scheduler +web1\.example\.net +broke/);
	});
});

describe('a spark line', () => {
	it('runs from the oldest to the newest run and marks those that failed', () => {
		const runs = fixedOverview.recentRuns.filter(({task}) => task === 'process_vms');
		expect(sparkLine(runs, theme)).toBe('▂x▁▃█');
		expect(sparkLine(runs, createTheme({isAscii: true, isColour: false}))).toBe('2x138');
		expect(sparkLine([], theme)).toBe('');
	});
});
