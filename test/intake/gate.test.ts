import {expect, test} from 'vitest';
import {openApp} from '../../source/app.js';
import {systemClock} from '../../source/domain/clock.js';
import {createAnswering} from '../../source/intake/create-answering.js';
import {createGate} from '../../source/intake/gate.js';
import {createRateLimit} from '../../source/intake/rate-limit.js';
import {createSeenNonces} from '../../source/intake/seen-nonces.js';
import {sign} from '../../source/intake/signature.js';
import {
	newVm,
	createWorld,
	config,
	keys,
	otherSecret,
	requestOf,
	secret,
} from './world.js';

const now = () => Math.floor(Date.now() / 1000);

test('a signature is made as the contract says, so that others can make it too', () => {
	// Made by Python's hmac.
	expect(sign('0123456789abcdef0123456789abcdef', {
		method: 'POST', path: '/v1/orders', timestamp: '1795345678', nonce: 'abcdefghijklmnop', body: Buffer.from('{"a":1}'),
	})).toBe('v1=12f277ef685e353036dfe16a356defc8364b578ef01fc1c9cbff22913378eea3');
});

test.each([
	['an unknown key', {key: 'nobody'}],
	['the name of something that every object has', {key: 'constructor'}],
	['another key\'s secret', {secret: otherSecret}],
	['a signature that was cut', {signature: 'v1=00'}],
	['no signature', {headers: {'x-cronsole-signature': undefined}}],
	['no nonce', {headers: {'x-cronsole-nonce': undefined}}],
	['a short nonce', {nonce: 'short'}],
	['a nonce with a line in it', {nonce: 'abcdefghijklmnop\nabc'}],
	['a time that is none', {timestamp: 'today'}],
])('%s is the same refusal as a bad signature', async (_, own) => {
	const {order, store} = await createWorld();
	const {status, body} = await order(newVm, own);
	expect([status, body.error.code, body.error.message]).toEqual([401, 'bad-signature', 'the request is not signed by a key that is known here']);
	expect(JSON.stringify(body)).not.toContain(secret);
	expect(await store.read.vms.list()).toEqual([]);
});

test('whatever is changed on its way is noticed: method, path, query, time, nonce, body', async () => {
	const {answering} = await createWorld();
	const request = requestOf('GET', '/v1/usage?month=2026-11');
	const post = requestOf('POST', '/v1/orders', newVm);
	const changed = [
		{...request, path: '/v1/usage?month=2026-10'},
		{...request, path: '/v1/ping'},
		{...request, headers: {...request.headers, 'x-cronsole-nonce': 'another-nonce-of-it'}},
		{...request, headers: {...request.headers, 'x-cronsole-timestamp': String(now() - 5)}},
		{...post, body: Buffer.from(JSON.stringify({...newVm, kind: 'site'}))},
	];
	for (const one of changed) {
		expect((await answering(one)).status).toBe(401);
	}

	expect((await answering(request)).status).toBe(200);
	expect((await answering(post)).status).toBe(202);
});

test('a clock that is off by more than five minutes is told so, with the time here', async () => {
	const {send} = await createWorld();
	for (const drift of [-302, 302]) {
		const {status, body} = await send('GET', '/v1/ping', undefined, {timestamp: now() + drift});
		expect([status, body.error.code]).toEqual([401, 'stale']);
		expect(Math.abs(body.error.now - now())).toBeLessThan(3);
	}

	for (const drift of [-298, 298]) {
		expect((await send('GET', '/v1/ping', undefined, {timestamp: now() + drift})).status).toBe(200);
	}
});

test('a request is taken once: what is sent again as it was is a replay, also by a process that was started anew', async () => {
	const {answering, app} = await createWorld();
	const [post, get] = [requestOf('POST', '/v1/orders', newVm), requestOf('GET', '/v1/ping')];
	expect([(await answering(post)).status, (await answering(get)).status]).toEqual([202, 200]);
	for (const request of [post, get]) {
		expect(await answering(request)).toMatchObject({status: 409, body: {error: {code: 'replay'}}});
	}

	const next = await openApp({settings: app.settings(), actor: {name: 'daemon', address: null}, isReadOnly: false});
	const anew = createAnswering({app: next, clock: systemClock, gate: createGate({...next, clock: systemClock})});
	expect((await anew(post)).status).toBe(409);
	await next.close();
	// Another key may have thought of the same.
	const same = requestOf('POST', '/v1/orders', newVm, {key: 'shop', secret: otherSecret, nonce: post.headers['x-cronsole-nonce']!});
	expect((await answering(same)).status).not.toBe(409);
});

