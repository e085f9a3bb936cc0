import {stripVTControlCharacters} from 'node:util';
import {describe, expect, it} from 'vitest';
import {vmsView} from '../../../source/tui/listings/vms.js';
import {
	ago,
	cellsOf,
	drawTable,
	idsOf,
	readFixed,
	vmLine,
} from '../support/fixed-lines.js';

const lines = [
	vmLine(102, 'db2.example.net', {
		status: 'clone', needsAttention: {reason: 'backup lock', since: ago(3 * 3600), command: 'qm unlock 102'}, client: 'Anna@example.com', operation: {},
	}),
	vmLine(101, 'web1.example.net', {
		status: 'set_ip', remoteStatus: 'unknown', node: 'pve2', progress: 62.4, operation: {waitingFor: 'the clone on pve2'},
	}),
	vmLine(104, 'queued.example.net', {
		status: 'creation', remoteStatus: 'unknown', node: null, vmid: null, address: null, operation: {state: 'waiting', startedAt: null, stepSince: null},
	}),
	vmLine(103, 'mail.example.net', {
		suspended: ['overdue'], remoteStatus: 'stopped', createdAt: ago(60), client: 'zoe@example.org',
	}),
	vmLine(105, 'shop.example.net', {cluster: 'ams1', address: '2001:db8::7', packageName: 'kvm-xl'}),
	vmLine(90, 'gone.example.net', {status: 'removed', suspended: ['manual'], address: null}),
];

const rowsAt = async (width: number) => {
	const [headings, ...rows] = drawTable(vmsView, await readFixed(vmsView, {vms: lines}), width).map(line => stripVTControlCharacters(line));
	return {headings: headings!, rows};
};

describe('the view of VMs', () => {
	it('says where each stands, what it does and why, on a wide screen', async () => {
		const {headings, rows} = await rowsAt(200);
		expect(headings).toMatch(/VM +Ref +Address +Client +Place +VMID +Status +Doing +Step +For +Why/);
		expect(rows[0]).toMatch(/! db2\.example\.net +v102 +192\.0\.2\.7 +Anna@example\.com +fra1\/pve1 +102 +clone, running +deploy: set dns +3\/15 +3h +backup lock: qm unlock 102/);
		expect(rows[1]).toMatch(/ {2}web1\.example\.net .* set_ip +deploy: clone 62% +2\/15 +41s +the clone on pve2/);
		expect(rows[2]).toMatch(/queued\.example\.net +v104 +– .* fra1\/– +– +creation +deploy \(queued\)/);
		expect(rows[3]).toMatch(/mail\.example\.net .* ready, suspended \(overdue\) +│$/);
		expect(rows[5]).toMatch(/gone\.example\.net .* removed +│$/);
	});

	it('keeps to one column of how or why where it is narrow, and never loses why one needs a person', async () => {
		const eighty = await rowsAt(80);
		expect(eighty.headings).toMatch(/VM +Ref +Address +How or why +│$/);
		expect(eighty.rows[0]).toMatch(/! db2\.example\.net +v102 +192\.0\.2\.7 +backup lock +│$/);
		expect(eighty.rows[1]).toMatch(/clone 62%, deploy +│$/);
		expect(eighty.rows[3]).toMatch(/suspended \(overdue\) +│$/);
		expect(eighty.rows[4]).toMatch(/2001:db8::7 +running +│$/);
		// Beside the details on a screen of 120 columns.
		const beside = await rowsAt(66);
		expect(beside.headings).toMatch(/VM +Ref +How or why +│$/);
		expect(beside.rows[0]).toMatch(/! db2\.example\.net +v102 +backup lock/);
	});

	it('says where one is as soon as there is room', async () => {
		const {headings, rows} = await rowsAt(120);
		expect(headings).toMatch(/VM +Ref +Address +Place +VMID +How or why +For +│$/);
		expect(rows[1]).toMatch(/web1\.example\.net +v101 +192\.0\.2\.7 +fra1\/pve2 +101 +clone 62%, deploy +41s │$/);
		// What does nothing is at nothing.
		expect(rows[4]).toMatch(/running +│$/);
	});

	it.each([60, 66, 80, 110, 120, 160, 200])('is exactly as wide as the screen at %d columns', async width => {
		const {headings, rows} = await rowsAt(width);
		expect([headings, ...rows].map(line => line.length)).toEqual(Array.from({length: 7}, () => width));
	});

	it('finds one by whatever a person types of it', async () => {
		const listing = await readFixed(vmsView, {vms: lines});
		const typed: ReadonlyArray<readonly [filter: string, ids: readonly string[]]> = [
			['WEB1', ['v101']],
			['v105', ['v105']],
			['order-103', ['v103']],
			['anna@EXAMPLE.com', ['v102']],
			['ams1', ['v105']],
			['fra1/pve2', ['v101']],
			['fra1/101', ['v101']],
			['2001:db8', ['v105']],
			['creation', ['v104']],
			['kvm-xl', ['v105']],
			['backup lock', ['v102']],
			['qm unlock', ['v102']],
			['clone 62%', ['v101']],
			['overdue', ['v103']],
			['queued deploy', ['v104']],
			['suspended', ['v103', 'v90']],
			['!', ['v102']],
			['nothing like it', []],
		];
		expect(typed.map(([filter]) => [filter, idsOf(vmsView, listing, filter)])).toEqual(typed);
	});

	it('sorts by name, by how long each is at it, by age and by client', async () => {
		const listing = await readFixed(vmsView, {vms: lines});
		expect(vmsView.sorts.map((_, sort) => idsOf(vmsView, listing, '', sort))).toEqual([
			['v102', 'v101', 'v104', 'v103', 'v105', 'v90'],
			['v102', 'v90', 'v103', 'v104', 'v105', 'v101'],
			['v102', 'v104', 'v101', 'v103', 'v105', 'v90'],
			['v103', 'v102', 'v101', 'v104', 'v105', 'v90'],
			['v102', 'v101', 'v104', 'v105', 'v90', 'v103'],
		]);
	});

	it('counts who needs a person, who is in work and who is suspended, each once', async () => {
		const listing = await readFixed(vmsView, {vms: lines});
		expect(listing.summary).toBe('1 need you, 2 in work, 1 suspended');
		expect(await readFixed(vmsView, {vms: [vmLine(1, 'a.example.net')]})).toMatchObject({summary: '', total: 1});
	});

	it('says what makes the first one', async () => {
		expect(drawTable(vmsView, await readFixed(vmsView, {}), 120).join('\n')).toContain('no VM yet: n orders one, cronsole vm import takes over one that is there');
	});

	it('marks a removed one as gone, whatever it was', async () => {
		const listing = await readFixed(vmsView, {vms: lines});
		const row = cellsOf(vmsView, listing.rows.at(-1)!);
		expect(vmsView.specs.map(({key}) => vmsView.styleOf(row, key))).toEqual(vmsView.specs.map(() => 'dim'));
	});
});
