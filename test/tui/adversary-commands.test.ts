import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {createInstalling} from '../commands/installing.js';
import {deploy} from '../commands/deployed.js';
import {openInside} from '../commands/inside.js';
import {createShell} from '../commands/shell.js';
import {open} from './support/open.js';

describe('a file that a command reads', () => {
	test('is a plain one: what may never end would hold the whole console', async () => {
		const shell = createShell();
		const {say} = await openInside(shell);
		const pipe = path.join(shell.folder, 'pipe');
		execFileSync('mkfifo', [pipe]);
		for (const file of [pipe, '/dev/stdin', '/dev/tty', '/dev/zero']) {
			await expect(say(`vm create --file ${file}`)).resolves.toEqual({code: 2, out: '', err: expect.stringMatching(/--file .* is no plain file: the console reads no others\nwrite /) as string});
		}
	}, 4000);

	test('may be missing or a folder, and is told so', async () => {
		const {say} = await openInside(createShell());
		await expect(say('vm create --file /nowhere/order.json')).resolves.toMatchObject({code: 2, err: expect.stringContaining('there is no such file') as string});
		await expect(say('vm create --file /')).resolves.toMatchObject({code: 2});
	});

	test('never comes back in what is said of it', async () => {
		const shell = createShell();
		const {say} = await openInside(shell);
		const file = path.join(shell.folder, 'secrets');
		for (const text of ['tokenSecret: hunter2hunter2', '{"password": "hunter2hunter2"}', '{"reference": {"hunter2hunter2": 1}}', '["hunter2hunter2"]', '"hunter2hunter2"']) {
			writeFileSync(file, text);
			const {code, out, err} = await say(`vm create --file ${file}`);
			expect([text, code, out, err.replaceAll('{"hunter2hunter2": 1}', '')]).toEqual([text, 2, '', expect.not.stringContaining('hunter2') as string]);
		}
	});
});

describe('leaving while something is under way', () => {
	test('a command that waits ends with the console, and what it asked for goes on', async () => {
		const shell = await deploy();
		const {app} = await openInside(shell);
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send(':vm stop v101 --wait\r');
		await terminal.waitFor('under way');
		terminal.send('q');
		await expect(terminal.code).resolves.toBe(0);
		expect(terminal.stderr()).toBe('');
		await expect(shell.listOpen()).resolves.toMatchObject([{requestedBy: 'ben'}]);
	});

	test('an order whose account is being made is kept, by q and by a signal', async () => {
		for (const leave of [(send: (keys: string) => void) => {
			send('qq');
		}, () => {
			process.emit('SIGTERM');
		}]) {
			const world = await createInstalling({timeout: '20s'});
			world.panel.play('before-create-account', 'sleep 20');
			const {app} = await openInside(world);
			const terminal = open(app);
			await terminal.waitFor('never ran');
			const file = path.join(world.folder, 'site.json');
			writeFileSync(file, JSON.stringify({
				reference: 'whmcs-901', panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, title: 'x', adminUser: 'ada', adminEmail: 'ada@example.org',
			}));
			terminal.send(`:install add --file ${file}\r`);
			await terminal.waitFor('under way');
			leave(terminal.send);
			await terminal.code;
			expect(terminal.stderr()).toBe('');
			const kept = await world.store.read.installs.find(1);
			expect(kept).toMatchObject({domain: 'shop.example.org', position: 'ordered', cause: null});
			// Whoever goes on with it finds it open.
			expect(['pending', 'running']).toContain(kept?.state);
		}
	}, 240_000);
});

test('two commands at once each say what came of them', async () => {
	const shell = await deploy();
	const {app} = await openInside(shell);
	const terminal = open(app);
	await terminal.waitFor('never ran');
	terminal.send(':vm stop v101\r:vm stop v101\r');
	await terminal.waitFor(/stop is asked for already, by ben|stop asked for/);
	await expect.poll(async () => (await shell.listOpen()).length).toBe(1);
});

test('a password never stands on the screen, nor in the activity', async () => {
	const shell = await deploy();
	const {app, say} = await openInside(shell);
	const password = 'S3cret-word-99';
	await shell.store.write(async ({vms}) => vms.set(shell.vm.id, {password}));
	const order = path.join(shell.folder, 'order.json');
	writeFileSync(order, JSON.stringify({
		reference: 'whmcs-2', hostname: 'web2.example.net', cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'}, password,
	}));
	for (const line of [
		`vm create --file ${order}`, `vm create --file ${order} --json`, 'vm password v101', 'vm password v101 --json', 'vm show v101', 'vm show v101 --json', 'vm show whmcs-2', 'vm log v101', 'vm explain v101', 'activity', 'activity --json', 'mail outbox --json', 'find web1',
	]) {
		const {out, err} = await say(line);
		expect([line, out + err]).toEqual([line, expect.not.stringContaining(password) as string]);
	}

	const terminal = open(app);
	await terminal.waitFor('web2.example.net');
	for (const keys of ['2', '\r', '\u{1B}', '6', '\r']) {
		terminal.send(keys);
		await terminal.settle(150);
	}

	expect(terminal.written()).not.toContain(password);
});
