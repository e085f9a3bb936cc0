import {expect, test} from 'vitest';
import {parseArguments} from '../../source/commands/words/parse.js';

test('--no-mail is a flag of its own, not the opposite of another', async () => {
	const {flags, words} = await parseArguments(['backup', 'restore', 'web1.example.net', 'b1', '--no-mail', '--yes']);
	expect(words).toEqual(['backup', 'restore', 'web1.example.net', 'b1']);
	expect(flags).toMatchObject({noMail: true, yes: true});
});

test('a flag that was not given is absent', async () => {
	const {flags} = await parseArguments(['backup', 'restore', 'web1.example.net', 'b1']);
	expect(flags.noMail).toBeUndefined();
});

test('the switches of a change are read', async () => {
	const {flags} = await parseArguments(['vm', 'change', 'v101', '--file', '-', '--plan', '--allow-data-loss']);
	expect(flags).toMatchObject({file: '-', plan: '', allowDataLoss: true});
});
