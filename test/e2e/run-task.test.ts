import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {
	createInstallation,
	order,
	type Installation,
} from '../support/program.js';

const allDays = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(day => [day, '00:00']));

describe('each task by hand, without a daemon, says what it did and its tally', () => {
	let here: Installation;

	const runTask = async (task: string): Promise<readonly string[]> => {
		const {code, out, err} = await here.run([`--run-task=${task}`, '--wait=180s']);
		expect(`${code} ${err}`, out).toBe('0 ');
		return out.split('\n');
	};

	beforeAll(async () => {
		here = await createInstallation({simulator: ['--speed', '40'], cluster: ['backup: {storage: shared, mode: snapshot, compress: zstd}']});
		await here.run(['vm', 'create'], order(1, {reference: 'order-1', backup: allDays, overrides: {snapshots: 2, backups: 3}}));
	}, 240_000);

	afterAll(async () => here?.remove());

	test('Process VMs: a line for the VM with each place that it came to', async () => {
		const lines = await runTask('process_vms');
		expect(lines.filter(line => line.includes('vm1.example.net')).length).toBeGreaterThan(1);
		expect(lines.at(-1)).toMatch(/^process_vms: /);
	}, 240_000);

	test('Schedule Backup: starts the day\'s backup, once', async () => {
		const lines = await runTask('schedule_backup');
		expect(lines.some(line => line.includes('vm1.example.net') && line.includes('backup'))).toBe(true);
		const {backups} = await here.json(['backup', 'list', 'order-1']);
		expect(backups).toMatchObject([{state: 'done', kind: 'scheduled'}]);
		await runTask('schedule_backup');
		expect((await here.json(['backup', 'list', 'order-1'])).backups).toHaveLength(1);
	}, 240_000);

	test('Backup Status: a line for the backup that ended', async () => {
		expect((await here.run(['backup', 'now', 'order-1'])).code).toBe(0);
		const lines = await runTask('backup_status');
		expect(lines.some(line => line.includes('vm1.example.net'))).toBe(true);
		expect((await here.json(['backup', 'list', 'order-1'])).backups).toMatchObject([{state: 'done'}, {state: 'done', kind: 'manual'}]);
	}, 240_000);

	test('Restore Backup: a line for the VM that it restored', async () => {
		const {backups} = await here.json(['backup', 'list', 'order-1']);
		const [{id}] = backups;
		expect((await here.run(['backup', 'restore', 'order-1', id, '--yes'])).code).toBe(0);
		const lines = await runTask('restore_backup');
		expect(lines.some(line => line.includes('vm1.example.net') && line.includes('restore'))).toBe(true);
	}, 240_000);

	test('Collect Statistics: a line with what came in and went out', async () => {
		const lines = await runTask('collect_statistics');
		expect(lines.at(-1)).toMatch(/^collect_statistics: /);
		const {usage} = await here.json(['usage']);
		expect(usage).toMatchObject([{reference: 'order-1'}]);
	}, 240_000);

	test('Remove Snapshots: says that nothing was due', async () => {
		expect((await runTask('remove_snapshots')).at(-1)).toMatch(/^remove_snapshots: /);
	}, 240_000);
});
