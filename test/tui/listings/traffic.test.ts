import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it} from 'vitest';
import {type App} from '../../../source/app.js';
import {trafficView} from '../../../source/tui/listings/traffic.js';
import {createTheme} from '../../../source/tui/theme.js';
import {fixedSettings} from '../support/fixed-overview.js';
import {
	cellsOf,
	drawTable,
	idsOf,
	readFixed,
	trafficLine,
} from '../support/fixed-lines.js';

const gb = 1_000_000_000;

const lines = [
	trafficLine(103, 'mail.example.net', {bytesIn: 9000 * gb, bytesOut: 20 * gb, trafficGb: null}),
	trafficLine(102, 'db2.example.net', {bytesIn: 800 * gb, bytesOut: 1340 * gb, traffic: {count: 'out'}}),
	trafficLine(101, 'web1.example.net', {bytesIn: 100 * gb, bytesOut: 310 * gb, gapSeconds: 5400}),
	trafficLine(105, 'shop.example.net', {bytesOut: 85 * gb, trafficGb: 100, traffic: {count: 'max'}}),
	trafficLine(104, 'idle.example.net', {countedAt: null}),
];

const rowsAt = async (width: number) => drawTable(trafficView, await readFixed(trafficView, {traffic: lines}), width).map(line => stripVTControlCharacters(line));

describe('the view of traffic', () => {
	it('shows who moved how much of what, the most billable first', async () => {
		const [headings, ...rows] = await rowsAt(160);
		expect(headings).toMatch(/VM +Ref +Cluster +In +Out +Billable +Of +Full +Gaps +As of/);
		expect(rows[0]).toMatch(/ {2}mail\.example\.net +v103 +fra1 +9\.0 TB +20\.0 GB +9\.0 TB +– +no limit +– +2026-11-21 18:36:12 CET/);
		expect(rows[1]).toMatch(/! db2\.example\.net +v102 +fra1 +800 GB +1\.3 TB +1\.3 TB +1\.0 TB +█{10} 134% over +–/);
		expect(rows[2]).toMatch(/ {2}web1\.example\.net .* 410 GB +1\.0 TB +█{5} {6}41% +1h30m/);
		expect(rows[3]).toMatch(/ {2}shop\.example\.net .* 85\.0 GB +100 GB +█{9} {2}85%/);
		expect(rows[4]).toMatch(/idle\.example\.net .* 0 B +0 B +0 B +1\.0 TB +0% +– +never/);
	});

	it('says at every width who is over the limit', async () => {
		for (const width of [60, 66, 80, 110, 200]) {
			const over = (await rowsAt(width)).filter(line => line.includes('over'));
			expect(over, String(width)).toHaveLength(1);
			expect(over[0]).toMatch(/! db2.*134% over/);
		}
	});

	it('draws the bar in letters where the terminal has nothing else', async () => {
		const {rows} = await readFixed(trafficView, {traffic: lines});
		const theme = createTheme({isAscii: true, isColour: false});
		expect(rows.map(row => cellsOf(trafficView, row, theme).bar)).toEqual(['no limit', '########## 134% over', '#####      41%', '#########  85%', '           0%']);
	});

	it('warns by colour where it will soon be over, and calls it bad where it is', async () => {
		const {rows} = await readFixed(trafficView, {traffic: lines});
		const styles = rows.map(row => trafficView.styleOf(cellsOf(trafficView, row), 'bar'));
		expect(styles).toEqual(['plain', 'bad', 'plain', 'warning', 'plain']);
	});

	it.each([60, 66, 80, 110, 120, 160, 200])('is exactly as wide as the screen at %d columns', async width => {
		expect((await rowsAt(width)).map(line => line.length)).toEqual(Array.from({length: 6}, () => width));
	});

	it('finds them by VM and by being over or without a limit', async () => {
		const listing = await readFixed(trafficView, {traffic: lines});
		expect([' WEB1', 'v102', 'order-103', 'over', '!', 'no limit', 'fra1 shop'].map(filter => idsOf(trafficView, listing, filter)))
			.toEqual([['t101'], ['t102'], ['t103'], ['t102'], ['t102'], ['t103'], ['t105']]);
	});

	it('sorts by what is billable, by how full and by name', async () => {
		const listing = await readFixed(trafficView, {traffic: lines});
		expect(trafficView.sorts.map((_, sort) => idsOf(trafficView, listing, '', sort))).toEqual([
			['t103', 't102', 't101', 't105', 't104'],
			['t102', 't105', 't101', 't104', 't103'],
			['t102', 't104', 't103', 't105', 't101'],
		]);
	});

	it('sums the month up', async () => {
		expect(await readFixed(trafficView, {traffic: lines})).toMatchObject({summary: '2026-11: 9.9 TB in, 1.8 TB out, 10.9 TB billable, 1 over', total: 5});
	});

	it('asks for the month that it is in the zone of the config', async () => {
		const asked: string[] = [];
		const traffic = async (month: string) => {
			asked.push(month);
			return {rows: [], total: 0};
		};

		for (const timezone of ['Europe/Berlin', 'UTC', 'America/New_York']) {
			const now = Date.parse('2026-11-30T23:30:00Z');
			await trafficView.read({read: {listings: {traffic}}} as unknown as App, {filter: '', now, settings: {...fixedSettings, timezone}});
		}

		expect(asked).toEqual(['2026-12', '2026-11', '2026-11']);
	});
});