test('nonces are forgotten once no signature with them counts any more', async () => {
	const {store} = await createWorld();
	const use = async (at: number) => store.write(async ({intake}) => intake.useNonce('whmcs', 'n', {now: at, from: at - 600_000}));
	expect([await use(1_000_000), await use(1_600_000), await use(1_600_001), await use(1_600_002)]).toEqual([true, false, true, false]);
	expect(await store.write(async ({intake}) => intake.pruneNonces(1_600_001))).toBe(0);
	expect(await store.write(async ({intake}) => intake.pruneNonces(1_600_002))).toBe(1);
	let at = 0;
	const seen = createSeenNonces(() => at, 600);
	expect([seen('a', 'n'), seen('a', 'n'), seen('b', 'n')]).toEqual([true, false, true]);
	at = 600;
	expect(seen('a', 'n')).toBe(true);
});

test('more than a key may send in a minute has to wait, and is told how long; looks are counted apart', async () => {
	const {send, order, store} = await createWorld(`${config}${keys(', ordersPerMinute: 3')}`);
	const statuses = [];
	for (let number = 0; number < 4; number++) {
		statuses.push((await order({...newVm, orderKey: `k${number}`})).status);
	}

	expect(statuses).toEqual([202, 202, 202, 429]);
	expect(await order(newVm)).toMatchObject({status: 429, retryAfter: 20, body: {error: {code: 'too-many'}}});
	expect((await send('GET', '/v1/ping')).status).toBe(200);
	expect((await order({...newVm, orderKey: 'k9'}, {key: 'shop', secret: otherSecret})).status).toBe(202);
	// Whoever signs nothing takes nothing from those who do.
	expect((await order(newVm, {secret: otherSecret})).status).toBe(401);
	expect(await store.read.vms.list()).toHaveLength(1);
});

test('so many a minute means as many at once, then one after the other', () => {
	let at = 0;
	const wait = createRateLimit(() => at);
	expect(Array.from({length: 4}, () => wait('a', 3))).toEqual([0, 0, 0, 20]);
	at = 20_000;
	expect([wait('a', 3), wait('a', 3)]).toEqual([0, 20]);
	at = 10_000_000;
	expect(Array.from({length: 4}, () => wait('a', 3))).toEqual([0, 0, 0, 20]);
});

test.each([
	['nothing', {raw: ''}, 400, 'json'],
	['no JSON', {raw: '{"orderKey":'}, 400, 'json'],
	['a key that stands there twice', {raw: '{"kind": "vm", "kind": "site"}'}, 400, 'json'],
	['bytes that are no UTF-8', {raw: Buffer.from([0x22, 0xFF, 0x22])}, 400, 'json'],
	['a list', {raw: '[]'}, 422, 'invalid'],
	['null', {raw: 'null'}, 422, 'invalid'],
	['more than 64 KiB', {raw: `"${'x'.repeat(65_536)}"`}, 413, 'too-large'],
	['a form', {headers: {'content-type': 'application/x-www-form-urlencoded'}}, 415, 'type'],
	['no type', {headers: {'content-type': undefined}}, 415, 'type'],
	['something compressed', {headers: {'content-encoding': 'gzip'}}, 415, 'type'],
])('a body with %s is refused', async (_, own, wanted, code) => {
	const {order} = await createWorld();
	const {status, body} = await order(newVm, own);
	expect([status, body.error.code]).toEqual([wanted, code]);
	expect(body.error.hint).not.toBe('');
});

test.each([
	['GET', '/', 404],
	['GET', '/v1/orders/', 404],
	['GET', '/v1/operations/', 404],
	['GET', '/v1/operations/o9', 404],
	['GET', '/v1/operations/9', 404],
	['GET', '/v2/ping', 404],
	['GET', '/v1/%E0%A4%A', 404],
	['GET', '/v1/services/nobody', 404],
	['DELETE', '/v1/ping', 405],
	['GET', '/v1/orders', 405],
	['POST', '/v1/usage', 405],
	['GET', '/v1/usage?mnth=2026-11', 422],
	['GET', '/v1/usage?month=11', 422],
])('%s %s is answered with %i', async (method, path, wanted) => {
	const {send} = await createWorld();
	const {status, body, allow} = await send(method, path);
	expect(status).toBe(wanted);
	expect(body.error.message).not.toBe('');
	expect(allow === undefined).toBe(wanted !== 405);
});
