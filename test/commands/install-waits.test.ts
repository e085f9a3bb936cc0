import {readFileSync, writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {createInstalling} from './installing.js';

test('the list says what a pending install really waits for', async () => {
	const {add, cronsole, store} = await createInstalling();
	await add();
	const why = async () => (await cronsole('install list')).out.split('\n', 2)[1]!.replace(/^.* (?=waits |starts )/, '');
	const shown = async () => /^ {2}(?:starts|waits for) .*$/m.exec((await cronsole('install show i1')).out)?.[0];
	expect(await why()).toBe('waits for somebody to lead, or a run by hand');
	expect((await cronsole('status')).out).toContain('waits for somebody to lead, or a run by hand');
	expect(await shown()).toBe('  waits for  somebody to lead, or a run by hand');
	await cronsole('task pause process_installs');
	expect(await why()).toBe('waits for process_installs, which is paused');
	await cronsole('task resume process_installs');
	await cronsole('task interval process_installs 0s');
	expect(await why()).toBe('waits for a run by hand: process_installs has no interval');
	await cronsole('task interval process_installs default');
	await cronsole('hold --reason storage');
	expect(await why()).toBe('waits for the hold by anna');
	expect((await cronsole('install list --json')).json().installs).toMatchObject([{startsAt: null}]);
	await cronsole('hold off');

	const session = await store.sessions.start({
		kind: 'daemon', actor: 'tester', address: null, isReadOnly: false,
	});
	await store.leases.acquire('leader', session.id, 600_000);
	expect(await why()).toBe('starts now');
	expect(await shown()).toMatch(/^ {2}starts +\d{4}-/);
});

test('a run with --wait ends where its panel is gone from the config or a hold comes, and says what is left', async () => {
	const {add, cronsole, panel, file, turn} = await createInstalling();
	await add();
	const text = readFileSync(file, 'utf8');
	writeFileSync(file, text.replace('    web1:', '    web9:'));
	const gone = await cronsole('--run-task=process_installs --wait');
	expect([gone.code, gone.err]).toEqual([1, 'i1 shop.example.org waits for the panel web1, which the config does not have; name it there again, or `cronsole install drop 1`\n']);
	expect((await cronsole('--run-task=process_installs')).err).toBe('');

	writeFileSync(file, text);
	await turn(1, {nextAttemptAt: null});
	panel.play('in-install', 'sleep 2');
	const held = cronsole('--run-task=process_installs --wait');
	await expect.poll(() => panel.asked().includes('install'), {timeout: 10_000}).toBe(true);
	await cronsole('hold --reason storage');
	expect(await held).toMatchObject({code: 1, err: expect.stringContaining('a hold by anna stands: what is under way of process_installs goes on once it has ended\n')});
});

test('a bare number is no reference of an install: it is refused with how to write it, and our own id may be bare only where an id is asked for', async () => {
	const {add, cronsole} = await createInstalling();
	await add();
	for (const words of ['install reinstall 1', 'account suspend 1', 'account unsuspend 1', 'account terminate 1 --yes', 'account package 1 --plan=pro']) {
		expect(await cronsole(words), words).toMatchObject({code: 2, err: '1 alone may be any number\nwrite i1 for our id, or the reference or domain; `cronsole install list` shows them\n'});
	}

	expect((await cronsole('account suspend i1')).code).toBe(0);
	expect((await cronsole('install show 1')).code).toBe(0);
});
