import {readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {config, createShell, order} from './shell.js';

type Line = Readonly<Record<string, unknown>>;

const linesOf = (text: string): readonly Line[] => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Line);

test('the daemon writes JSON lines, leads, and hands over at SIGTERM', async () => {
	const {cronsole, send, soFar, openStore} = createShell('');
	const store = await openStore();
	const daemon = cronsole('--daemon');
	await expect.poll(async () => (await store.leases.list()).some(({name}) => name === 'leader'), {timeout: 10_000}).toBe(true);
	await expect.poll(soFar).toContain('"started"');
	const {leader} = await store.overview({vms: 0, installs: 0, activity: 0});
	expect(leader).toMatchObject({kind: 'daemon', pid: process.pid, actor: 'anna'});
	send('SIGTERM');
	const {code, out, err} = await daemon;
	expect([code, err]).toEqual([143, '']);
	for (const line of linesOf(out)) {
		expect(Object.keys(line)).toEqual(['at', 'level', 'event', 'task', 'run', 'vm', 'install', 'message']);
	}

	expect(linesOf(out).at(-1)).toMatchObject({level: 'info', event: 'stopped'});
	await expect(store.leases.list()).resolves.toEqual([]);
});

test('SIGHUP rereads the config; a wrong one is named and the old one stays', async () => {
	const {cronsole, send, soFar, file} = createShell('tasks: {process_vms: {interval: 7m}}\n');
	const daemon = cronsole('--daemon');
	await expect.poll(soFar, {timeout: 10_000}).toContain('"started"');
	writeFileSync(file, 'tasks: {process_vms: {interval: 7}}\n');
	send('SIGHUP');
	await expect.poll(soFar).toContain(`the old config stays in use: ${file}:1: tasks.process_vms.interval: a bare number has no unit`);
	writeFileSync(file, 'tasks: {process_vms: {interval: 8m}}\n');
	send('SIGHUP');
	await expect.poll(soFar).toContain(`the config was read again: ${file}`);
	send('SIGINT');
	await expect(daemon).resolves.toMatchObject({code: 130});
});

test('activity is followed as it happens, until a signal', async () => {
	const {cronsole, send, soFar, openStore} = createShell('');
	const store = await openStore();
	const add = async (message: string, level: 'info' | 'error' = 'info') => store.write(async tables => tables.activity.add({
		at: Date.now(), level, actor: {name: 'ben', address: null}, subject: 'web1.example.net', message,
	}));
	await add('before');
	const following = cronsole('activity --follow --json');
	await expect.poll(soFar, {timeout: 10_000}).toContain('before');
	await add('after \u{1B}[31mred');
	await expect.poll(soFar).toContain('after');
	send('SIGINT');
	const {code, out} = await following;
	expect(code).toBe(130);
	expect(linesOf(out)).toMatchObject([{message: 'before', actor: 'ben', vm: null}, {message: 'after \u{1B}[31mred'}]);
	const shown = await cronsole('activity --since 1h');
	expect(shown.out).not.toContain('\u{1B}');
	expect(shown.out.trimEnd().split('\n')).toHaveLength(2);
	expect((await cronsole('activity --level error --json')).json()).toEqual({activity: []});
	expect((await cronsole('activity --about nobody --json')).json()).toEqual({activity: []});
});

test('init writes a config for its owner alone and never over another', async () => {
	const {cronsole, folder} = createShell();
	const file = path.join(folder, 'new', 'cronsole.yaml');
	await expect(cronsole(['init', file])).resolves.toMatchObject({code: 0, out: `wrote ${file}; edit it, then run \`cronsole check\`\n`});
	expect(statSync(file).mode.toString(8)).toBe('100600');
	writeFileSync(file, 'timezone: UTC\n');
	await expect(cronsole(['init', file])).resolves.toMatchObject({code: 2, err: expect.stringContaining('is there already: it was not touched')});
	expect(readFileSync(file, 'utf8')).toBe('timezone: UTC\n');
	await expect(cronsole(['init', '--config', path.join(folder, 'other.yaml'), '--json'])).resolves.toMatchObject({code: 0, out: `{"file":"${path.join(folder, 'other.yaml')}"}\n`});
});

test('check prints a line for each thing and exits with 1 if one fails', async () => {
	const {cronsole} = createShell(config);
	const {code, out} = await cronsole('check');
	expect(code).toBe(1);
	expect(out).toMatch(/^ok .*config/m);
	expect(out).toMatch(/^(?:ok|warning) .*file system: .*GiB free/m);
	expect(out).toMatch(/^failed .*cluster fra1/m);
	const {checks} = (await cronsole('check --json')).json();
	expect(checks.some(({subject, result}: Line) => subject === 'cluster fra1' && result === 'failed')).toBe(true);
	await expect(createShell('').cronsole('check')).resolves.toMatchObject({code: 0});
});

test('a demo gets its flags and no config', async () => {
	const {cronsole, asked} = createShell();
	await expect(cronsole('--demo --daemon')).resolves.toMatchObject({code: 0});
	expect(asked.demo).toMatchObject({demo: true, daemon: true});
	expect(asked.settings).toBeUndefined();
});

test('an interrupted run by hand hands over', async () => {
	const {cronsole, send} = createShell(config);
	await cronsole('vm create', {stdin: order()});
	const running = cronsole('--run-task=process_vms --wait');
	const timer = setInterval(() => {
		send('SIGINT');
	}, 200);
	const {code, err} = await running;
	clearInterval(timer);
	expect(code).toBe(130);
	expect(err).toContain('handed over');
});
