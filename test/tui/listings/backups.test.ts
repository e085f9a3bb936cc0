import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it} from 'vitest';
import {backupsView} from '../../../source/tui/listings/backups.js';
import {
	ago,
	backupLine,
	cellsOf,
	drawTable,
	idsOf,
	readFixed,
	snapshotLine,
} from '../support/fixed-lines.js';

const lines = {
	backups: [
		backupLine(15, 'web1.example.net', {
			state: 'running', createdAt: ago(30), sizeBytes: null, finishedAt: null,
		}),
		backupLine(14, 'db2.example.net', {
			state: 'failed', createdAt: ago(3000), sizeBytes: null, cause: 'no space left on shared', note: 'nightly', vmId: 102,
		}),
		backupLine(12, 'web1.example.net', {kind: 'manual', createdAt: ago(9000), note: 'before the move'}),
		backupLine(11, 'shop.example.net', {
			kind: 'foreign', createdAt: ago(90_000), sizeBytes: 900_000_000_000, storage: 'pbs', vmId: 105, reference: 'order-105',
		}),
	],
	snapshots: [
		snapshotLine(5, 'web1.example.net', {createdAt: ago(7200)}),
		snapshotLine(4, 'mail.example.net', {
			name: 'b14', keep: true, createdAt: ago(86_000), vmId: 103,
		}),
		snapshotLine(3, 'mail.example.net', {
			name: 'by-hand', ours: false, createdAt: ago(99_000), vmId: 103,
		}),
	],
	restores: [{params: {backupId: 12, mail: true}, state: 'running'}, {params: {backupId: 11, mail: true}, state: 'waiting'}],
} as const;

const rowsAt = async (width: number) => drawTable(backupsView, await readFixed(backupsView, lines), width).map(line => stripVTControlCharacters(line));

describe('the view of backups', () => {
	it('shows backups and snapshots together, the newest first', async () => {
		const [headings, ...rows] = await rowsAt(160);
		expect(headings).toMatch(/VM +Ref +Kind +Name +State +When +Age +Size +Storage +Note/);
		expect(rows[0]).toMatch(/ {2}web1\.example\.net +v101 +backup, scheduled +b15 +running +18:39:42 +30s +– +shared/);
		expect(rows[1]).toMatch(/! db2\.example\.net +v102 +backup, scheduled +b14 +failed +17:50:12 +50m +– +shared +no space left on shared: nightly/);
		expect(rows[2]).toMatch(/web1\.example\.net +v101 +snapshot, by age +before-upgrade +there +16:40:12 +2h +– +–/);
		expect(rows[3]).toMatch(/backup, manual +b12 +restoring +16:10:12 +2h +4\.2 GB +shared +before the move/);
		expect(rows[4]).toMatch(/snapshot, kept +b14 +there +11-20 18:46/);
		expect(rows[5]).toMatch(/backup, foreign +b11 +restore queued +11-20 17:40 +25h +900 GB +pbs/);
		expect(rows[6]).toMatch(/snapshot, foreign +by-hand +there/);
	});

	it('says why one failed also where it is narrow', async () => {
		const [headings, ...rows] = await rowsAt(80);
		expect(headings).toMatch(/VM +Kind +Name +State +Age +Size │$/);
		expect(rows[1]).toMatch(/! db2\.example\.net +backup +b14 +no space left o…? +50m +– │$/);
		expect(rows[4]).toMatch(/snapshot +b14/);
	});

	it.each([60, 66, 80, 110, 120, 160, 200])('is exactly as wide as the screen at %d columns', async width => {
		expect((await rowsAt(width)).map(line => line.length)).toEqual(Array.from({length: 8}, () => width));
	});

	it('finds them by VM, kind, name, state, note and storage', async () => {
		const listing = await readFixed(backupsView, lines);
		const typed: ReadonlyArray<readonly [filter: string, ids: readonly string[]]> = [
			['web1 backup', ['b15', 'b12']],
			['v103', ['s4', 's3']],
			['order-105', ['b11']],
			['foreign', ['b11', 's3']],
			['kept', ['s4']],
			['B12', ['b12']],
			['failed', ['b14']],
			['no space', ['b14']],
			['restoring', ['b12']],
			['pbs', ['b11']],
			['!', ['b14']],
		];
		expect(typed.map(([filter]) => [filter, idsOf(backupsView, listing, filter)])).toEqual(typed);
	});

	it('sorts by VM, by size and by what calls for a person', async () => {
		const listing = await readFixed(backupsView, lines);
		expect(backupsView.sorts.map((_, sort) => idsOf(backupsView, listing, '', sort))).toEqual([
			['b15', 'b14', 's5', 'b12', 's4', 'b11', 's3'],
			['b14', 's4', 's3', 'b11', 'b15', 's5', 'b12'],
			['b11', 'b12', 'b15', 'b14', 's5', 's4', 's3'],
			['b14', 'b12', 'b11', 'b15', 's5', 's4', 's3'],
		]);
	});

	it('counts them by kind, and does not claim to have counted what it did not read', async () => {
		expect(await readFixed(backupsView, lines)).toMatchObject({summary: '4 backups, 1 failed, 1 running, 2 to restore, 3 snapshots', total: 7});
		expect(await readFixed(backupsView, {...lines, total: 30_000})).toMatchObject({summary: '30000 backups, 1 or more failed, 1 running, 2 to restore, 30000 snapshots', total: 60_000});
		expect(await readFixed(backupsView, {snapshots: lines.snapshots.slice(0, 1)})).toMatchObject({summary: '1 snapshot', total: 1});
		expect(await readFixed(backupsView, {})).toMatchObject({summary: '', total: 0});
	});

	it('says that a backup failed by its mark, its word and its colour', async () => {
		const {rows} = await readFixed(backupsView, lines);
		const failed = cellsOf(backupsView, rows[1]!);
		expect(failed).toMatchObject({flag: '!', state: 'failed'});
		expect(backupsView.styleOf(failed, 'state')).toBe('bad');
		expect(cellsOf(backupsView, rows[0]!).flag).toBe(' ');
	});
});
