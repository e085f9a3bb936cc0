/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {reduce} from '../../source/tui/reduce.js';
import {topPage, type Overview} from '../../source/tui/state.js';
import {selectedIndex} from '../../source/tui/lists.js';
import {subjectOf} from '../../source/tui/subject.js';
import {fixedOverview} from './support/fixed-overview.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
	type,
} from './support/states.js';

const liveLock = stateWith();
// Process Installs is the seventh task; its lock is held by a living daemon.
const clearLive = press(liveLock, ['G', 'c']);

describe('moving', () => {
	it('goes down three rows on three keys, and not past the ends', () => {
		expect(selectedIndex(press(stateWith(), ['j', 'j', 'j']), 'tasks')).toBe(3);
		expect(selectedIndex(press(stateWith(), ['k']), 'tasks')).toBe(0);
		expect(selectedIndex(press(stateWith(), ['G', 'j']), 'tasks')).toBe(6);
	});

	it('stays on its row when rows come before it', () => {
		const chosen = press(stateWith(), ['tab', 'j', 'j']);
		const later: Overview = {...fixedOverview, vmsInWork: fixedOverview.vmsInWork.slice(1)};
		const after = reduce(chosen, {
			kind: 'overview', overview: later, now: chosen.now, isLeading: false,
		});
		expect(subjectOf(after)).toMatchObject({kind: 'vm', id: 101});
	});

	it('follows the newest activity until a row is chosen, and again at the end or on f', () => {
		const state = press(stateWith(), ['tab', 'tab', 'tab']);
		expect(state.selected.activity).toBeNull();
		const chosen = press(state, ['k']);
		expect(chosen.selected.activity).toBe('3');
		expect(press(chosen, ['j']).selected.activity).toBeNull();
		expect(press(chosen, ['f']).selected.activity).toBeNull();
	});

	it('walks through the panels with tab', () => {
		expect(press(stateWith(), ['tab', 'tab']).panel).toBe('installs');
		expect(press(stateWith(), ['shift-tab']).panel).toBe('activity');
	});
});

describe('a question', () => {
	it('has its focus on Cancel, and Enter cancels', () => {
		const asked = painted(press(stateWith(), ['tab', 'tab', 'd']));
		expect(asked.overlay).toMatchObject({kind: 'question', focus: 'cancel'});
		const answered = press(asked, ['enter'], 1000);
		expect(answered.overlay).toBeNull();
		expect(effectsOf(answered)).toEqual([]);
	});

	it('names the object and what stays', () => {
		const asked = press(stateWith(), ['tab', 'tab', 'd']);
		expect(asked.overlay).toMatchObject({question: {title: 'Drop the install of shop.example.org?', lines: ['The account shop stays; the client gets no mail.', 'u takes it back.']}});
	});

	it('is deaf to keys that were typed ahead', () => {
		const ahead = press(stateWith(), ['tab', 'tab', 'd', 'y'], 0);
		expect(ahead.overlay).not.toBeNull();
		expect(effectsOf(press(painted(ahead, 100), ['y'], 349))).toEqual([]);
		expect(effectsOf(press(painted(ahead, 100), ['y'], 350))).toEqual([{
			kind: 'drop', id: 7, version: 9,
		}]);
	});

	it('can be cancelled at any time', () => {
		expect(press(stateWith(), ['tab', 'tab', 'd', 'esc']).overlay).toBeNull();
	});

	it('is answered with tab and Enter, or n', () => {
		const asked = painted(press(stateWith(), ['tab', 'tab', 'd']));
		expect(effectsOf(press(asked, ['tab', 'enter'], 500))).toHaveLength(1);
		expect(press(asked, ['n'], 500).overlay).toBeNull();
	});

	it('never takes pasted text for an answer', () => {
		const asked = painted(press(stateWith(), ['tab', 'tab', 'd']));
		const after = reduce(asked, {kind: 'paste', text: 'y\r', at: 5000});
		expect(after.overlay).toEqual(asked.overlay);
		expect(effectsOf(after)).toEqual([]);
	});
});

describe('locks', () => {
	it('of dead owners are cleared at once', () => {
		const state = press(stateWith(), ['j', 'j', 'c']);
		expect(effectsOf(state)).toEqual([{
			kind: 'clear-lock', lock: 'task:restore_backup', fence: 41, isForced: false,
		}]);
	});

	it('that live want the name of the task typed', () => {
		expect(clearLive.overlay).toMatchObject({kind: 'question', question: {typed: ['process_installs', 'processInstalls', 'Process Installs']}});
		const ready = painted(clearLive, 0);
		expect(effectsOf(press(ready, ['y', 'tab', 'enter'], 1000))).toEqual([]);
		expect(effectsOf(press(type(ready, 'process_vms', 1000), ['tab', 'enter'], 1000))).toEqual([]);
		expect(effectsOf(press(type(ready, 'process_installs', 1000), ['enter'], 1000))).toEqual([{
			kind: 'clear-lock', lock: 'task:process_installs', fence: 41, isForced: true,
		}]);
	});

	it('that are stale are listed before all of them are cleared, the leases of VMs never', () => {
		const state = press(stateWith(), ['C']);
		expect(state.overlay).toMatchObject({question: {title: 'Clear 1 stale lock?', lines: ['Restore Backup: daemon ops1:977, since 2m']}});
	});
});

