import {describe, expect, it} from 'vitest';
import {type Install} from '../../source/tui/state.js';
import {fixedOverview, install} from './support/fixed-overview.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
} from './support/states.js';

const chosen = (own: Partial<Install>, keys: readonly string[] = []) =>
	press(stateWith({overview: {...fixedOverview, installs: [install(7, 'shop.example.org', {version: 9, ...own})]}}), ['tab', 'tab', ...keys]);

describe('the keys of an install', () => {
	it('d on a running one says that it stops at the next step\'s border, and means it as it is by then', () => {
		const asked = painted(chosen({state: 'running'}, ['d']));
		expect(asked.overlay).toMatchObject({
			question: {
				title: 'Drop the running install of shop.example.org?',
				lines: ['It stops at its next step\'s border: what the panel is at now ends first.', 'The account shop stays; the client gets no mail.', 'u takes it back.'],
			},
		});
		expect(effectsOf(press(asked, ['y'], 1000))).toEqual([{kind: 'drop', id: 7}]);
	});

	it('d on a pending one carries what the screen showed', () => {
		const asked = painted(chosen({}, ['d']));
		expect(effectsOf(press(asked, ['y'], 1000))).toEqual([{kind: 'drop', id: 7, version: 9}]);
	});

	it('u lets a running one go on that is asked to stop, and d says so', () => {
		expect(effectsOf(chosen({state: 'running', isDropAsked: true}, ['u']))).toEqual([{kind: 'undrop', id: 7}]);
		expect(chosen({state: 'running', isDropAsked: true}, ['d']).notice?.text).toMatch(/stops at its next step's border already/);
		expect(chosen({state: 'running'}, ['u']).notice?.text).toMatch(/nothing was dropped here/);
	});

	it('t tries a failed one again, and one that waits for its next try, but none that goes its way', () => {
		expect(effectsOf(chosen({state: 'failed'}, ['t']))).toEqual([{kind: 'retry-install', id: 7, version: 9}]);
		expect(effectsOf(chosen({attempt: 2}, ['t']))).toEqual([{kind: 'retry-install', id: 7, version: 9}]);
		expect(effectsOf(chosen({}, ['t']))).toEqual([]);
		expect(effectsOf(chosen({state: 'running', attempt: 2}, ['t']))).toEqual([]);
	});
});
