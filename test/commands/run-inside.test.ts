import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {verbs} from '../../source/intents/verbs.js';
import {deploy} from './deployed.js';
import {openInside} from './inside.js';
import {createShell, order} from './shell.js';

const idle = new AbortController().signal;

test('every verb is there, and refuses missing words as the command line does', async () => {
	const shell = createShell();
	const {say} = await openInside(shell);
	for (const {name, usage} of verbs) {
		if (!/^[A-Z]/.test(usage)) {
			continue;
		}

		const [inside, outside] = [await say(name), await shell.cronsole(name)];
		expect(inside, name).toEqual({code: outside.code, out: outside.out.trimEnd(), err: outside.err.trimEnd()});
		expect(inside, name).toEqual({code: 2, out: '', err: `${name} needs more words\nwrite cronsole ${name} ${usage}`});
	}
});

test('what needs no words says the same as the command line', async () => {
	const shell = await deploy();
	const {say} = await openInside(shell);
	for (const line of ['vm list', 'vm show whmcs-1', 'pool list', 'lock list', 'incident list', 'install list', 'address list', 'dns debts', 'mail outbox', 'usage', 'backup list v101', 'snapshot list v101', 'find web1.example.net', 'vm log v101', 'install show 7', 'staus', 'vm list --stat x', 'vm show v101 --state x', 'vm stop v101 --wait 5m', 'vm list --wait=5']) {
		const [inside, outside] = [await say(line), await shell.cronsole(line)];
		expect(inside, line).toEqual({code: outside.code, out: outside.out.trimEnd(), err: outside.err.trimEnd()});
	}
});

test('what is written is written as whoever sits at the console, and the app stays open', async () => {
	const shell = await deploy();
	const {say, app} = await openInside(shell);
	const said = await say('vm stop v101');
	expect(said.code).toBe(0);
	expect(said.err).toContain('nobody leads');
	await expect(shell.listOpen()).resolves.toMatchObject([{kind: 'stop', requestedBy: 'ben'}]);
	await expect(app.overview({vms: 1, installs: 0, activity: 0})).resolves.toMatchObject({now: expect.any(Number) as number});
	await expect(say('vm stop v101 --json')).resolves.toMatchObject({code: 0, out: expect.stringContaining('\n  "changed": false') as string});
});

test('an order comes from a file, and there is no standard input', async () => {
	const shell = createShell();
	const {say} = await openInside(shell);
	await expect(say('vm create --file -')).resolves.toEqual({code: 2, out: '', err: '--file - has no standard input inside the console\nwrite --file PATH'});
	const file = path.join(shell.folder, 'order.json');
	writeFileSync(file, order());
	await expect(say(`vm create --file ${file}`)).resolves.toMatchObject({code: 0, out: expect.stringContaining('web1.example.net') as string});
});

test('what means another session, or another way to run, is refused with what to do instead', async () => {
	const {say} = await openInside(createShell());
	const refused = [
		['--config x.yaml vm list', '--config does not go with a command inside the console', 'leave the console (q)'],
		['vm list --database x', '--database does not', 'leave the console (q)'],
		['vm list --as root', '--as does not', 'leave the console (q)'],
		['--demo', '--demo does not', 'leave the console (q)'],
		['--daemon', '--daemon does not', 'leave the console (q)'],
		['vm list --read-only', '--read-only does not', 'leave the console (q)'],
		['--lead', '--lead does not', 'leave the console (q)'],
		['--run-task=process_vms', '--run-task does not', 'write task run NAME'],
		['--task=process_vms', '--task does not', 'write task run NAME'],
		['--clear-locks', '--clear-locks does not', 'write lock clear'],
		['--list', '--list does not', 'write task list'],
		['--force', '--force runs nothing', 'write task run NAME'],
		['', 'there is no command', 'write one'],
		['init', 'init is not for a console', 'cronsole init FILE'],
		['activity --follow', '--follow has no end', 'press 6'],
	] as const;
	for (const [line, wrong, hint] of refused) {
		const {code, out, err} = await say(line);
		expect([line, code, out]).toEqual([line, 2, '']);
		const lines = err.split('\n');
		expect(lines).toHaveLength(2);
		expect(lines[0]).toContain(wrong);
		expect(lines[1]).toContain(hint);
	}
});