describe('prompts', () => {
	it('take an interval, begin with the present one, and refuse what is none', () => {
		const open = press(stateWith(), ['e']);
		expect(open.overlay).toMatchObject({kind: 'interval', text: '1m'});
		const typed = type(press(open, ['ctrl-u']), '90s');
		expect(effectsOf(press(typed, ['enter']))).toEqual([{kind: 'interval', task: 'process_vms', seconds: 90}]);
		const wrong = press(type(press(open, ['ctrl-u']), 'often'), ['enter']);
		expect(wrong.overlay).not.toBeNull();
		expect(wrong.notice?.level).toBe('bad');
		expect(effectsOf(press(type(press(open, ['ctrl-u']), 'default'), ['enter']))).toEqual([{kind: 'interval', task: 'process_vms', seconds: null}]);
	});

	it('take the reason of a hold and its end', () => {
		expect(effectsOf(press(type(press(stateWith(), ['H']), '2h new disks'), ['enter']))).toEqual([{kind: 'hold', reason: 'new disks', forMs: 7_200_000}]);
		expect(effectsOf(press(press(stateWith(), ['H']), ['enter']))).toEqual([{kind: 'hold', reason: null, forMs: null}]);
	});

	it('filter while they are typed in; esc takes the filter away, Enter keeps it', () => {
		const typed = type(press(stateWith(), ['tab', '/']), 'web1');
		expect(subjectOf(press(typed, ['enter']))).toMatchObject({kind: 'vm', id: 101});
		expect(press(typed, ['esc']).filters.vms).toBe('');
		expect(press(press(typed, ['enter']), ['esc']).filters.vms).toBe('');
	});

	it('take the first line of pasted text as text', () => {
		const state = reduce(press(stateWith(), ['tab', '/']), {kind: 'paste', text: 'web\u{1B}1\rq', at: 0});
		expect(state.overlay).toEqual({kind: 'filter', text: 'web1'});
		expect(effectsOf(reduce(stateWith(), {kind: 'paste', text: 'rdq', at: 0}))).toEqual([]);
	});
});

describe('leaving', () => {
	it('goes one level back, and quits at the top', () => {
		const deep = press(stateWith(), ['?', 'q']);
		expect(topPage(deep)).toBeUndefined();
		expect(effectsOf(deep)).toEqual([]);
		expect(effectsOf(press(stateWith(), ['q']))).toEqual([{kind: 'quit'}]);
		expect(effectsOf(press(stateWith(), ['ctrl-c']))).toEqual([{kind: 'quit'}]);
	});

	it('asks where this console leads, work is under way and nobody stands by', () => {
		const alone: Overview = {...fixedOverview, sessions: fixedOverview.sessions.slice(0, 1)};
		const state = press(stateWith({overview: alone, isLeading: true}), ['q']);
		expect(state.overlay).toMatchObject({question: {lines: [expect.stringContaining('12 VMs in work, 1 install, no standby') as string, expect.any(String) as string]}});
		const standby: Overview = {...fixedOverview, sessions: [...fixedOverview.sessions, {...fixedOverview.sessions[0]!, id: 'other'}]};
		expect(effectsOf(press(stateWith({overview: standby, isLeading: true}), ['q']))).toEqual([{kind: 'quit'}]);
	});
});

describe('a read-only session', () => {
	it('does nothing on the keys that write, and says so', () => {
		const state = press(stateWith({isReadOnly: true}), ['r']);
		expect(effectsOf(state)).toEqual([]);
		expect(state.notice?.text).toContain('read-only');
	});
});

describe('an answer', () => {
	const answered = (level: 'good' | 'bad') => reduce(stateWith(), {kind: 'answered', level, text: 'so it is'});
	const later = (state: ReturnType<typeof stateWith>, ms: number) => reduce(state, {kind: 'tick', now: state.now + ms, isLeading: false});

	it('goes by itself after some seconds, and with the next key', () => {
		expect(later(answered('good'), 5000).notice?.text).toBe('so it is');
		expect(later(answered('good'), 7000).notice).toBeNull();
		expect(press(answered('good'), ['j']).notice).toBeNull();
	});

	it('that tells of something wrong stays longer, until Escape', () => {
		expect(later(press(answered('bad'), ['j']), 15_000).notice?.text).toBe('so it is');
		expect(later(answered('bad'), 21_000).notice).toBeNull();
		expect(press(answered('bad'), ['esc']).notice).toBeNull();
	});
});

describe('a database that cannot be read', () => {
	it('is told of with the clock going on, until it can be read again', () => {
		const state = stateWith();
		const troubled = reduce(state, {
			kind: 'trouble', message: 'database is locked', now: state.now + 3000, isLeading: false,
		});
		expect(troubled).toMatchObject({trouble: 'database is locked', now: state.now + 3000});
		expect(reduce(troubled, {
			kind: 'overview', overview: fixedOverview, now: state.now + 4000, isLeading: false,
		}).trouble).toBeNull();
	});
});

describe('the page of details', () => {
	it('opens for an incident, a lock\'s task and a row of the activity', () => {
		const targetsOf = (keys: readonly string[]) => effectsOf(press(stateWith(), keys));
		expect(targetsOf(['!', 'j', 'j', 'j', 'enter'])).toEqual([{kind: 'read-detail', target: {kind: 'incident', id: 4}}]);
		expect(targetsOf(['!', 'G', 'enter'])).toEqual([{kind: 'read-detail', target: {kind: 'task', name: 'restore_backup'}}]);
		expect(targetsOf(['shift-tab', 'g', 'enter'])).toEqual([{kind: 'read-detail', target: {kind: 'activity', id: 1}}]);
	});
});
