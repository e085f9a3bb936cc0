import {writeFileSync} from 'node:fs';
import path from 'node:path';
import PostalMime from 'postal-mime';
import {expect, test} from 'vitest';
import {sampleVariables} from '../../source/clients/mail/templates/all-templates.js';
import {makeFolder} from '../store/support/temporary-store.js';
import {refusal, startSmtp} from '../support/smtp.js';
import {prepareOutbox} from './outbox-world.js';

const minute = 60_000;
const hour = 60 * minute;
const password = 'a-new-Password-23456';

/** Refuses the first so many recipients, in such words. */
const refusing = (times: number, code: number, words: string) => {
	let left = times;
	return {
		onRcptTo(_: unknown, __: unknown, done: (error?: Error) => void) {
			done(left-- > 0 ? refusal(code, words) : undefined);
		},
	};
};

test('what is due is sent, once, and its variables are gone', async () => {
	const {port, received} = await startSmtp();
	const {add, go, rows, vm, told} = await prepareOutbox(port);
	await add('welcome', {vmId: vm.id});
	await add('vm-ready', {vmId: vm.id});
	expect(await go()).toEqual({
		sent: 2, putOff: 0, failed: 0, unknown: 0,
	});
	expect(await rows()).toMatchObject([{
		state: 'sent', variables: {}, sentAt: 1_000_000, messageId: '<1@example.net>',
	}, {state: 'sent', variables: {}, messageId: '<2@example.net>'}]);
	expect(await go()).toMatchObject({sent: 0});
	expect(received.map(({raw}) => /^Subject: (.*)\r$/m.exec(raw)![1])).toEqual(['Your order whmcs-5546: web1.example.net', 'Your server web1.example.net is ready']);
	expect(await told()).toEqual(['info web1.example.net: the mail welcome (1) was sent', 'info web1.example.net: the mail vm-ready (2) was sent']);
});

test('a password is erased with the letter that told it, one that was made meanwhile stays', async () => {
	const {port} = await startSmtp();
	const {add, go, store, vm} = await prepareOutbox(port);
	const tell = async () => add('password-reset', {vmId: vm.id, variables: {...sampleVariables('password-reset'), password}});
	await store.write(async ({vms}) => vms.set(vm.id, {password}));
	await tell();
	await store.write(async ({vms}) => vms.set(vm.id, {password: 'a-newer-one'}));
	await go();
	expect(await store.read.vms.get(vm.id)).toMatchObject({password: 'a-newer-one'});
	await store.write(async ({vms}) => vms.set(vm.id, {password}));
	await tell();
	await go();
	expect(await store.read.vms.get(vm.id)).toMatchObject({password: null});
});

test('an install\'s password lives until its letter is sent, not until it was tried', async () => {
	const {port} = await startSmtp(refusing(1, 451, 'later'));
	const {add, go, store, clock, told} = await prepareOutbox(port);
	const {id} = await store.write(async ({installs}) => installs.insert({
		reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'},
		order: null, createdAt: 1000, adminPassword: password,
	}));
	await add('site-welcome', {installId: id, variables: {...sampleVariables('site-welcome'), password}});
	expect(await go()).toMatchObject({putOff: 1});
	expect(await store.read.installs.passwordOf(id)).toBe(password);
	clock.pass(minute);
	expect(await go()).toMatchObject({sent: 1});
	expect(await store.read.installs.passwordOf(id)).toBeNull();
	expect(await told()).toEqual(['info shop.example.org: the mail site-welcome (1) was sent']);
});

test('a server that defers is asked again after a minute, doubling to an hour, with the same Message-ID', async () => {
	const {port, received} = await startSmtp(refusing(8, 451, '4.7.1 greylisted'));
	const {add, go, row, clock} = await prepareOutbox(port);
	await add('welcome');
	const waits: number[] = [];
	for (let tries = 0; tries < 8; tries++) {
		expect(await go()).toMatchObject({putOff: 1});
		const {nextAttemptAt, state, error, messageId} = await row();
		expect({state, messageId}).toEqual({state: 'pending', messageId: '<1@example.net>'});
		expect(error).toContain('4.7.1 greylisted');
		waits.push((nextAttemptAt! - clock.now()) / minute);
		clock.pass(nextAttemptAt! - clock.now() - 1);
		expect(await go()).toMatchObject({putOff: 0, sent: 0});
		clock.pass(1);
	}

	expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
	expect(await go()).toMatchObject({sent: 1});
	expect(await PostalMime.parse(received[0]!.raw)).toMatchObject({messageId: '<1@example.net>'});
});

