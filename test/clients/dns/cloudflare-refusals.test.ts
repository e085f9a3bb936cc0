import {inspect} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {systemClock} from '../../../source/domain/clock.js';
import {createQuota} from '../../../source/clients/dns/quota.js';
import {refusingUrl} from '../../support/https-server.js';
import {
	a,
	connect,
	faultOf,
	name,
	opened,
} from './cloudflare-fixture.js';
import {refusal, type Reply} from './cloudflare-rules.js';

const get = {name, type: 'A'} as const;
const page = (status: number, headers = {}): Reply => ({status, body: '<html>cf-token</html>', headers});

const throttled = {kind: 'transient', scope: 'cluster', message: expect.stringContaining('its limit of requests is reached')};
const denied = {kind: 'denied', scope: 'cluster', message: expect.stringContaining('it needs Zone: Read and DNS: Edit')};

test.each([
	['429 with how long', {...refusal(429, 10_429, 'Too many requests'), headers: {'retry-after': '42'}}, {...throttled, retryAfterMs: 42_000}],
	['429 without a word', page(429), {...throttled, retryAfterMs: 300_000}],
	['971', refusal(400, 971, 'Please wait and consider throttling your request speed'), {...throttled, retryAfterMs: 300_000}],
	['10000', refusal(400, 10_000, 'Authentication error'), denied],
	['9109', refusal(403, 9109, 'Unauthorized to access requested resource'), denied],
	['9103', refusal(403, 9103, 'Unknown X-Auth-Key or X-Auth-Email'), denied],
	['6003', refusal(400, 6003, 'Invalid request headers', [{code: 6111, message: 'Invalid format for Authorization header'}]), {
		...denied, message: expect.stringContaining('Cloudflare: Invalid request headers: Invalid format for Authorization header (6003): the token is refused'),
	}],
	['401', refusal(401, 1, 'no'), denied],
	['403', refusal(403, 1, 'no'), denied],
	['500', refusal(500, 1, 'Internal error'), {kind: 'transient', scope: 'cluster', retryAfterMs: null}],
	['503 with how long', page(503, {'retry-after': '7'}), {kind: 'transient', scope: 'cluster', retryAfterMs: 7000}],
	['522 of the gateway', page(522), {kind: 'transient', scope: 'cluster'}],
	['a page that is no JSON', page(200), {kind: 'transient', scope: 'cluster', message: 'Cloudflare: status 200 without JSON: that is no answer of Cloudflare\'s API'}],
	['a redirect', page(302, {location: 'http://127.0.0.1:1/'}), {kind: 'transient', scope: 'cluster'}],
	['an unknown number', refusal(400, 4711, 'The zone is \u{1B}[31mon fire'), {kind: 'rejected', scope: 'item', message: 'Cloudflare: The zone is on fire (4711)'}],
	['no reason at all', {status: 400, body: {success: false}}, {kind: 'rejected', scope: 'item', message: 'Cloudflare: status 400 without a reason'}],
	['success that is none', {status: 200, body: {success: false, errors: [{message: 'nope'}]}}, {kind: 'rejected', scope: 'item', message: 'Cloudflare: nope'}],
	['another shape', {status: 200, body: {success: true, result: [{id: 7}]}}, {kind: 'transient', scope: 'item'}],
	['an id that would lead elsewhere', {
		status: 200, body: {
			success: true, result: [{
				id: '../x', name, type: 'A', content: '203.0.113.10',
			}],
		},
	}, {kind: 'transient', scope: 'item'}],
	['what quotes the token', refusal(400, 4711, 'Bearer cf-token is odd'), {kind: 'rejected', message: 'Cloudflare: Bearer •••• is odd (4711)'}],
])('a look that is answered with %s is refused as it should be', async (_, answer: Reply, expected) => {
	const {server, forward} = await opened();
	server.faults.push({on: 'GET /zones/z1', answer});
	const fault = await faultOf(forward.get(get));
	expect(fault).toMatchObject({peer: 'example.net on cloudflare', ...expected});
	expect(inspect(fault, {depth: 5})).not.toContain('cf-token');
});

test.each([
	['502', page(502), 'unknown-outcome'],
	['520', page(520), 'unknown-outcome'],
	['500', refusal(500, 1, 'Internal error'), 'transient'],
	['503', page(503), 'transient'],
])('of a change that is answered with %s it is known whether it may have been made', async (_, answer, kind) => {
	const {server, write} = await opened();
	server.faults.push({on: 'POST', answer});
	expect(await faultOf(write([], ['203.0.113.10']))).toMatchObject({kind, scope: 'cluster'});
});

