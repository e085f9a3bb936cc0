/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import stringWidth from 'string-width';
import {expect} from 'vitest';
import {answerForm} from '../../../source/tui/forms/answer-form.js';
import {openForm} from '../../../source/tui/forms/reduce-form.js';
import {type State} from '../../../source/tui/state.js';
import {
	draw,
	fill,
	goTo,
	press,
	stateOf,
} from './world.js';

export const sizes = {small: {columns: 60, rows: 16}, usual: {columns: 80, rows: 24}, large: {columns: 120, rows: 40}};

/** The form's lines on the screen, which it neither leaves nor covers where the screen has its own. */
export const drawn = async (state: State): Promise<string> => {
	const lines = await draw(state);
	expect(lines).toHaveLength(state.size.rows);
	expect(Math.max(...lines.map(line => stringWidth(line)))).toBeLessThanOrEqual(state.size.columns);
	// The first line says who leads, the last two hold footer and notice.
	expect([lines[0], ...lines.slice(-2)]).toEqual(['', '', '']);
	return `\n${lines.filter(line => line !== '').join('\n')}\n`;
};

export const vmAt = async (size: State['size']): Promise<State> => openForm(await stateOf(size), 'vm', null);
/** A VM's form with most of it wrong, as it is after it was sent. */
export const wrong = (state: State): State => press(goTo(fill(state, 'web_1', null, null, null, null, null, 'lots'), 13), 'enter');

export const installAt = async (size: State['size']): Promise<State> => fill(openForm(await stateOf(size), 'install', null), null, null, 'shop.example.org');

export const scheduleAt = async (size: State['size']): Promise<State> => {
	const state = openForm(await stateOf(size), 'schedule', 'v101');
	const values = {
		hostname: 'web1.example.net', zone: 'Europe/Berlin', packageSays: 'The package says: mon=02:30,thu=02:30.', mode: 'own times', mon: '02:30', thu: '25:00',
	};
	return answerForm(state, {
		kind: 'filled', form: 'schedule', about: 'v101', values,
	});
};