test('help and version are answered', async () => {
	const {say} = await openInside(createShell());
	await expect(say('vm stop --help')).resolves.toMatchObject({code: 0, out: expect.stringContaining('cronsole vm stop REF') as string, err: ''});
	await expect(say('help vm')).resolves.toMatchObject({code: 0, out: expect.stringContaining('cronsole vm create') as string});
	await expect(say('--version')).resolves.toEqual({code: 0, out: '1.2.3', err: ''});
});

describe('what destroys something', () => {
	const destructive = ['vm terminate v101', 'vm reinstall v101 --template debian-12', 'vm reset v101 removed --reason gone', 'backup restore v101 b1', 'backup remove v101 b1', 'snapshot rollback v101 before', 'snapshot remove v101 before'];

	test('asks for the hostname, and does nothing where that is cancelled or wrong', async () => {
		const shell = await deploy();
		const {run} = await openInside(shell);
		for (const line of destructive) {
			const asked: string[] = [];
			const answer = async (text: string | null) => run(line.split(' '), {
				signal: idle,
				async ask(question) {
					asked.push(question);
					return text;
				},
			});
			await expect(answer(null)).resolves.toEqual({code: 2, out: '', err: 'cancelled: nothing was done\nanswer the question, or add --yes'});
			await expect(answer('web2.example.net')).resolves.toMatchObject({code: 2, err: expect.stringContaining('that is not its hostname, nothing was done') as string});
			expect(asked).toEqual(Array.from({length: 2}, () => expect.stringContaining('web1.example.net (v101, whmcs-1): type its hostname to ') as string));
		}

		await expect(shell.listOpen()).resolves.toEqual([]);
	});

	test('is done once the hostname was typed', async () => {
		const shell = await deploy();
		const {run} = await openInside(shell);
		await expect(run(['vm', 'terminate', 'v101'], {ask: async () => 'WEB1.example.net', signal: idle})).resolves.toMatchObject({code: 0});
		await expect(shell.listOpen()).resolves.toMatchObject([{kind: 'terminate'}]);
	});
});

test('a read-only console runs what looks and refuses what writes', async () => {
	const shell = await deploy();
	const {say} = await openInside(shell, true);
	for (const {name, usage} of verbs.filter(({isWriting, name}) => isWriting && name !== 'init')) {
		const places = usage.replaceAll(/\[[^[\]]*\]/g, '').split(' ').filter((word, index, all) => word !== '' && !word.startsWith('--') && !all[index - 1]?.startsWith('--'));
		const {code, err} = await say([name, ...places.map(() => 'x')].join(' '));
		expect([name, code, err]).toEqual([name, 2, expect.stringMatching(/this session is read-only/) as string]);
	}

	await expect(say('vm list')).resolves.toMatchObject({code: 0, out: expect.stringContaining('web1.example.net') as string});
	await expect(shell.listOpen()).resolves.toEqual([]);
});

test('a command that waits hears that the console is left', async () => {
	const shell = await deploy();
	const {run} = await openInside(shell);
	const leaving = new AbortController();
	const running = run(['vm', 'stop', 'v101', '--wait'], {ask: async () => null, signal: leaving.signal});
	setTimeout(() => {
		leaving.abort();
	}, 100);
	await expect(running).resolves.toMatchObject({code: 130, err: expect.stringContaining('interrupted: v101 goes on without this command') as string});
	await expect(run(['vm', 'stop', 'v101', '--wait'], {ask: async () => null, signal: leaving.signal})).resolves.toMatchObject({code: 130});
});

test('what is said is bounded, and nothing in it steers the terminal', async () => {
	const shell = await deploy();
	await shell.store.write(async ({activity}) => {
		for (let index = 0; index < 2500; index++) {
			await activity.add({
				at: Date.now(), level: 'info', actor: {name: 'eve', address: null}, subject: 'x', message: '\u{1B}[2J\u{202E}boo',
			});
		}
	});
	const {say} = await openInside(shell);
	const {out} = await say('activity --since 1h');
	const lines = out.split('\n');
	expect(lines).toHaveLength(2001);
	expect(lines.at(-1)).toMatch(/^and \d+ more lines/);
	expect(out.replaceAll('\n', '')).not.toMatch(/\p{Control}|\p{Format}/u);
	const json = await say('activity --json');
	expect(json.out.replaceAll('\n', '')).not.toMatch(/\p{Control}|\p{Format}/u);
});
