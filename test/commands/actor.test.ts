import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {findActor} from '../../source/commands/words/find-actor.js';
import {createShell} from './shell.js';

const wrapper = path.resolve(import.meta.dirname, '../../recipes/ssh/cronsole-session');

describe('who acts', () => {
	test('is who --as says, before all that the environment says', () => {
		expect(findActor({as: 'anna'}, {SUDO_USER: 'ben', USER: 'cronsole', SSH_CONNECTION: '192.0.2.7 50022 192.0.2.1 22'})).toEqual({name: 'anna', address: '192.0.2.7'});
	});

	test('is who called sudo, before the account that it led to; an empty variable names nobody', () => {
		expect(findActor({}, {SUDO_USER: 'ben', USER: 'cronsole'})).toEqual({name: 'ben', address: null});
		expect(findActor({}, {SUDO_USER: '', USER: '', LOGNAME: 'cronsole'})).toEqual({name: 'cronsole', address: null});
	});

	test('is nobody whose name could be taken for something else on a screen', () => {
		for (const as of ['', 'scheduler', 'an\u{1B}[31mna', 'anna\nben', 'anna\u{202E}', 'a'.repeat(65)]) {
			expect(() => findActor({as}, {}), JSON.stringify(as)).toThrow('--as needs the name of a person');
		}

		expect(findActor({}, {USER: '\u{1B}]0;x\u{7}', SSH_CONNECTION: '\u{1B}[2J 1 2 3'}).name).not.toContain('\u{1B}');
	});
});

describe('what stands first in a forced command', () => {
	const taking = [
		['--as', 'ben'], ['--as=ben'], ['--as='], ['--as'], ['--', '--as', 'ben'], ['--read-only=false'], ['--no-read-only'], ['--read-only=0'], ['--read-onl=false'], ['--', '--read-only=false'],
	];

	test.each(taking.map(words => ({line: words.join(' '), words})))('is not taken back by $line', async ({words}) => {
		const shell = createShell();
		const forced = ['--as=anna', '--read-only'];
		for (const line of [[...forced, ...words, 'hold'], [...forced, 'hold', ...words]]) {
			expect(await shell.cronsole(line)).toMatchObject({code: 2, out: ''});
		}

		expect(shell.asked.actor?.name ?? 'anna').toBe('anna');
		expect(shell.asked.isReadOnly ?? true).toBe(true);
	});
});

describe('cronsole-session', () => {
	const session = (asked: string | undefined, ...forced: readonly string[]) => spawnSync(wrapper, forced, {
		encoding: 'utf8', input: '', env: {PATH: process.env.PATH, HOME: '/nonexistent', ...(asked !== undefined && {SSH_ORIGINAL_COMMAND: asked})},
	});

	test('wants to know who it is for', () => {
		for (const forced of [[], [''], ['--read-only'], ['--as=ben']]) {
			expect(session('status', ...forced)).toMatchObject({status: 2, stdout: '', stderr: expect.stringContaining('names nobody')});
		}
	});

	test('refuses what only a shell would understand, before it starts anything', () => {
		for (const sign of ';|&$`()<>\n\t*?[]~"\'\\#!{}ü\u{1B}\u{A0}') {
			expect(session(`status ${sign}id`, 'anna'), sign).toMatchObject({status: 2, stdout: '', stderr: expect.stringContaining('no shell')});
		}
	});

	test('refuses what names files of the machine or starts a service there', () => {
		const flags = ['--config x', '--config=/dev/stdin check', 'check --database=x', 'vm create --file x', 'vm create --file=-', '--daemon', '--demo'];
		for (const asked of [...flags, 'init', 'init x', '--yes init x', '-- init']) {
			expect(session(asked, 'anna'), asked).toMatchObject({status: 2, stdout: '', stderr: expect.stringContaining('not for sessions over ssh')});
		}
	});
});
