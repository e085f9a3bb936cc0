import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {order, until} from '../support/program.js';
import {hasSshd} from '../support/sshd.js';
import {hasTmux} from '../support/terminal.js';
import {
	createSshWorld,
	isAlive,
	leaderOf,
	leads,
	listConsoles,
	shown,
	works,
	type Remote,
	type SshWorld,
} from './ssh-world.js';

const site = JSON.stringify({
	reference: 'order-shop', panel: 'web1', application: 'static', domain: 'shop.example.net', account: 'shop', title: 'My shop',
	client: {name: 'Ada', email: 'ada@example.net'}, adminUser: 'ada', adminEmail: 'ada@example.net',
});

/** Words that would take a forced `--read-only` back. */
const freeing = ['hold --read-only=false', 'hold --no-read-only', '--lead --read-only'];

const create = async (settings?: {readonly aliveInterval: number}): Promise<SshWorld> => {
	const world = await createSshWorld(settings);
	onTestFinished(world.close);
	return world;
};

const isOver = async ({processes}: Remote): Promise<void> => {
	await until('none of its processes is left', () => processes.every(pid => !isAlive(pid)), 60_000);
};

const isRestored = async (terminal: Remote, code: number): Promise<void> => {
	await terminal.shows(new RegExp(`exit code ${code}$`, 'm'));
	await terminal.shows(/^icanon/m);
	expect(terminal.modes()).toEqual({isAlternate: false, hasCursor: true});
};

/** Bytes that its first thread has written: the scheduler is another. */
const writtenBy = ({node}: Remote): number => Number(/^wchar: (\d+)$/m.exec(fs.readFileSync(`/proc/${node}/task/${node}/io`, 'utf8'))![1]);

/** It is told to draw everything anew, again and again, and less than one screen gets out: nothing between it and the client takes any more. */
const isStuck = async (remote: Remote): Promise<boolean> => {
	const before = writtenBy(remote);
	for (let count = 0; count < 50; count++) {
		process.kill(remote.node, 'SIGCONT');
		await sleep(20);
	}

	return writtenBy(remote) - before < 20_000;
};

