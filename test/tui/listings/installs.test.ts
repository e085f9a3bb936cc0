import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it} from 'vitest';
import {installsView} from '../../../source/tui/listings/installs.js';
import {fixedOverview, install} from '../support/fixed-overview.js';
import {
	ago,
	drawTable,
	idsOf,
	readFixed,
} from '../support/fixed-lines.js';

const [failed, running, pending, staged] = fixedOverview.installs;

const lines = [
	{...failed!, position: 'account' as const},
	{...running!, position: 'removed' as const, panel: 'panel2'},
	pending!,
	{...staged!, position: 'ordered' as const},
	install(5, 'old.example.org', {
		state: 'done', position: 'done', application: 'static', attempt: 1, createdAt: ago(90_000), updatedAt: ago(89_000), nextAttemptAt: null, client: {name: 'Zoe', email: 'zoe@example.org'},
	}),
	install(6, 'left.example.org', {
		state: 'dropped', kind: 'reinstall', position: 'archived', droppedBy: 'ben', droppedAt: ago(600), createdAt: ago(4000), nextAttemptAt: null,
	}),
];

const rowsAt = async (width: number) => drawTable(installsView, await readFixed(installsView, {installs: lines}), width).map(line => stripVTControlCharacters(line));

describe('the view of installs', () => {
	it('says of each how far it is, where, and why or when it goes on', async () => {
		const [headings, ...rows] = await rowsAt(200);
		expect(headings).toMatch(/Site +Ref +State +Step +Account +Application +Client +Tries +Changed +Age +Why or when/);
		expect(rows[0]).toMatch(/! shop\.example\.org +i7 +failed +2\/4 +shop@web1 +wordpress +max@example\.org +3 +2m +12m +the database refused the connection, attempt 3/);
		expect(rows[1]).toMatch(/forum\.example\.org +i8 +running 40% +2\/4 +forum@panel2 .* unpacking WordPress/);
		expect(rows[2]).toMatch(/blog\.example\.com +i9 +pending +2\/4 +blog@web1 .* in 3m12s/);
		expect(rows[3]).toMatch(/notes\.example\.com +i10 +pending +notes@web1 .* in 20s/);
		expect(rows[4]).toMatch(/old\.example\.org +i5 +done +old@web1 +static .* 24h +25h +│$/);
		expect(rows[5]).toMatch(/left\.example\.org +i6 +dropped +3\/6 .* by ben/);
	});

	it('keeps state and why where it is narrow', async () => {
		const [headings, first] = await rowsAt(80);
		expect(headings).toMatch(/Site +Ref +State +Step +Age +Why or when/);
		expect(first).toMatch(/! shop\.example\.org +i7 +failed +2\/4 +12m +the databas/);
		expect((await rowsAt(66))[1]).toMatch(/! shop\.example\.org +i7 +failed +12m +the/);
	});

	it.each([60, 66, 80, 110, 120, 160, 200])('is exactly as wide as the screen at %d columns', async width => {
		expect((await rowsAt(width)).map(line => line.length)).toEqual(Array.from({length: 7}, () => width));
	});

	it('finds one by whatever a person types of it', async () => {
		const listing = await readFixed(installsView, {installs: lines});
		const typed: ReadonlyArray<readonly [filter: string, ids: readonly string[]]> = [
			['SHOP', ['i7']],
			['i10', ['i10']],
			['site-9', ['i9']],
			['forum@panel2', ['i8']],
			['static', ['i5']],
			['zoe@example.org', ['i5']],
			['pending', ['i9', 'i10']],
			['reinstall', ['i6']],
			['database refused', ['i7']],
			['unpacking', ['i8']],
			['by ben', ['i6']],
			['!', ['i7']],
		];
		expect(typed.map(([filter]) => [filter, idsOf(installsView, listing, filter)])).toEqual(typed);
	});

	it('sorts by name, by age in both directions and by panel', async () => {
		const listing = await readFixed(installsView, {installs: lines});
		expect(installsView.sorts.map((_, sort) => idsOf(installsView, listing, '', sort))).toEqual([
			['i7', 'i8', 'i9', 'i10', 'i5', 'i6'],
			['i9', 'i8', 'i6', 'i10', 'i5', 'i7'],
			['i5', 'i6', 'i7', 'i8', 'i9', 'i10'],
			['i10', 'i8', 'i9', 'i7', 'i6', 'i5'],
			['i8', 'i7', 'i9', 'i10', 'i5', 'i6'],
		]);
	});

	it('counts what is not over', async () => {
		expect((await readFixed(installsView, {installs: lines})).summary).toBe('1 failed, 1 running, 2 pending');
		expect((await readFixed(installsView, {installs: lines.slice(4)})).summary).toBe('');
	});
});
