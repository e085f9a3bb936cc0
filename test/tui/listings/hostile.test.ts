import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {type View} from '../../../source/tui/listing.js';
import {views, viewOf} from '../../../source/tui/listings/all-views.js';
import {createTheme, type Theme} from '../../../source/tui/theme.js';
import {cpuMs} from '../../support/cpu-time.js';
import {controlsIn, isAscii} from '../support/controls.js';
import {activity, install} from '../support/fixed-overview.js';
import {
	backupLine,
	cellsOf,
	drawTable,
	idsOf,
	readFixed,
	snapshotLine,
	trafficLine,
	vmLine,
	type FixedLines,
} from '../support/fixed-lines.js';

const nasty = [
	'日本語の名前.example.net',
	'\u{202E}moc.elgoog\u{202C}.example.net',
	'\u{1B}[31mred\u{1B}[0m.example.net',
	'two\nlines\r\n! forged.example.net',
	'\u{1B}]8;;https://evil.example\u{7}link\u{1B}]8;;\u{7}',
	`zal${'\u{301}'.repeat(200)}go`,
	'tab\tbed\u{200B}\u{FEFF}',
	'👩‍👩‍👧‍👦'.repeat(30),
	'x'.repeat(5000),
	'',
];

const attention = (text: string) => ({reason: text, since: 0, command: text});

const lines: FixedLines = {
	vms: nasty.map((text, index) => vmLine(index + 1, text, {
		node: text, cluster: text, client: text, packageName: text, reference: text, address: text, needsAttention: index % 2 === 0 ? attention(text) : null, operation: {waitingFor: text, message: text},
	})),
	installs: nasty.map((text, index) => install(index + 1, text, {
		state: index % 2 === 0 ? 'failed' : 'running', cause: text, doing: text, account: text, panel: text, application: text, reference: text, client: {name: text, email: text},
	})),
	backups: nasty.map((text, index) => backupLine(index + 1, text, {
		state: index % 2 === 0 ? 'failed' : 'done', cause: text, note: text, storage: text,
	})),
	snapshots: nasty.map((text, index) => snapshotLine(index + 1, text, {name: text, note: text})),
	traffic: nasty.map((text, index) => trafficLine(index + 1, text, {reference: text, cluster: text})),
	activity: nasty.map((text, index) => activity(index + 1, {
		actor: text, address: text, subject: text, message: text,
	})),
};

/** A theme that paints nothing: whatever steers the terminal is theirs. */
const unpainted = (isInAscii: boolean): Theme => ({...createTheme({isAscii: isInAscii, isColour: false}), paint: (_, text) => text});

const each = views.map((view): readonly [name: string, view: View] => [view.name, view]);

describe('text from elsewhere in the views', () => {
	it.each(each)('stays in its cell: %s', async (_name, view) => {
		const listing = await readFixed(view, lines);
		expect(listing.rows.length).toBeGreaterThanOrEqual(nasty.length);
		for (const width of [60, 80, 120, 200]) {
			const drawn = drawTable(view, listing, width, unpainted(false));
			expect(drawn).toHaveLength(listing.rows.length + 1);
			expect(drawn.map(line => stringWidth(line))).toEqual(drawn.map(() => width));
			expect(controlsIn(drawn.join(''))).toEqual([]);
		}
	});

	it.each(each)('becomes letters where the terminal has no others: %s', async (_name, view) => {
		const drawn = drawTable(view, await readFixed(view, lines), 120, unpainted(true));
		expect(isAscii(drawn.join('\n'))).toBe(true);
	});
});

describe('the table of views', () => {
	it('has one view for each key from 2 to 6', () => {
		expect(views.map(({key, name}) => `${key} ${name}`)).toEqual(['2 vms', '3 installs', '4 backups', '5 traffic', '6 activity']);
		expect(views.map(({name}) => viewOf(name))).toEqual(views);
	});

	it.each(each)('gives each row a key for each order, and a cell for each column: %s', async (_name, view) => {
		const {rows} = await readFixed(view, lines);
		expect(new Set(rows.map(({id}) => id)).size).toBe(rows.length);
		for (const row of rows) {
			expect(row.keys).toHaveLength(view.sorts.length);
			expect(row.words).toBe(row.words.toLowerCase());
			expect(Object.keys(cellsOf(view, row))).toEqual(expect.arrayContaining(['id', 'flag', ...view.specs.map(({key}) => key)]));
		}
	});
});

describe('ten thousand VMs', () => {
	const many = Array.from({length: 10_000}, (_, index) => vmLine(index + 1, `host-${index}.example.net`, index % 10 === 0 ? {operation: {waitingFor: 'a slot'}} : {}));

	it('become rows, are filtered and are sorted without anybody noticing', async () => {
		const view = viewOf('vms');
		await readFixed(view, {vms: many});
		const start = cpuMs();
		const listing = await readFixed(view, {vms: many});
		const read = cpuMs();
		expect(idsOf(view, listing, 'host-9999 running', 1)).toEqual(['v10000']);
		const found = cpuMs();
		expect(idsOf(view, listing, '', 1)).toHaveLength(10_000);
		const sorted = cpuMs();
		const took = {rows: read - start, filter: found - read, sort: sorted - found};
		expect(took.rows).toBeLessThan(500);
		expect(took.filter + took.sort).toBeLessThan(1000);
	});
});
