import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {
	createInstallation,
	order,
	program,
	start,
	until,
	type Installation,
} from '../support/program.js';

const leaderOf = async (here: Installation): Promise<any> => {
	const {scheduler} = await here.json(['status']);
	return scheduler.leader;
};

/** Runs of each task by the daemons' own logs, as stretches of time; no two of one task may overlap. */
const listStretches = (lines: readonly string[]): Array<{task: string; run: number; event: string; at: number}> => lines
	.filter(line => line.startsWith('{'))
	.map(line => JSON.parse(line))
	.filter(({event}) => ['run-started', 'run-finished'].includes(event as string))
	.map(({task, run, event, at}) => ({
		task, run, event, at: Date.parse(at as string),
	}));

describe('several processes on one database', () => {
	test('one of two daemons leads; when it is killed the other leads long before its lease would have ended; no task runs twice at once', async () => {
		const here = await createInstallation({extra: 'scheduler: {lease: 120s}\ntasks: {process_vms: {interval: 1s}, backup_status: {interval: 1s}}'});
		try {
			const daemons = [here.daemon(), here.daemon()];
			await until('one leads and one stands by', async () => {
				const {scheduler} = await here.json(['status']);
				return scheduler.leader && scheduler.standby === 1;
			});
			await here.run(['vm', 'create'], order(1));
			await sleep(3000);
			const {pid} = await leaderOf(here);
			const killed = daemons.find(daemon => daemon.pid === pid)!;
			const other = daemons.find(daemon => daemon.pid !== pid)!;
			await killed.end('SIGKILL');
			await until('the other says that it leads', () => other.lines.some(line => line.includes('"leading"')));
			await until('the VM is ready', async () => (await here.json(['vm', 'show', 'order-1'])).status === 'ready', 120_000, 300);
			expect((await here.truth()).tasks.filter(({type}) => type === 'qmclone')).toHaveLength(1);
			await other.end();
			const rows = [killed, other]
				.flatMap(({lines}, daemon) => listStretches(lines).map(row => ({...row, daemon})))
				.toSorted((one, two) => one.at - two.at || one.run - two.run);
			expect(rows.length).toBeGreaterThan(5);
			const open = new Map<string, number>();
			for (const {task, event, daemon} of rows) {
				if (event === 'run-started') {
					// The killed leader's last runs have no end.
					const isOver = !open.has(task) || (open.get(task) === 0 && daemon === 1);
					expect(isOver, `${task} ran twice at once`).toBe(true);
					open.set(task, daemon);
				} else {
					open.delete(task);
				}
			}
		} finally {
			await here.remove();
		}
	}, 240_000);

	test('a daemon ends within seconds of SIGTERM, exit 0 or 143, and leaves no lock', async () => {
		const here = await createInstallation();
		try {
			const daemon = here.daemon();
			await here.run(['vm', 'create'], order(1));
			await until('a clone is under way', async () => (await here.truth()).tasks.some(({type}) => type === 'qmclone'));
			const before = Date.now();
			const code = await daemon.end('SIGTERM');
			expect(Date.now() - before).toBeLessThan(20_000);
			expect([0, 143]).toContain(code);
			const {locks} = await here.json(['lock', 'list']);
			expect(locks).toEqual([]);
			expect(daemon.lines.every(line => JSON.parse(line).at)).toBe(true);
		} finally {
			await here.remove();
		}
	}, 240_000);

	test('a lock that is held answers 75, and a stale one is cleared by command', async () => {
		const here = await createInstallation({simulator: ['--speed', '20']});
		try {
			await here.faults({add: {kind: 'slow', ms: 1500}});
			await here.run(['vm', 'create'], order(1));
			const holder = here.track(start(program, ['--config', here.config, '--run-task=process_vms']));
			await until('it holds the lock', async () => (await here.json(['lock', 'list'])).locks.some((lock: any) => lock.name === 'task:process_vms'), 60_000, 50);
			const second = await here.run(['--run-task=process_vms']);
			expect(second.code).toBe(75);
			expect(second.err).toMatch(/running since|held/);
			await holder.end('SIGKILL');
			const {tasks} = await here.json(['status']);
			expect(tasks.find(({name}: any) => name === 'process_vms').lock).toMatchObject({stale: true, owner: {pid: holder.pid}});
			const cleared = await here.run(['--clear-locks']);
			expect(`${cleared.code} ${cleared.out}`).toContain('process_vms');
			expect((await here.json(['status'])).tasks.find(({name}: any) => name === 'process_vms').lock).toBeNull();
		} finally {
			await here.remove();
		}
	}, 240_000);
});