describe.skipIf(!hasSshd() || !hasTmux())('the console over ssh, as the guide sets it up', () => {
	test('two people see each other, and within a second what the other does', async () => {
		const world = await create();
		await world.ask('anna', 'task pause process_installs');
		expect(await world.ask('anna', 'install add', {input: site})).toMatchObject({code: 0});
		const anna = await world.open('anna');
		const ben = await world.open('ben');
		await anna.shows(/^cronsole .* ben +\w+ \d\d:/);
		await ben.shows(/^cronsole .* anna +\w+ \d\d:/);
		anna.press('Tab', 'Tab');
		await anna.shows(/\[Installs\]/);
		const delays: number[] = [];
		for (const [index, key] of ['d', 'u', 'd'].entries()) {
			anna.press(key);
			if (key === 'd') {
				await anna.shows(/Drop the install of shop/);
				// A question that is new takes no answer: that may have been meant for something else.
				await until('it is answered', () => {
					const isOpen = anna.screen().includes('Drop the install of shop');
					if (isOpen) {
						anna.press('y');
					}

					return !isOpen;
				}, 30_000, 400);
			}

			const asked = Date.now();
			const rows = new RegExp(String.raw`(anna +shop\.example\.net .*[^]*){${index + 2}}`);
			await ben.shows(rows);
			delays.push(Date.now() - asked);
			await anna.shows(rows);
		}

		// The machine of the tests may be busy at one of them.
		expect(Math.min(...delays)).toBeLessThan(1000);
		expect((await world.here.json(['install', 'list'])).installs).toMatchObject([{state: 'dropped'}]);
		const {activity} = await world.here.json(['activity', '--about', 'shop.example.net']);
		expect(activity.filter(({actor}: any) => actor === 'anna').length).toBeGreaterThanOrEqual(4);
		for (const remote of [anna, ben]) {
			remote.press('q');
			await isRestored(remote, 0);
			await isOver(remote);
		}
	}, 300_000);

	test('a client that is killed leaves no process and no lock, and the work goes on', async () => {
		const world = await create();
		const anna = await world.open('anna', '', {afterwards: shown('Type `(.*?)`')});
		await leads(world, anna);
		const ben = await world.open('ben');
		process.kill(anna.client(), 'SIGKILL');
		await isOver(anna);
		await anna.shows(/^icanon/m);
		expect(anna.modes()).toEqual({isAlternate: false, hasCursor: true});
		await leads(world, ben);
		await works(world);
		process.kill(ben.client(), 'SIGHUP');
		await isOver(ben);
		expect(await leaderOf(world)).toBeUndefined();
		expect((await world.here.json(['lock', 'list'])).locks).toEqual([]);
	}, 300_000);

	test('a client that is stopped stops the screen and not the scheduler, and leaves nothing behind when it is killed', async () => {
		const world = await create();
		const anna = await world.open('anna');
		await leads(world, anna);
		anna.resize(300, 100);
		await until('it draws', async () => !await isStuck(anna));
		process.kill(anna.client(), 'SIGSTOP');
		await until('its terminal takes nothing more', async () => isStuck(anna), 60_000);
		await works(world);
		await works(world);
		expect(await leaderOf(world)).toBe(anna.node);
		expect(await isStuck(anna)).toBe(true);
		process.kill(anna.client(), 'SIGKILL');
		await isOver(anna);
		expect(await leaderOf(world)).toBeUndefined();
		expect((await world.here.json(['lock', 'list'])).locks).toEqual([]);
	}, 300_000);

	test('a client that does not answer any more is hung up on, once nothing is written to it either', async () => {
		const world = await create({aliveInterval: 1});
		// OpenSSH asks only while it has nothing to hand on: a screen with a clock has something each second.
		const anna = await world.open('anna', shown('`ssh -t cronsole@ops1 (-- --plain)`'), {ready: /leading/});
		process.kill(anna.client(), 'SIGSTOP');
		await until('the server hangs up', () => world.log().includes('Timeout, client not responding'), 60_000);
		await isOver(anna);
		expect(await leaderOf(world)).toBeUndefined();
	}, 300_000);

	test('a console that is killed on the server leaves the screen as it was', async () => {
		const world = await create();
		for (const [signal, code] of [['SIGKILL', 137], ['SIGABRT', 134], ['SIGTERM', 143]] as const) {
			const anna = await world.open('anna');
			process.kill(anna.node, signal);
			await isRestored(anna, code);
			await isOver(anna);
		}

		const following = await world.open('anna', 'activity --follow', {ready: /leads/});
		following.press('C-c');
		await isRestored(following, 130);
		const lines = await world.open('anna', shown('`ssh -t cronsole@ops1 (-- --plain)`'), {ready: /leading/});
		expect(lines.modes().isAlternate).toBe(false);
		process.kill(lines.client(), 'SIGKILL');
		await isOver(lines);
	}, 300_000);

	test('who may only look changes nothing, by key or by group, and does not lead', async () => {
		const world = await create();
		const carl = await world.open('carl');
		const user = execFileSync('id', ['-un'], {encoding: 'utf8'}).trim();
		// The key would let her do anything: the group goes before it. What the client says of USER does not count.
		const reader = await world.open('anna', '', {asReader: true, sent: {USER: 'ben', SUDO_USER: 'ben'}});
		expect(listConsoles(world)).toEqual([{actor: 'carl', isReadOnly: 1, address: '127.0.0.1'}, {actor: user, isReadOnly: 1, address: '127.0.0.1'}]);
		for (const remote of [carl, reader]) {
			await remote.shows(/^cronsole +RO /);
			remote.press('r', 'L', 'H', 'p');
			await sleep(500);
			remote.press('y', 'Enter');
		}

		for (const words of ['hold', 'task run process_vms', '--force', '--run-task=process_vms', '--clear-locks', 'vm create', ...freeing]) {
			const answers = await Promise.all([world.ask('carl', words), world.ask('anna', words, {asReader: true})]);
			expect(answers, words).toMatchObject([{code: 2, out: ''}, {code: 2, out: ''}]);
		}

		await sleep(3000);
		expect(await world.here.json(['status'])).toMatchObject({scheduler: {leader: null}, hold: null});
		expect((await world.here.json(['activity'])).activity).toEqual([]);
		expect(await world.ask('carl', 'status --exit-code')).toMatchObject({err: ''});
	}, 300_000);

	test('nobody acts under another\'s name, nor does anything that only a shell could', async () => {
		const world = await create();
		const marker = `${world.here.folder}/marker`;
		const sent = {
			USER: 'ben', LOGNAME: 'ben', SUDO_USER: 'ben', CRONSOLE_CONFIG: '/dev/null', XDG_CONFIG_HOME: '/', SSH_ORIGINAL_COMMAND: 'status',
			NODE_OPTIONS: '--import=data:text/javascript,process.exit(42)',
		};
		expect(await world.ask('anna', 'hold --reason=out_of_space', {sent})).toMatchObject({code: 0, err: ''});
		expect(await world.here.json(['status'])).toMatchObject({hold: {by: 'anna', reason: 'out_of_space'}});
		expect(await world.ask('anna', 'vm create --json', {input: order(1), sent})).toMatchObject({code: 0});
		const refused = [
			'--as ben hold off',
			'hold off --as=ben',
			'--as',
			'-- --as ben hold off',
			`hold off; touch ${marker}`,
			`$(touch ${marker})`,
			`\`touch ${marker}\``,
			`status | tee ${marker}`,
			`status > ${marker}`,
			`status\ntouch ${marker}`,
			'hold off --reason "it is over"',
			'status *',
			'hold off --reason=grün',
			`init ${marker}`,
			`support --json bundle ${marker}`,
			`db --json backup ${marker}`,
			`--config=${marker} check`,
			'--config /dev/stdin check',
			`--database=${marker} status`,
			'vm create --file /etc/passwd',
			'--daemon',
			'--demo',
		];
		// No server lets many in at the same time.
		for (let index = 0; index < refused.length; index += 4) {
			await Promise.all(refused.slice(index, index + 4).map(async words => {
				expect(await world.ask('anna', words, {input: 'clusters: []'}), words).toMatchObject({code: 2, out: ''});
			}));
		}

		expect(fs.existsSync(marker)).toBe(false);
		expect((await world.here.json(['activity'])).activity.map(({actor}: any) => actor)).toEqual(['anna', 'anna']);
		expect(world.log()).toMatch(/Accepted publickey for \w+ from 127\.0\.0\.1 .* SHA256:/);
		expect(world.log()).toMatch(/Starting session: forced-command \(key-option\) '.*cronsole-session anna'/);
		const look = shown('```sh\n(grep .*?)\n```').replace('/usr/local/bin/', '[^ "]*').replace('/etc/cronsole/authorized_keys', () => world.keys);
		const unguarded = 'restrict,pty ssh-ed25519 AAAA eve@desk';
		expect(spawnSync('sh', ['-c', look], {encoding: 'utf8'}).stdout).toBe('');
		fs.appendFileSync(world.keys, `${unguarded}\n`);
		expect(spawnSync('sh', ['-c', look], {encoding: 'utf8'}).stdout).toBe(`${unguarded}\n`);
	}, 300_000);
});
