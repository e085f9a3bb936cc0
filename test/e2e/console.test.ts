import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {
	createInstallation,
	order,
	program,
	start,
	until,
	type Installation,
} from '../support/program.js';
import {hasTmux, openTerminal, type Terminal} from '../support/terminal.js';

const isAlive = (pid: number): boolean => {
	try {
		return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

/** Processes of this installation's terminals: their title hides the command line, so they are known by their environment. */
const listProcesses = (here: Installation): number[] => fs.readdirSync('/proc')
	.filter(name => /^\d+$/.test(name))
	.filter(name => {
		try {
			return fs.readlinkSync(`/proc/${name}/exe`).endsWith('/node') && fs.readFileSync(`/proc/${name}/environ`, 'utf8').includes(`CRONSOLE_TEST=${here.folder}`);
		} catch {
			return false;
		}
	})
	.map(Number)
	.filter(pid => isAlive(pid));

describe.skipIf(!hasTmux())('the console in a real terminal', () => {
	let here: Installation;
	const terminals: Terminal[] = [];
	const open = (columns: number, rows: number, flags = ''): Terminal => {
		const terminal = openTerminal({
			command: `'${process.execPath}' '${program}' --config '${here.config}' ${flags}`, columns, rows, env: {CRONSOLE_TEST: here.folder},
		});
		terminals.push(terminal);
		return terminal;
	};

	beforeEach(async () => {
		here = await createInstallation({simulator: ['--speed', '40']});
	});

	afterEach(async () => {
		for (const terminal of terminals.splice(0)) {
			terminal.kill();
		}

		await here.remove();
	});

	test.each([[80, 24], [120, 40]])('at %i × %i it leads, shows the seven tasks and what status says, and runs a task by key', async (columns, rows) => {
		await here.run(['vm', 'create'], order(1));
		const terminal = open(columns, rows);
		await terminal.shows(/leading/i);
		for (const title of ['Process VMs', 'Remove Snapshots', 'Restore Backup', 'Backup Status', 'Schedule Backup', 'Collect Statistics', 'Process Installs']) {
			await terminal.shows(new RegExp(title));
		}

		await until('the VM is ready', async () => (await here.json(['vm', 'show', 'order-1'])).status === 'ready', 120_000, 300);
		const before = (await here.json(['status'])).tasks.find(({name}: any) => name === 'process_vms').lastRun.id;
		terminal.press('r');
		const {lastRun} = await until('a run by hand', async () => {
			const task = (await here.json(['status'])).tasks.find(({name}: any) => name === 'process_vms');
			return task.lastRun.id > before && task.lastRun.trigger === 'manual' ? task : false;
		});
		expect(lastRun.by).toBe('tester');
		const lines = terminal.screen().split('\n');
		expect(lines.length).toBeLessThanOrEqual(rows + 1);
		terminal.press('?');
		await terminal.shows(/run the task now/);
		terminal.press('Escape');
		await sleep(200);
		terminal.press('q');
		const ended = await terminal.shows(/exit code 0/);
		expect(ended).not.toContain('Process VMs');
		expect(terminal.modes()).toEqual({isAlternate: false, hasCursor: true});
		await terminal.shows(/^icanon/m);
		await until('nobody leads', async () => (await here.json(['status'])).scheduler.leader === null);
		expect((await here.json(['lock', 'list'])).locks).toEqual([]);
	}, 240_000);

	test('`c` clears a stale lock', async () => {
		await here.faults({add: {kind: 'slow', ms: 3000}});
		await here.run(['vm', 'create'], order(1));
		const holder = here.track(start(program, ['--config', here.config, '--run-task=process_vms']));
		await until('it holds the lock', async () => (await here.json(['lock', 'list'])).locks.some((lock: any) => lock.name === 'task:process_vms'), 60_000, 50);
		await holder.end('SIGKILL');
		const terminal = open(100, 30, '--watch');
		await terminal.shows(/stale/);
		terminal.press('c');
		await until('it is free', async () => (await here.json(['status'])).tasks.find(({name}: any) => name === 'process_vms').lock === null);
	}, 180_000);

	test('Ctrl-S for ten seconds does not stop the scheduler', async () => {
		const terminal = open(100, 30);
		await terminal.shows(/leading/i);
		terminal.press('C-s');
		await here.run(['vm', 'create'], order(1));
		await sleep(10_000);
		await until('its VM came far', async () => (await here.json(['vm', 'show', 'order-1'])).steps.length > 5, 60_000, 300);
		terminal.press('C-q');
		await terminal.shows(/order-1|vm1\.example\.net/);
	}, 180_000);

	test('a killed terminal leaves no orphan and no lock', async () => {
		const terminal = open(100, 30);
		await terminal.shows(/leading/i);
		expect(listProcesses(here).length).toBeGreaterThan(0);
		terminal.kill();
		await until('it is gone', () => listProcesses(here).length === 0, 60_000, 100);
		expect((await here.json(['lock', 'list'])).locks).toEqual([]);
	}, 180_000);

	test('it hands over to a daemon that comes, and watches on', async () => {
		const terminal = open(100, 30);
		await terminal.shows(/leading/i);
		const daemon = here.daemon();
		await until('the daemon leads', async () => (await here.json(['status'])).scheduler.leader?.pid === daemon.pid, 60_000, 200);
		await terminal.shows(/daemon/);
	}, 180_000);
});
