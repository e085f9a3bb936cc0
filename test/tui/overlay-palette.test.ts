/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {describe, expect, it} from 'vitest';
import {verbs} from '../../source/intents/verbs.js';
import {findEntries} from '../../source/tui/palette.js';
import {reduce} from '../../source/tui/reduce.js';
import {type State} from '../../source/tui/state.js';
import {
	effectsOf,
	press,
	stateWith,
	type,
} from './support/states.js';

const labels = (state: State, typed = ''): readonly string[] => findEntries(state, typed).map(({label}) => label);
const opened = (state = stateWith()): State => press(state, [':']);
const vmChosen = press(stateWith(), ['tab', 'j', 'j']);
const textOf = ({overlay}: State): string | undefined => overlay?.kind === 'palette' ? overlay.text : undefined;

describe('the palette', () => {
	it('has every verb and every key that is no verb', () => {
		const all = labels(stateWith());
		expect(verbs.map(({name}) => name).filter(name => !all.includes(name))).toEqual([]);
		expect(all).toContain('draw the screen again');
		expect(new Set(all).size).toBe(all.length);
	});

	it('begins with what the row under the cursor is good for', () => {
		expect(labels(stateWith()).slice(0, 4)).toEqual(['task run', 'task pause', 'task resume', 'task interval']);
		expect(labels(vmChosen)[0]).toBe('vm show');
		expect(labels(press(stateWith(), ['tab', 'tab']))[0]).toBe('install show');
	});

	it('finds a verb by a few of its letters, in any order of its words, the tightest fit first', () => {
		expect(labels(stateWith(), 'pause backup')[0]).toBe('task pause backup_status');
		expect(labels(stateWith(), 'backup pause')[0]).toBe('task pause backup_status');
		expect(labels(stateWith(), 'undrop')[0]).toBe('install undrop');
		expect(labels(stateWith(), 'vmsus')[0]).toBe('vm suspend');
		expect(labels(stateWith(), 'hold')[0]).toBe('hold');
		expect(labels(stateWith(), 'VM List')[0]).toBe('vm list');
		expect(labels(press(stateWith(), ['tab', 'tab']), 'retry')[0]).toBe('install retry');
		expect(labels(vmChosen, 'retry')[0]).toBe('vm retry');
		expect(labels(stateWith(), 'billing')).toContain('usage');
		expect(labels(stateWith(), 'xqzy')).toEqual([]);
		// Where some have the letters together, those that have them scattered are in the way.
		expect(labels(stateWith(), 'susp').toSorted()).toEqual(['account suspend', 'account unsuspend', 'vm suspend', 'vm unsuspend']);
	});

	it('has nothing that writes in a read-only session', () => {
		const state = stateWith({isReadOnly: true});
		expect(labels(state).filter(label => verbs.some(({name, isWriting}) => isWriting && name === label))).toEqual([]);
		expect(labels(state, 'task run')).not.toContain('task run');
		expect(labels(state)).toContain('vm list');
	});

	it('puts a verb that takes words into the line, with the row under the cursor', () => {
		for (const key of ['enter', 'tab']) {
			const state = press(type(opened(vmChosen), 'suspend'), [key]);
			expect(textOf(state)).toBe('vm suspend v101 ');
			expect(effectsOf(state)).toEqual([]);
		}
	});

	it('runs a line as it stands, and closes', () => {
		const state = press(type(press(type(opened(vmChosen), 'vm susp'), ['enter']), '--reason abuse'), ['enter']);
		expect(effectsOf(state)).toEqual([{kind: 'command', line: 'vm suspend v101 --reason abuse'}]);
		expect(state.overlay).toBeNull();
		expect(state.commandLines).toEqual(['vm suspend v101 --reason abuse']);
	});

	it('runs at once what only looks and needs no words', () => {
		expect(effectsOf(press(type(opened(), 'statu'), ['enter']))).toEqual([{kind: 'command', line: 'status'}]);
		expect(effectsOf(press(type(opened(), 'vm list'), ['enter']))).toEqual([{kind: 'command', line: 'vm list'}]);
	});

	it('never runs by a few letters what changes something', () => {
		expect(textOf(press(type(opened(), 'hol'), ['enter']))).toBe('hold ');
		expect(textOf(press(type(opened(), 'hold'), ['down', 'enter']))).toBe('hold off ');
		// Written out, it is what was meant.
		expect(effectsOf(press(type(opened(), 'hold off'), ['enter']))).toEqual([{kind: 'command', line: 'hold off'}]);
	});

	it('opens the form of what is ordered, and of a VM\'s schedule', () => {
		expect(press(type(opened(), 'vm create'), ['enter']).overlay).toMatchObject({kind: 'form', form: 'vm'});
		expect(press(type(opened(), 'install add '), ['enter']).overlay).toMatchObject({kind: 'form', form: 'install'});
		expect(press(type(opened(vmChosen), 'backup sched'), ['enter']).overlay).toMatchObject({kind: 'form', form: 'schedule', about: 'v101'});
		expect(textOf(press(type(opened(), 'backup sched'), ['enter']))).toBe('backup schedule ');
		expect(effectsOf(press(type(opened(), 'vm create --file order.json'), ['enter']))).toEqual([{kind: 'command', line: 'vm create --file order.json'}]);
	});

	it('presses the key of what is no verb, and says why it cannot', () => {
		expect(effectsOf(press(type(opened(), 'draw the screen'), ['enter']))).toEqual([{kind: 'redraw'}]);
		expect(press(type(opened(), 'lead here'), ['enter']).notice?.text).toMatch(/somebody leads already/);
		expect(press(type(opened(), 'init'), ['enter']).notice?.text).toMatch(/on a command line/);
	});

	it('says which verb is near to what is none, and stays', () => {
		const state = press(type(opened(), 'vm shwo v1'), ['enter']);
		expect(state.notice?.text).toMatch(/did you mean vm show\?/);
		expect(textOf(state)).toBe('vm shwo v1');
		expect(effectsOf(press(type(opened(), 'hold --reason "new'), ['enter']))).toEqual([]);
	});

	it('takes pasted text as text, a prompt\'s cronsole with it', () => {
		const pasted = reduce(opened(), {kind: 'paste', text: 'cronsole vm show v101\nrm -rf /', at: 0});
		expect(textOf(pasted)).toBe('cronsole vm show v101');
		expect(effectsOf(press(pasted, ['enter']))).toEqual([{kind: 'command', line: 'cronsole vm show v101'}]);
	});
});

describe('earlier lines', () => {
	const ran = {...stateWith(), commandLines: ['vm list', 'vm stop v101']};

	it('come back with up, the newest first, and go with down', () => {
		const once = press(ran, [':', 'up']);
		expect(textOf(once)).toBe('vm stop v101');
		expect(textOf(press(once, ['up']))).toBe('vm list');
		expect(textOf(press(once, ['up', 'up']))).toBe('vm list');
		expect(textOf(press(once, ['up', 'down']))).toBe('vm stop v101');
		expect(textOf(press(once, ['down']))).toBe('');
		expect(effectsOf(press(once, ['enter']))).toEqual([{kind: 'command', line: 'vm stop v101'}]);
	});

	it('are left alone while the cursor is in the list, and a line is not lost where there are none', () => {
		expect(press(type(opened(ran), 'vm'), ['down', 'down', 'up']).overlay).toMatchObject({text: 'vm', index: 1});
		expect(textOf(press(type(opened(), 'vm show v1'), ['up']))).toBe('vm show v1');
	});

	it('can be written on', () => {
		expect(textOf(press(ran, [':', 'up', 'ctrl-w', 'v', '2', 'backspace']))).toBe('vm stop v');
	});
});