test('a content that Cloudflare does not take is rejected with its words', async () => {
	const {write} = await opened();
	expect(await faultOf(write([], ['2001:db8::1']))).toMatchObject({kind: 'rejected', scope: 'item', message: 'Cloudflare: Content for A record must be a valid IPv4 address (9005)'});
	expect(await faultOf(write([], ['203.0.113.10'], {ttl: 5}))).toMatchObject({
		kind: 'rejected', message: 'Cloudflare: DNS Validation Error: Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic (1004)',
	});
	expect(await faultOf(write([], ['203.0.113.10'], {name: 'web1.example.org'}))).toMatchObject({kind: 'rejected', message: 'Cloudflare: DNS Validation Error: DNS name is invalid (1004)'});
});

test('records of another name are never taken for ours, even where the answer has them', async () => {
	const {server, forward, write} = await opened();
	const foreign = server.put({...a('198.51.100.7'), name: 'other.example.net'});
	const answer: Reply = {status: 200, body: {success: true, result: [foreign]}};
	server.faults.push({on: 'GET /zones/z1', answer}, {on: 'GET /zones/z1', answer});
	await expect(forward.get(get)).resolves.toEqual({values: [], alias: null});
	await write([], ['203.0.113.10']);
	expect(server.records.get(foreign.id)).toEqual(foreign);
});

test.each([
	['pending', {status: 'pending'}, ['it is pending at Cloudflare: the world does not ask Cloudflare for it yet, or not any more']],
	['partial', {type: 'partial'}, ['it is a partial zone: only the proxied names that another server refers to Cloudflare are asked of it']],
	['shown without its permissions', {permissions: undefined}, []],
])('a zone that is %s is found doubtful where it is', async (_, more, doubts) => {
	const {server, forward} = await opened();
	Object.assign(server.zones[0]!, more);
	await expect(forward.check()).resolves.toEqual(doubts);
});

test('of two zones with the same name the active one is meant', async () => {
	const {server, forward} = await opened();
	server.zones.unshift({
		id: 'z0', name: 'example.net', status: 'pending', type: 'full',
	});
	await expect(forward.check()).resolves.toEqual([]);
	await forward.get(get);
	expect(server.requests.filter(({path}) => path.startsWith('/zones/z0'))).toEqual([]);
});

test('a check tells a token that is wrong, one that may only read, and a zone that is not there', async () => {
	const {server, forward} = await opened();
	const wrong = connect(server.url, {token: 'other-token'});
	onTestFinished(wrong.close);
	expect(await faultOf(wrong.forward.check())).toMatchObject({kind: 'denied', scope: 'cluster'});
	server.zones[0]!.permissions = ['#dns_records:read'];
	expect(await faultOf(forward.check())).toMatchObject({kind: 'rejected', message: 'the token may not change records: give it DNS: Edit for this zone'});
	server.zones.shift();
	expect(await faultOf(forward.check())).toMatchObject({kind: 'missing', message: expect.stringContaining('Cloudflare shows this token no zone example.net')});
	expect(server.requests.every(({method}) => method === 'GET')).toBe(true);
});

test('a Cloudflare that is not there is one fault of the server', async () => {
	const {forward, close} = connect((await refusingUrl()).replace('https', 'http'));
	onTestFinished(close);
	expect(await faultOf(forward.get(get))).toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached: connection refused$/)});
});

test('bursts go out as they come, and beyond the limit nothing until the window has moved on', () => {
	let now = 1000;
	const take = createQuota({most: 3, windowMs: 100, clock: {monotonic: () => now}});
	expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 100]);
	now = 1060;
	expect(take()).toBe(40);
	now = 1100;
	expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 100]);
});

test('a token that has asked nine hundred times within five minutes rests until there is room, and says how long', async () => {
	let now = 0;
	const {server, forward} = await opened({clock: {...systemClock, monotonic: () => now}});
	await forward.get(get);
	for (let asked = 2; asked < 900; asked += 100) {
		await Promise.all(Array.from({length: Math.min(100, 900 - asked)}, async () => forward.get(get)));
	}

	expect(server.requests).toHaveLength(900);
	now = 60_000;
	expect(await faultOf(forward.get(get))).toMatchObject({kind: 'transient', scope: 'cluster', retryAfterMs: 240_000});
	expect(server.requests).toHaveLength(900);
	now = 300_001;
	await expect(forward.get(get)).resolves.toEqual({values: [], alias: null});
});
