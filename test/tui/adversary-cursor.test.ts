/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {findEntries} from '../../source/tui/palette.js';
import {reduce} from '../../source/tui/reduce.js';
import {type Overview, type State} from '../../source/tui/state.js';
import {subjectOf} from '../../source/tui/subject.js';
import {draw} from './support/draw.js';
import {
	activity,
	fixedNow,
	fixedOverview,
	install,
	vmInWork,
} from './support/fixed-overview.js';
import {
	effectsOf,
	press,
	stateWith,
	type,
} from './support/states.js';

const look = (state: State, overview: Overview): State => reduce(state, {
	kind: 'overview', overview, now: fixedNow, isLeading: false,
});

const stuck = (id: number) => vmInWork(id, `vm${id}.example.net`, {vm: {needsAttention: {reason: 'backup lock', since: fixedNow - 60_000, command: ''}}});
const evening = (ids: readonly number[]): Overview => ({
	...fixedOverview, incidents: [], leases: [], installs: [install(7, 'shop.example.org', {state: 'failed', attempt: 3, cause: 'no'})], vmsInWork: ids.map(id => stuck(id)),
});

const aboutOf = (state: State): number | undefined => {
	const subject = subjectOf(state);
	return subject?.kind === 'vm' ? subject.id : undefined;
};

describe('what needs a person, while it changes under that person', () => {
	it('the cursor stays on its row while others come and go above it', () => {
		const chosen = press(stateWith({overview: evening([1, 2, 3])}), ['!', 'j']);
		expect(aboutOf(chosen)).toBe(2);
		expect(aboutOf(look(chosen, evening([9, 1, 2, 3])))).toBe(2);
		expect(aboutOf(look(chosen, evening([2, 3])))).toBe(2);
	});

	it('the cursor stays where it was if its row is gone, not at the top', () => {
		const chosen = press(stateWith({overview: evening([1, 2, 3])}), ['!', 'j']);
		expect(aboutOf(look(chosen, evening([1, 3])))).toBe(3);
		expect(aboutOf(look(chosen, evening([1, 3, 4])))).toBe(3);
	});
});

describe('a key that was on its way when the row under the cursor went', () => {
	const writing = ['d', 'r', 't'];

	it('does nothing to the row that came there instead', () => {
		for (const start of [['!', 'j'], ['tab', 'j'], ['!'], ['tab']]) {
			const chosen = press(stateWith({overview: evening([1, 2, 3])}), start);
			const gone = look(chosen, evening([1, 2, 3].filter(id => id !== aboutOf(chosen))));
			expect(aboutOf(gone)).toBeDefined();
			const hit = press(gone, writing, 1000);
			expect([start, effectsOf(hit), hit.overlay]).toEqual([start, [], null]);
			expect(hit.notice?.text).toMatch(/the row under the cursor is another by now/);
			const soon = press(reduce(gone, {kind: 'painted', at: 1000}), ['t'], 1249);
			expect(effectsOf(soon)).toEqual([]);
			const seen = press(reduce(gone, {kind: 'painted', at: 1000}), ['t'], 1250);
			expect(effectsOf(seen)).toEqual([{kind: 'retry-vm', id: aboutOf(gone)}]);
		}
	});

	it('does what it says if the person has moved since, or the row is the same', () => {
		const chosen = press(stateWith({overview: evening([1, 2, 3])}), ['tab', 'j']);
		const gone = look(chosen, evening([1, 3]));
		expect(effectsOf(press(gone, ['k', 't']))).toEqual([{kind: 'retry-vm', id: 1}]);
		expect(effectsOf(press(look(chosen, evening([9, 1, 2])), ['t']))).toEqual([{kind: 'retry-vm', id: 2}]);
	});
});

describe('a palette that is open', () => {
	const lineOf = (state: State): string | undefined => state.overlay?.kind === 'palette' ? state.overlay.text : undefined;

	it('is about the row that it was opened on, whatever stands under the cursor by then', () => {
		const open = press(stateWith({overview: evening([1, 2, 3])}), ['tab', 'j', ':']);
		const gone = look(open, evening([1, 3]));
		expect(lineOf(press(type(gone, 'vm stop'), ['enter']))).toBe('vm stop v2 ');
		expect(findEntries(gone, 'vm stop')[0]).toMatchObject({does: {line: 'vm stop v2 '}});
	});

	it('opened on the newest activity it does not follow to that of another VM', () => {
		const lines = (vmId: number) => ({...evening([1]), activity: [activity(1, {vmId: 1}), activity(vmId, {vmId})]});
		const open = press(stateWith({overview: lines(2)}), ['shift-tab', ':']);
		const later = look(open, lines(3));
		expect(lineOf(press(type(later, 'vm stop'), ['enter']))).toBe('vm stop v2 ');
	});
});

describe('a line with a number in it', () => {
	it('says what is called so, before it is run', async () => {
		const open = press(stateWith({overview: evening([1, 2, 3])}), ['tab', 'j', ':']);
		const lines = async (text: string) => (await draw(type(press(open, ['ctrl-u']), text))).text();
		await expect(lines('vm stop v2 ')).resolves.toContain('v2 is vm2.example.net');
		await expect(lines('vm stop v3')).resolves.toContain('v3 is vm3.example.net');
		await expect(lines('vm stop v99 ')).resolves.not.toMatch(/v99 is/);
		await expect(lines('install retry 7')).resolves.toContain('7 is shop.example.org');
		await expect(lines('account suspend i7 ')).resolves.toContain('i7 is shop.example.org');
		await expect(lines('task interval x 7')).resolves.not.toMatch(/7 is/);
	});
});
