/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {expect, it} from 'vitest';
import {openForm} from '../../../source/tui/forms/reduce-form.js';
import {formIn, press, stateOf} from './world.js';

const buttons = {send: 13, cancel: 14};

const openVm = async () => openForm(await stateOf(), 'vm', null);

it('moves between the fields and the two buttons, round and round', async () => {
	const state = await openVm();
	const at = (...keys: readonly string[]) => formIn(press(state, ...keys)).field;
	expect([at('tab'), at('down', 'down'), at('enter'), at('tab', 'shift-tab'), at('tab', 'up')]).toEqual([1, 2, 1, 0, 0]);
	expect([at('up'), at('shift-tab', 'shift-tab'), at('up', 'tab')]).toEqual([buttons.cancel, buttons.send, 0]);
	expect([at('up', 'left'), at('up', 'right'), at('up', 'left', 'left')]).toEqual([buttons.send, buttons.send, buttons.cancel]);
	expect(formIn(press(state, 'up', 'x', 'backspace')).values).toEqual(formIn(state).values);
});

it('edits at the end of a text, a whole character at a time', async () => {
	const state = press(await openVm(), ...'web', '👩‍💻', 'e\u{301}');
	expect(formIn(state).values.hostname).toBe('web👩‍💻e\u{301}');
	expect(formIn(press(state, 'backspace')).values.hostname).toBe('web👩‍💻');
	expect(formIn(press(state, 'backspace', 'backspace')).values.hostname).toBe('web');
	expect(formIn(press(state, 'ctrl-u')).values.hostname).toBe('');
	expect(formIn(press(state, 'left', 'page-up', 'ctrl-x', 'delete')).values.hostname).toBe('web👩‍💻e\u{301}');
});

it('goes through the choices with the arrows and by their letters', async () => {
	const state = press(await openVm(), 'tab', 'tab', 'tab', 'tab');
	const chosen = (...keys: readonly string[]) => formIn(press(state, ...keys)).values.package;
	expect([chosen('right'), chosen('right', 'right', 'right'), chosen('left')]).toEqual(['kvm-m', 'kvm-s', 'kvm-0']);
	expect([chosen('k'), chosen('k', 'K', 'k'), chosen('x'), chosen('backspace'), chosen('ctrl-u')]).toEqual(['kvm-m', 'kvm-s', 'kvm-s', 'kvm-s', 'kvm-s']);
});

it('asks once before something typed is thrown away', async () => {
	const empty = await openVm();
	expect(press(empty, 'esc').overlay).toBeNull();
	expect(press(empty, 'ctrl-c').overlay).toBeNull();
	expect(press(empty, 'up', 'enter').overlay).toBeNull();
	const typed = press(empty, 'w');
	const asked = press(typed, 'esc');
	expect([formIn(asked).values.hostname, asked.notice?.text]).toEqual(['w', 'something was typed here: once more throws it away']);
	expect(press(asked, 'esc').overlay).toBeNull();
	expect(formIn(press(asked, 'e', 'esc')).values.hostname).toBe('we');
	expect(formIn(press(typed, 'up', 'enter')).field).toBe(buttons.cancel);
	expect(press(typed, 'up', 'enter', 'enter').overlay).toBeNull();
	expect(press(typed, 'backspace', 'esc').overlay).toBeNull();
});
