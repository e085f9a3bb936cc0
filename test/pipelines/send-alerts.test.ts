import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {makeFolder} from '../store/support/temporary-store.js';
import {refusingUrl} from '../support/https-server.js';
import {startScript, startSmtp} from '../support/smtp.js';
import {startHttp} from '../support/plain-http.js';
import {prepareOutbox} from './outbox-world.js';

const minute = 60_000;

test('an incident goes to mailbox, command and webhook, each by its row', async () => {
	const {port, received} = await startSmtp();
	const hook = await startHttp();
	const file = path.join(makeFolder(), 'got.json');
	const {add, go, told} = await prepareOutbox(port, {alerts: {command: ['/bin/sh', '-c', 'cat > "$0"', file], webhook: {reveal: () => `${hook.url}/hooks/s3cret`}}});
	await add('incident-opened', {to: 'Ops <ops@example.net>'});
	await add('incident-opened', {to: 'command', channel: 'command'});
	await add('incident-closed', {to: 'webhook', channel: 'webhook'});
	expect(await go()).toMatchObject({sent: 3});
	expect(received).toMatchObject([{to: ['ops@example.net']}]);
	expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
		template: 'incident-opened', id: 17, severity: 'critical', command: 'cronsole check', subject: '[critical] fra1 cannot be reached: connection refused',
		text: expect.stringContaining('cronsole ack 17') as string,
	});
	expect(hook.requests).toMatchObject([{method: 'POST', url: '/hooks/s3cret', headers: {'content-type': 'application/json'}}]);
	expect(JSON.parse(hook.requests[0]!.body)).toMatchObject({template: 'incident-closed', closedAt: '2026-11-21T18:02:40.000Z'});
	expect(await told()).toContain('debug mail: incident-opened (2) for the operators\' command was sent');
});

test('a mail server that hangs keeps no other way waiting', async () => {
	const {port} = await startScript({greeting: {say: null}});
	const hook = await startHttp();
	const {add, go, rows} = await prepareOutbox(port, {alerts: {webhook: {reveal: () => hook.url}}});
	await add('incident-opened', {to: 'ops@example.net'});
	await add('incident-opened', {to: 'webhook', channel: 'webhook'});
	const going = go();
	await expect.poll(() => hook.requests.length).toBe(1);
	expect(await rows()).toMatchObject([{state: 'sending'}, {}]);
	expect(await going).toMatchObject({sent: 1, putOff: 1});
});

test.each([
	['a command that fails', ['/bin/sh', '-c', 'echo broken pipe wrench >&2; exit 3'], '/bin/sh ended with exit code 3: broken pipe wrench'],
	['a command that is not there', ['/nowhere/pager'], '/nowhere/pager is not there (or what its first line names is not)'],
	['a command that never ends, with what it started', ['/bin/sh', '-c', 'sleep 60 & echo $! > "$0"; wait'], '/bin/sh did not end within 1 s and was ended'],
	['no command any more', [], '`alerts.command` is not in the config any more'],
])('%s is tried again', async (_, command, error) => {
	const file = path.join(makeFolder(), 'pid');
	const {add, go, row, clock} = await prepareOutbox(1, {alerts: {command: command.length === 3 ? [...command, file] : command}});
	await add('incident-opened', {channel: 'command', to: 'command'});
	expect(await go()).toMatchObject({putOff: 1});
	expect(await row()).toMatchObject({state: 'pending', nextAttemptAt: clock.now() + minute, error});
	const pids = existsSync(file) ? [Number(readFileSync(file, 'utf8'))] : [];
	expect(pids).toHaveLength(error.includes('within') ? 1 : 0);
	for (const pid of pids) {
		expect(() => process.kill(pid, 0)).toThrow('ESRCH');
	}
});

test('a command sees nothing of our environment', async () => {
	const file = path.join(makeFolder(), 'environment');
	process.env.CRONSOLE_TEST_SECRET = 'hunter2';
	onTestFinished(() => {
		delete process.env.CRONSOLE_TEST_SECRET;
	});
	const {add, go} = await prepareOutbox(1, {alerts: {command: ['/bin/sh', '-c', 'env > "$0"', file]}});
	await add('incident-opened', {channel: 'command', to: 'command'});
	await go();
	expect(readFileSync(file, 'utf8')).toMatch(/^PATH=/m);
	expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
});

test.each([
	[503, {}, 'pending', minute],
	[429, {'retry-after': '600'}, 'pending', 10 * minute],
	[404, {}, 'failed', null],
	[302, {location: 'http://127.0.0.1:1/'}, 'failed', null],
] as const)('a webhook that answers %i is told apart, and its address stands nowhere', async (status, headers, state, waitMs) => {
	const hook = await startHttp((request, response) => {
		response.writeHead(status, headers);
		response.end(`no such hook: ${request.url}`);
	});
	const {add, go, row, clock, told, log} = await prepareOutbox(1, {alerts: {webhook: {reveal: () => `${hook.url}/hooks/s3cret?key=hunter2`}}});
	await add('incident-opened', {channel: 'webhook', to: 'webhook'});
	await go();
	const {error, nextAttemptAt, state: found} = await row();
	expect({state: found, waitMs: nextAttemptAt === null ? null : nextAttemptAt - clock.now()}).toEqual({state, waitMs});
	expect(error).toContain(`answered ${status}`);
	expect(JSON.stringify([error, await told(), log])).not.toMatch(/s3cret|hunter2/);
	expect(hook.requests).toHaveLength(1);
});

test('a webhook that hangs or is not there is tried again', async () => {
	const silent = createServer(() => undefined).listen(0, '127.0.0.1');
	onTestFinished(() => {
		silent.close();
	});
	const urls = [(await refusingUrl()).replace('https', 'http'), `http://127.0.0.1:${(silent.address() as AddressInfo).port}/s3cret`];
	for (const url of urls) {
		const {add, go, row} = await prepareOutbox(1, {alerts: {webhook: {reveal: () => url}}});
		await add('incident-opened', {channel: 'webhook', to: 'webhook'});
		expect(await go()).toMatchObject({putOff: 1});
		expect((await row()).error).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: (?:connection refused|no answer within \d)/);
	}
});

test('the heartbeat is one GET, and nothing where there is none', async () => {
	const server = await startHttp();
	const {context} = await prepareOutbox(1);
	await context.alerts.beat();
	const {context: {alerts}} = await prepareOutbox(1, {alerts: {heartbeatUrl: {reveal: () => `${server.url.replace('//', '//ops:p%40ss@')}/ping/s3cret`}}});
	await alerts.beat();
	expect(server.requests).toMatchObject([{method: 'GET', url: '/ping/s3cret', headers: {authorization: `Basic ${Buffer.from('ops:p@ss').toString('base64')}`}}]);
	await alerts.close();
	await server.close();
	await expect(alerts.beat()).rejects.toMatchObject({kind: 'transient', message: expect.not.stringContaining('s3cret') as string});
});

test('a file that is a template for a message is used for the operators too', async () => {
	const {port, received} = await startSmtp();
	const templates = makeFolder();
	writeFileSync(path.join(templates, 'incident-opened.liquid'), 'Subject: {{ severity }}\n\nCall {{ command }}\n');
	const {add, go} = await prepareOutbox(port, {templates});
	await add('incident-opened', {to: 'ops@example.net'});
	await go();
	expect(received[0]!.raw).toContain('\r\nSubject: critical\r\n');
});
