/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {bindings} from '../../source/tui/keymap.js';
import {reduce} from '../../source/tui/reduce.js';
import {createState, type State} from '../../source/tui/state.js';
import {fixedNow, fixedOverview, fixedSettings} from './support/fixed-overview.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
	type,
} from './support/states.js';
import {draw} from './support/draw.js';

const shrink = (state: State): State => reduce(state, {kind: 'resize', size: {columns: 50, rows: 12}});
const allKeys = bindings.flatMap(({keys}) => keys).filter(key => !['q', 'ctrl-c'].includes(key));

describe('on a screen that is too small to see anything', () => {
	it('no key does anything but leave', () => {
		for (const key of allKeys) {
			const state = press(shrink(stateWith()), [key]);
			expect([key, effectsOf(state), state.overlay, state.pages]).toEqual([key, [], null, []]);
		}

		expect(effectsOf(press(shrink(press(stateWith(), ['?', ':'])), ['q']))).toEqual([{kind: 'quit'}]);
		expect(effectsOf(press(shrink(stateWith()), ['ctrl-c']))).toEqual([{kind: 'quit'}]);
	});

	it('what needs a person is counted as in the second line, incidents too', async () => {
		const calm = {
			...fixedOverview, vmsInWork: [], installs: [], vmCounts: {...fixedOverview.vmCounts, needsAttention: 0}, installCounts: {...fixedOverview.installCounts, failed: 0},
		};
		expect((await draw(shrink(stateWith({overview: calm})))).text()).toMatch(/! \d needs? you/);
	});

	it('a question that cannot be read is not answered, and still stands when there is room again', () => {
		const asked = painted(press(stateWith(), ['tab', 'tab', 'd']));
		const unseen = press(shrink(asked), ['y', 'n', 'tab', 'enter', 'esc'], 5000);
		expect(effectsOf(unseen)).toEqual([]);
		expect(reduce(unseen, {kind: 'resize', size: asked.size}).overlay).toMatchObject({kind: 'question', focus: 'cancel'});
	});

	it('whoever would stop work by leaving reads that there, and decides', async () => {
		const leading = stateWith({isLeading: true, overview: {...fixedOverview, sessions: []}});
		const asked = painted(press(shrink(leading), ['q']));
		expect((await draw(asked)).text()).toMatch(/Quit while this console leads\?/);
		expect((await draw(asked)).text()).toMatch(/y quits, n stays/);
		expect(effectsOf(asked)).toEqual([]);
		expect(press(asked, ['n'], 5000).overlay).toBeNull();
		expect(effectsOf(press(asked, ['y'], 5000))).toEqual([{kind: 'quit'}]);
	});
});

describe('while the first overview has not come', () => {
	const blank = createState({
		settings: fixedSettings, isReadOnly: false, mayLead: true, now: fixedNow, size: {columns: 120, rows: 40},
	});

	it('no key does anything to rows that nobody sees', () => {
		for (const key of ['r', 'p', 'e', 'c', 'C', 'd', 't', 'a', 'u', 'H', 'L']) {
			const state = press(blank, [key]);
			expect([key, effectsOf(state), state.overlay]).toEqual([key, [], null]);
			expect(state.notice?.text).toBeTruthy();
		}

		expect(effectsOf(press(blank, ['q']))).toEqual([{kind: 'quit'}]);
	});
});

describe('in a dialog', () => {
	const clearLive = painted(press(stateWith(), ['G', 'c']));

	it('the right word moves the focus to the button that Enter presses; whoever goes back to Cancel cancels', () => {
		const typed = type(clearLive, 'process_installs', 1000);
		expect(typed.overlay).toMatchObject({focus: 'yes'});
		expect(press(typed, ['backspace'], 1000).overlay).toMatchObject({focus: 'cancel'});
		const back = press(typed, ['tab'], 1000);
		expect(back.overlay).toMatchObject({focus: 'cancel'});
		expect(effectsOf(press(back, ['enter'], 1000))).toEqual([]);
		expect(effectsOf(press(typed, ['enter'], 1000))).toEqual([{
			kind: 'clear-lock', lock: 'task:process_installs', isForced: true, fence: expect.any(Number) as number,
		}]);
	});
});

describe('at 80 × 24', () => {
	const small = {columns: 80, rows: 24};

	it('help tells to its end why a key does nothing here', async () => {
		const text = (await draw(press(stateWith({size: small}), ['!', '?', 'G']))).text() + (await draw(press(stateWith({size: small}), ['!', '?']))).text();
		expect(text).toContain('not here: go back to the rows (esc)');
		expect(text).toContain('not here: choose a task first (tab)');
		expect(text).toContain('not here: there is nothing to make here');
	});

	it('the key that runs what helps stands in the footer beside the others', async () => {
		const state = press(stateWith({
			size: small, overview: {
				...fixedOverview, incidents: [], leases: [], vmsInWork: [],
			},
		}), ['!']);
		expect((await draw(state)).text()).toMatch(/d drop {2}t try again {2}(?:a acknowledge {2})?enter details {2}: command {2}\? help {2}q back/);
	});
});
