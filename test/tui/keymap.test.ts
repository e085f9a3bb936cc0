import {describe, expect, it} from 'vitest';
import {verbs, type Verb} from '../../source/intents/verbs.js';
import {
	bindings,
	footerHints,
	helpRows,
	keymap,
} from '../../source/tui/keymap.js';
import {type State} from '../../source/tui/state.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';
import {press, stateWith} from './support/states.js';

describe('the keymap', () => {
	it('has every key that the verb table names, over that verb', () => {
		for (const {name, key} of verbs as readonly Verb[]) {
			if (key === undefined) {
				continue;
			}

			const binding = bindings.find(({keys}) => (keys as readonly string[]).includes(key));
			expect(binding?.verbs, `${name} on ${key}`).toContain(name);
		}
	});

	it('gives no key to two commands', () => {
		const keys = bindings.flatMap(binding => binding.keys);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('uses no key that Ink or flow control would swallow', () => {
		for (const {keys} of bindings) {
			expect(keys.join(' ')).not.toMatch(/\b(?:f\d+|ctrl-s|ctrl-q)\b/);
		}
	});

	it('knows what changes something from the verb table', () => {
		const writing = bindings.filter(({isWriting}) => isWriting).map(({command}) => command);
		expect(writing).toEqual(['run', 'clearLock', 'clearStale', 'pause', 'interval', 'drop', 'undo', 'tryAgain', 'acknowledge', 'hold', 'lead', 'create']);
	});

	it('offers in the footer what is valid here', () => {
		const labels = (keys: readonly string[]) => footerHints(press(stateWith(), keys)).map(({label}) => label);
		expect(labels([])).toContain('run');
		expect(labels([])).not.toContain('drop');
		expect(labels(['tab', 'tab'])).toEqual(expect.arrayContaining(['drop', 'try again']));
		expect(labels(['tab', 'tab'])).not.toContain('run');
	});

	it('says what a pause or a hold that stands there turns into', () => {
		const hints = (state: State) => footerHints(state).map(({key, label}) => `${key} ${label}`);
		expect(hints(stateWith())).toContain('p pause');
		expect(hints(stateWith()).filter(hint => hint.startsWith('H'))).toEqual([]);
		const held = {
			...fixedOverview,
			hold: {
				by: 'ben', reason: 'storage move', since: fixedNow, until: null,
			},
			taskSettings: [{
				task: 'process_vms' as const, intervalSeconds: null, intervalSetBy: null, paused: {
					by: 'ben', since: fixedNow, until: null, reason: null,
				},
			}],
		};
		expect(hints(stateWith({overview: held}))).toEqual(expect.arrayContaining(['p resume', 'H end hold']));
	});

	it('says why a key does nothing without what it would do, so that it is not cut off', () => {
		expect(press(stateWith(), ['d']).notice?.text).toBe('d: choose an install first (tab)');
	});

	it('says in the help why a key does nothing here', () => {
		const rows = helpRows(press(stateWith(), ['?']));
		expect(rows.find(({keys}) => keys === 'r')?.reason).toBeNull();
		expect(rows.find(({keys}) => keys === 'c')?.reason).toBe('its lock is free');
		expect(rows.find(({keys}) => keys === 'd')?.reason).toMatch(/install/);
	});

	it('has no key that writes in a read-only session', () => {
		const state = stateWith({isReadOnly: true});
		expect(footerHints(state).map(({key}) => key)).not.toContain('r');
		expect(helpRows(state)).toHaveLength(Object.keys(keymap).length - 12);
	});
});
