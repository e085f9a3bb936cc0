import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink-testing-library';
import {describe, expect, it} from 'vitest';
import {createTimes} from '../../source/tui/format.js';
import {ActivityPanel} from '../../source/tui/panels/activity-panel.js';
import {InstallsPanel} from '../../source/tui/panels/installs-panel.js';
import {sparkLine} from '../../source/tui/panels/tasks-panel.js';
import {VmsPanel} from '../../source/tui/panels/vms-panel.js';
import {createTheme} from '../../source/tui/theme.js';
import {activity, fixedNow, fixedOverview} from './support/fixed-overview.js';

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
	it('says why one failed and when one is tried', () => {
		const frame = stripVTControlCharacters(render(<InstallsPanel isFocused theme={theme} rows={fixedOverview.installs} now={fixedNow} selectedId='8' width={96} height={4}/>).lastFrame()!);
		expect(frame).toMatch(/! shop\.example\.org +failed +12m +the database refused the connection, attempt 3/);
		expect(frame).toMatch(/blog\.example\.com +pending +2m +in 3m12s/);
		expect(frame).toContain('running 40%');
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