test('after three days it is given up; sent again by a person it gets some tries anew', async () => {
	const {add, go, row, clock, store, told} = await prepareOutbox(1); // Where nobody listens.
	await add('welcome');
	for (let tries = 0; tries < 100; tries++) {
		await go();
		const {state} = await row();
		if (state === 'failed') {
			break;
		}

		clock.pass(hour);
	}

	expect(clock.now() - 1_000_000).toBe(72 * hour);
	expect(await row()).toMatchObject({state: 'failed', variables: {hostname: 'web1.example.net'}});
	expect(await told()).toMatchObject([expect.stringMatching(/^error mail: the mail welcome \(1\) was not sent: given up after 73 tries: 127\.0\.0\.1:1 cannot be reached: connection refused$/)]);
	await store.write(async ({outbox}) => outbox.resend(1, clock.now()));
	expect(await go()).toMatchObject({putOff: 1});
});

test('a letter that is refused fails, and the others go out', async () => {
	const {port, received} = await startSmtp(refusing(1, 550, '5.1.1 no such user'));
	const {add, go, rows} = await prepareOutbox(port);
	await add('welcome');
	await add('welcome', {to: 'ada@example.org\r\nBcc: evil@example.com'});
	await add('welcome', {variables: {}});
	await add('vm-ready');
	expect(await go()).toEqual({
		sent: 1, putOff: 1, failed: 2, unknown: 0,
	});
	expect(await rows()).toMatchObject([
		{state: 'failed', error: expect.stringContaining('5.1.1 no such user') as string},
		{state: 'failed', error: expect.stringContaining('is not exactly one e-mail address') as string},
		{state: 'pending', error: expect.stringContaining('the built-in welcome.liquid:1:24: undefined variable: reference') as string},
		{state: 'sent'},
	]);
	expect(received).toHaveLength(1);
});

test('one letter over which the server hangs up keeps no other from going out', async () => {
	const {port, received} = await startSmtp({
		onRcptTo({address}, _, done) {
			done(address.startsWith('poison') ? refusal(421, 'not this one') : null);
		},
	});
	const {clock, add, go, rows} = await prepareOutbox(port);
	await add('welcome', {to: 'poison@example.org'});
	await add('welcome');
	await add('vm-ready');
	for (let tries = 0; tries < 3; tries++) {
		await go();
		clock.pass(2 * minute);
	}

	expect((await rows()).map(({state}) => state)).toEqual(['pending', 'sent', 'sent']);
	expect(received).toHaveLength(2);
});

test('a server that is down is asked once a go; the rest waits with its words', async () => {
	let connections = 0;
	const {port} = await startSmtp({
		onConnect(_, done) {
			connections++;
			done(refusal(421, 'too busy'));
		},
	});
	const {add, go, rows, clock} = await prepareOutbox(port);
	for (let count = 0; count < 5; count++) {
		await add('welcome');
	}

	expect(await go()).toMatchObject({putOff: 5});
	expect(connections).toBe(1);
	const all = await rows();
	expect(new Set(all.map(({nextAttemptAt}) => nextAttemptAt))).toEqual(new Set([clock.now() + minute]));
	expect(all.every(({error, state}) => state === 'pending' && error!.includes('too busy'))).toBe(true);
});

test('what a server quotes of a letter does not stay: neither its password nor whom it is to', async () => {
	const {port} = await startSmtp(refusing(1, 550, `<ada@example.org> may not have ${password}`));
	const {add, go, row, told, log} = await prepareOutbox(port);
	await add('vm-ready', {variables: {...sampleVariables('vm-ready'), password}});
	await go();
	expect(await row()).toMatchObject({error: expect.stringContaining('<••••> may not have ••••') as string});
	expect(JSON.stringify([await told(), log])).not.toMatch(/ada@|Password/);
});

test('without a mail server in the config letters wait', async () => {
	const {add, go, row} = await prepareOutbox(1);
	await add('welcome');
	expect(await go({mail: null})).toMatchObject({putOff: 1});
	expect(await row()).toMatchObject({state: 'pending', error: 'there is no `mail` in the config any more'});
});

test('the operators\' own template is taken, and heals a letter that waited for it', async () => {
	const {port, received} = await startSmtp();
	const templates = makeFolder();
	writeFileSync(path.join(templates, 'welcome.liquid'), 'Subject: Hi\n\n{{ nobody }}\n');
	const {add, go, row, clock} = await prepareOutbox(port, {templates});
	await add('welcome');
	expect(await go()).toMatchObject({putOff: 1});
	expect(await row()).toMatchObject({error: `${templates}/welcome.liquid:3:4: undefined variable: nobody`});
	writeFileSync(path.join(templates, 'welcome.liquid'), 'Subject: Hi\n\n{{ hostname }}\n');
	clock.pass(minute);
	expect(await go()).toMatchObject({sent: 1});
	expect(await PostalMime.parse(received[0]!.raw)).toMatchObject({subject: 'Hi', text: 'web1.example.net\n'});
});

test('who is told to stop begins no other letter', async () => {
	const {port, received} = await startSmtp();
	const {add, go, rows} = await prepareOutbox(port);
	await add('welcome');
	expect(await go({signal: AbortSignal.abort()})).toMatchObject({sent: 0});
	expect({received, states: (await rows()).map(({state}) => state)}).toEqual({received: [], states: ['pending']});
});
