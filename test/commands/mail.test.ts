import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {messageNames} from '../../source/domain/message.js';
import {type OutboxResult} from '../../source/store/outbox.js';
import {type Store} from '../../source/store/store.js';
import {config, createShell, order} from './shell.js';

const secret = 'S3cretWord';

const addLetter = async (store: Store, result: OutboxResult | null, own: {readonly to?: string; readonly vmId?: number; readonly template?: string} = {}): Promise<number> => store.write(async ({outbox}) => {
	await outbox.add({
		key: `letter:${Math.random()}`, template: 'vm-ready', to: 'ada@example.org', variables: {password: secret}, vmId: null, installId: null, createdAt: Date.now(), ...own,
	});
	const {id} = (await outbox.list()).at(-1)!;
	if (result) {
		await outbox.claim(id, {messageId: '<1@example.net>', until: Date.now() + 60_000});
		await outbox.settle(id, result, Date.now());
	}

	return id;
});

/** A shell whose config has a mail server and a folder for templates. */
const createMailShell = () => {
	const shell = createShell();
	const folder = path.join(shell.folder, 'mail');
	mkdirSync(folder);
	writeFileSync(shell.file, `${config}mail: {smtp: "smtp://127.0.0.1:1", from: ops@example.net, templates: ${folder}}\n`);
	return {
		...shell,
		template(name: string, text: string) {
			writeFileSync(path.join(folder, name), text);
		},
		templates: folder,
	};
};

test('the outbox lists messages with the keys of their contract, the newest last, and never what they say', async () => {
	const {cronsole, openStore} = createMailShell();
	await cronsole('vm create', {stdin: order()});
	const store = await openStore();
	const [vm] = await store.read.vms.list();
	await addLetter(store, {state: 'unknown', error: 'it broke off after DATA'}, {vmId: vm!.id});
	await addLetter(store, {state: 'pending', error: '451 later', nextAttemptAt: Date.now() + 600_000});
	const said = await cronsole('mail outbox --json');
	const {messages} = said.json();
	expect(messages.map((message: object) => Object.keys(message))).toEqual(Array.from({length: 3}, () =>
		['id', 'channel', 'template', 'to', 'state', 'vm', 'install', 'createdAt', 'attempt', 'nextAttemptAt', 'sentAt', 'error']));
	expect(messages).toMatchObject([
		{
			template: 'welcome', state: 'pending', vm: `v${vm!.id}`, attempt: 0, nextAttemptAt: null, error: null,
		},
		{
			channel: 'mail', template: 'vm-ready', to: 'ada@example.org', state: 'unknown', vm: `v${vm!.id}`, install: null, createdAt: expect.stringMatching(/Z$/), attempt: 1, sentAt: null, error: 'it broke off after DATA',
		},
		{state: 'pending', vm: null, nextAttemptAt: expect.stringMatching(/Z$/)},
	]);
	const text = await cronsole('mail outbox');
	expect(text.out).toMatch(/^ID +STATE +AGE +MESSAGE +ABOUT +TO +TRY +WHY\n/);
	expect(text.out).toMatch(/unknown +\ds +vm-ready +v\d+ +ada@example\.org +1 +it broke off after DATA\n.*pending .*again in \d+m.*451 later/s);
	expect(said.out + text.out).not.toContain(secret);
	expect((await cronsole('mail outbox --state unknown --json')).json().messages).toHaveLength(1);
	await expect(cronsole('mail outbox --state unkown')).resolves.toMatchObject({code: 2, err: expect.stringContaining('did you mean unknown?')});
});

test('the outbox shows the last 200 messages', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	await store.write(async ({outbox}) => {
		for (let index = 1; index <= 205; index++) {
			await outbox.add({
				key: `${index}`, template: 'welcome', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: index,
			});
		}
	});
	const {messages} = (await cronsole('mail outbox --json')).json();
	expect([messages.length, messages[0].id, messages.at(-1).id]).toEqual([200, 6, 205]);
});

