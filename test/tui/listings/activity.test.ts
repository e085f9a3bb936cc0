import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it} from 'vitest';
import {type App} from '../../../source/app.js';
import {activityView, searchOf} from '../../../source/tui/listings/activity.js';
import {activity, fixedNow, fixedSettings} from '../support/fixed-overview.js';
import {
	ago,
	cellsOf,
	drawTable,
	idsOf,
	readFixed,
} from '../support/fixed-lines.js';

const lines = [
	activity(1, {
		at: ago(90_000), level: 'warning', subject: 'ams1', message: 'pve3 does not answer',
	}),
	activity(2, {
		actor: 'anna', address: '198.51.100.7', subject: 'process_vms', message: 'asked for a run now',
	}),
	activity(3, {level: 'error', subject: 'shop.example.org', message: 'install failed: the database refused the connection'}),
	activity(4, {level: 'debug'}),
];

const rowsAt = async (width: number) => drawTable(activityView, await readFixed(activityView, {activity: lines}), width).map(line => stripVTControlCharacters(line));

describe('the view of the activity', () => {
	it('says when, how grave, who and from where, about what and what happened', async () => {
		const [headings, ...rows] = await rowsAt(200);
		expect(headings).toMatch(/When +Level +Who +About +What/);
		expect(rows[0]).toMatch(/2026-11-20 17:40:12 CET +warning +scheduler +ams1 +pve3 does not answer/);
		expect(rows[1]).toMatch(/info +anna \(198\.51\.100\.7\) +process_vms +asked for a run now/);
		expect(rows[2]).toMatch(/error +scheduler +shop\.example\.org +install failed: the database refused the connection/);
	});

	it('keeps the day of what is not of today, the level and what happened where it is narrow', async () => {
		for (const width of [60, 66, 80]) {
			const [headings, ...rows] = await rowsAt(width);
			expect(headings).toMatch(/When +Level +About +What/);
			expect(rows[0]).toMatch(/11-20 17:40 +warning +ams1 +pve3/);
			expect(rows[2]).toMatch(/18:39:15 +error +shop\.ex.* install/);
		}
	});

	it.each([60, 66, 80, 110, 120, 160, 200])('is exactly as wide as the screen at %d columns', async width => {
		expect((await rowsAt(width)).map(line => line.length)).toEqual(Array.from({length: 5}, () => width));
	});

	it('says the year of what is older', async () => {
		const {rows} = await readFixed(activityView, {activity: [activity(1, {at: ago(400 * 86_400)})]});
		expect(cellsOf(activityView, rows[0]!).when).toBe('2025-10-17');
	});

	it('says an error in its word and in its colour', async () => {
		const {rows} = await readFixed(activityView, {activity: lines});
		const cells = rows.map(row => cellsOf(activityView, row));
		expect(cells.map(row => [row.level, activityView.styleOf(row, 'level'), activityView.styleOf(row, 'message')])).toEqual([
			['warning', 'warning', 'warning'], ['info', 'plain', 'plain'], ['error', 'bad', 'bad'], ['debug', 'dim', 'dim'],
		]);
	});

	it('stands as it was read, the newest at the end, whatever the filter: the store has searched', async () => {
		const listing = await readFixed(activityView, {activity: lines});
		expect(activityView).toMatchObject({isSearched: true, isFollowed: true});
		expect(idsOf(activityView, listing, 'nothing of the kind')).toEqual(['a1', 'a2', 'a3', 'a4']);
		expect(listing.summary).toBe('1 error, 1 warning');
	});

	it('asks the store for a level where the filter begins with one', async () => {
		expect(searchOf('ERROR  web1 clone ')).toEqual({text: 'web1 clone', level: 'error'});
		expect(searchOf('warning')).toEqual({text: '', level: 'warning'});
		expect(searchOf(' an error ')).toEqual({text: 'an error', level: null});
		expect(searchOf('errors')).toEqual({text: 'errors', level: null});
		expect(searchOf('')).toEqual({text: '', level: null});

		const asked: unknown[] = [];
		const read = {
			listings: {
				async activity(search: unknown) {
					asked.push(search);
					return {rows: [], total: 0};
				},
			},
		};
		await activityView.read({read} as unknown as App, {filter: 'error web1', now: fixedNow, settings: fixedSettings});
		expect(asked).toEqual([{...searchOf('error web1'), limit: 2000}]);
	});
});
