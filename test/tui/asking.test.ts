/* eslint unicorn/max-nested-calls: off -- a story of keys reads best as one call in another */
import {expect, it} from 'vitest';
import {createConversation} from '../../source/tui/conversation.js';
import {type Question} from '../../source/tui/overlay.js';
import {performCommand} from '../../source/tui/perform-command.js';
import {reduce} from '../../source/tui/reduce.js';
import {type State} from '../../source/tui/state.js';
import {openInside} from '../commands/inside.js';
import {deploy} from '../commands/deployed.js';
import {
	effectsOf,
	painted,
	press,
	stateWith,
	type,
} from './support/states.js';
import {open} from './support/open.js';

const shown: Question[] = [];
const conversation = createConversation(question => {
	shown.push(question);
});

/** The screen with a question of a command on it. */
const askedOf = async (): Promise<State> => {
	const asking = createConversation(question => {
		shown.push(question);
	});
	void asking.ask('vm terminate v101', 'web1.example.net (v101): type its hostname to terminate it: ');
	asking.end();
	return painted(reduce(stateWith(), {kind: 'ask', question: shown.at(-1)!}));
};

it('a question of a command takes whatever is typed, and hands it on', async () => {
	const asked = await askedOf();
	expect(asked.overlay).toMatchObject({question: {title: 'vm terminate v101', lines: ['web1.example.net (v101): type its hostname to terminate it']}});
	expect(effectsOf(press(type(asked, 'yny', 1000), ['enter'], 1000))).toEqual([{kind: 'reply', text: 'yny'}]);
	expect(effectsOf(press(asked, ['tab', 'enter'], 1000))).toEqual([{kind: 'reply', text: ''}]);
});

it('a question of a command is cancelled with esc, and with Enter where nothing was typed; keys typed ahead and pasted text are no answer', async () => {
	const asked = await askedOf();
	expect(effectsOf(press(asked, ['enter'], 1000))).toEqual([{kind: 'reply', text: null}]);
	expect(effectsOf(press(type(asked, 'web1', 1000), ['esc'], 1000))).toEqual([{kind: 'reply', text: null}]);
	expect(type(asked, 'web1', 249).overlay).toEqual(asked.overlay);
	expect(effectsOf(press(asked, ['enter'], 249))).toEqual([]);
	expect(reduce(asked, {kind: 'paste', text: 'web1.example.net', at: 1000}).overlay).toEqual(asked.overlay);
});

it('a question is put again until it is answered, never once more while its answer is on the way', async () => {
	const asked = await askedOf();
	const again = {kind: 'ask', question: shown.at(-1)!} as const;
	expect(reduce(press(stateWith(), ['/']), again).overlay).toMatchObject({kind: 'filter'});
	expect(reduce(asked, again)).toEqual(asked);
	expect(reduce(press(asked, ['esc']), again).overlay).toBeNull();
});

it('one command asks at a time; whoever leaves answers nobody', async () => {
	shown.length = 0;
	const first = conversation.ask('one', 'first? ');
	const second = conversation.ask('two', 'second? ');
	expect(new Set(shown.map(({title}) => title))).toEqual(new Set(['one']));
	conversation.reply('yes');
	await expect(first).resolves.toBe('yes');
	expect(shown.at(-1)?.title).toBe('two');
	conversation.end();
	await expect(second).resolves.toBeNull();
	await expect(conversation.ask('three', 'third? ')).resolves.toBeNull();
	expect(conversation.signal.aborted).toBe(true);
});

it('a line or two are a notice, more are a page; what failed is told with what to do', async () => {
	const said = async (answer: {readonly code: number; readonly out: string; readonly err: string}, columns = 80) => performCommand('vm list', {
		runCommand: async () => answer, conversation: createConversation(() => undefined), columns, say: () => undefined,
	});
	await expect(said({code: 0, out: 'so it is', err: ''})).resolves.toEqual({kind: 'answered', level: 'good', text: 'so it is'});
	await expect(said({code: 0, out: '', err: ''})).resolves.toEqual({kind: 'answered', level: 'good', text: 'vm list: done'});
	await expect(said({code: 2, out: '', err: 'there is no VM v9\nwrite another'})).resolves.toEqual({kind: 'answered', level: 'bad', text: 'there is no VM v9: write another'});
	await expect(said({code: 2, out: '', err: 'there is no VM v9\nwrite another'}, 20)).resolves.toMatchObject({
		kind: 'output', title: 'vm list', level: 'bad', text: 'there is no VM v9\nwrite another',
	});
	await expect(said({code: 0, out: 'a\nb\n  c', err: 'warning'})).resolves.toMatchObject({kind: 'output', level: 'plain', text: 'warning\n\na\nb\n  c'});
	await expect(said({code: 1, out: 'a\nb\nc', err: ''})).resolves.toMatchObject({kind: 'output', level: 'plain'});
});

it('the console terminates a VM once its hostname was typed, and not where that is cancelled', async () => {
	const shell = await deploy();
	const {app, run} = await openInside(shell);
	const terminal = open(app, {runCommand: run});
	await terminal.waitFor('never ran');
	terminal.send(':vm terminate v101\r');
	await terminal.waitFor('type its hostname');
	await terminal.settle(400);
	terminal.send('web1\u{1B}');
	await terminal.waitFor(/^ vm terminate v101: cancelled: nothing was done$/m);
	await expect(shell.listOpen()).resolves.toEqual([]);
	terminal.send(':');
	await terminal.waitFor('enter takes it');
	terminal.send('\u{1B}[A\r');
	await terminal.waitFor('type its hostname');
	await terminal.settle(400);
	terminal.send('web1.example.net\r');
	await terminal.waitFor('nobody leads');
	await expect(shell.listOpen()).resolves.toMatchObject([{kind: 'terminate', requestedBy: 'ben'}]);
});

it('a command that asks is refused when the console is left', async () => {
	const shell = await deploy();
	const {app, run} = await openInside(shell);
	const answers: unknown[] = [];
	const terminal = open(app, {
		async runCommand(words, ways) {
			const answer = await run(words, ways);
			answers.push(answer);
			return answer;
		},
	});
	await terminal.waitFor('never ran');
	terminal.send(':vm terminate v101\r');
	await terminal.waitFor('type its hostname');
	terminal.stdout.emit('error', new Error('the terminal is gone'));
	await terminal.code;
	await terminal.settle(20);
	expect(answers).toEqual([{code: 2, out: '', err: expect.stringContaining('cancelled: nothing was done') as string}]);
	await expect(shell.listOpen()).resolves.toEqual([]);
});