test('nothing that a server said or an order had in it moves the screen', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	const evil = 'x\u{1B}[2J\u{1B}[31m\r\n7  sent  FORGED\u{202E}';
	await addLetter(store, {state: 'failed', error: evil}, {to: evil, template: evil});
	const {out} = await cronsole('mail outbox');
	for (const bad of ['\u{1B}', '\r', '\u{202E}']) {
		expect(out).not.toContain(bad);
	}

	expect(out.split('\n')).toHaveLength(3);
});

test('a message is sent again by its number, and a second time is the same wish', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	const id = await addLetter(store, {state: 'unknown', error: 'it broke off after DATA'});
	const first = await cronsole(`mail resend ${id} --json`);
	expect(first.json()).toMatchObject({
		changed: true, message: {
			id, state: 'pending', attempt: 0, error: null,
		},
	});
	expect(first.err).toContain('nobody leads');
	expect(first.out).not.toContain(secret);
	await expect(cronsole(`mail resend ${id}`)).resolves.toMatchObject({code: 0, out: `the mail vm-ready (${id}) is pending already: it is sent by itself\n`});
	const sent = await addLetter(store, {state: 'sent'});
	await expect(cronsole(`mail resend ${sent}`)).resolves.toMatchObject({code: 2, err: expect.stringContaining('its text is erased')});
	await expect(cronsole('mail resend 99')).resolves.toMatchObject({code: 2, err: expect.stringContaining('`cronsole mail outbox`')});
	await expect(cronsole('mail resend v101')).resolves.toMatchObject({code: 2, err: 'v101 is no number of an outbox message\n`cronsole mail outbox` shows the numbers\n'});
	await expect(cronsole(`mail resend ${id} --read-only`)).resolves.toMatchObject({code: 2});
});

test.each(messageNames)('%s is previewed with made-up values', async name => {
	const {cronsole} = createShell();
	const {code, out} = await cronsole(`mail preview ${name}`);
	expect(code).toBe(0);
	expect(out).toMatch(/^Subject: \S.*\n\n\S/);
	expect(out).not.toMatch(/\{\{|\{%/);
});

test('a preview shows the templates of the config\'s folder, their HTML too', async () => {
	const {cronsole, template, templates} = createMailShell();
	template('welcome.liquid', 'Subject: Ahoy {{ hostname }}\n\nIt comes.\n');
	await expect(cronsole('mail preview welcome')).resolves.toMatchObject({code: 0, out: 'Subject: Ahoy web1.example.net\n\nIt comes.\n'});
	await expect(cronsole('mail preview welcome --html')).resolves.toMatchObject({code: 2, err: `welcome has no HTML\nwrite it as welcome.html.liquid in ${templates}\n`});
	template('welcome.html.liquid', '<p>{{ client }}</p>');
	await expect(cronsole('mail preview welcome --html')).resolves.toMatchObject({code: 0, out: '<p>Ada Lovelace</p>\n'});
	expect((await cronsole('mail preview welcome --json')).json()).toEqual({
		name: 'welcome', title: 'An order for a VM was taken', subject: 'Ahoy web1.example.net', text: 'It comes.\n', html: '<p>Ada Lovelace</p>',
	});
});

test('a template that cannot be filled is one line with its place, and exit 1', async () => {
	const {cronsole, template, templates} = createMailShell();
	template('vm-ready.liquid', 'Subject: Ready\n\n{{ passwort }}\n');
	const {code, out, err} = await cronsole('mail preview vm-ready');
	expect([code, out]).toEqual([1, '']);
	expect(err.split('\n')).toHaveLength(3);
	expect(err).toContain(`${templates}/vm-ready.liquid:3:`);
	expect(err).toContain('passwort');
	expect((await cronsole('mail preview vm-ready --json')).json().error.code).toBe('template');
});

test('an unknown message says which was meant', async () => {
	const {cronsole} = createShell();
	await expect(cronsole('mail preview vm-raedy')).resolves.toMatchObject({code: 2, err: 'there is no message vm-raedy\ndid you mean vm-ready?\n'});
	await expect(cronsole('mail')).resolves.toMatchObject({code: 2, err: expect.stringContaining('outbox, preview, resend')});
});
