import {once} from 'node:events';
import net, {type AddressInfo} from 'node:net';
import {networkInterfaces} from 'node:os';
import {inspect} from 'node:util';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {type NameServer} from '../../../source/clients/dns/dns.js';
import {createRfc2136} from '../../../source/clients/dns/rfc2136.js';
import {systemClock} from '../../../source/domain/clock.js';
import {
	dig,
	hasBind,
	nsupdate,
	rowOf,
	startBind,
	type Bind,
	type Key,
} from '../../support/bind.js';
import {describeNameServer} from './conformance.js';
import {change, openRfc2136 as open} from './rfc2136-fixture.js';

const isHere = hasBind();
const hasIpv6 = Object.values(networkInterfaces()).flat().some(face => face?.address === '::1');
if (!hasIpv6) {
	console.log('skipped: this machine has no IPv6 loopback');
}

describeNameServer('a name server that takes signed updates: BIND', isHere
	? async () => {
		const bind = await startBind();
		return {
			forward: open(bind.server, 'example.net', bind.key),
			reverse: open(bind.server, '113.0.203.in-addr.arpa', bind.key),
			put: async ({zone, name, type, content}) => bind.update(zone, `update add ${name}. 300 ${type} ${content}`),
			see: async (name, type) => dig(bind.server, name, type),
			close: bind.close,
		};
	}
	: undefined);

describe.skipIf(!isHere)('BIND', () => {
	let bind: Bind;
	let zone: NameServer;
	beforeAll(async () => {
		bind = await startBind();
		zone = open(bind.server, 'example.net', bind.key);
	});
	afterAll(async () => {
		await bind?.close();
	});

	test('takes keys of every algorithm, and its answers are verified', async () => {
		for (const key of bind.keys) {
			const name = `${key.name}.example.net`;
			const server = open(bind.server, 'example.net', key);
			await server.replace(change(name, [], ['203.0.113.1']));
			await expect(server.get({name, type: 'A'})).resolves.toEqual({values: ['203.0.113.1'], alias: null});
		}
	});

	test.skipIf(!hasIpv6)('is reached over IPv6', async () => {
		await expect(open(bind.server6, 'example.net', bind.key).check()).resolves.toEqual([]);
	});

	test.each([
		['another secret for the key', (key: Key): Key => ({...key, secret: 'd3Jvbmc='}), /another secret for the key upd-hmac-sha256 \(BADSIG\)/],
		['a key that it does not know', (key: Key): Key => ({...key, name: 'stranger'}), /does not know the key stranger with hmac-sha256 \(BADKEY\)/],
		['a secret that is no base64', (key: Key): Key => ({...key, secret: 'not base64!'}), /the secret of the key upd-hmac-sha256 is not base64/],
	])('refuses %s, and the error says so without the secret', async (_, other, words) => {
		const key = other(bind.key);
		const server = open(bind.server, 'example.net', key);
		for (const work of [async () => server.get({name: 'a.example.net', type: 'A'}), async () => server.replace(change('a.example.net', [], ['203.0.113.1'])), async () => server.check()]) {
			const error: unknown = await work().catch((error_: unknown) => error_);
			expect(error).toMatchObject({
				name: 'ClientError', kind: 'denied', scope: 'cluster', peer: 'example.net on rfc2136', message: expect.stringMatching(words),
			});
			expect(inspect(error, {depth: 9})).not.toContain(key.secret);
		}
	});

	test.each([
		['behind', 400, /^the server's clock is (?:399|400|401) s behind ours: do both keep time\? \(BADTIME\)$/],
		['ahead', -400, /^the server's clock is (?:399|400|401) s ahead of ours/],
	])('whose clock is %s says by how much', async (_, seconds, words) => {
		const server = open(bind.server, 'example.net', bind.key, {clock: {...systemClock, now: () => Date.now() + (seconds * 1000)}});
		await expect(server.replace(change('late.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'denied', scope: 'cluster', message: expect.stringMatching(words)});
		await expect(dig(bind.server, 'late.example.net', 'A')).resolves.toEqual([]);
	});

	test('says which zones it does not serve, or only around another', async () => {
		const stranger = open(bind.server, 'example.org', bind.key);
		await expect(stranger.get({name: 'a.example.org', type: 'A'})).rejects.toMatchObject({kind: 'missing', scope: 'item', message: expect.stringContaining('does not serve example.org')});
		await expect(stranger.replace(change('a.example.org', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'missing', message: expect.stringContaining('not the primary server of example.org')});
		await expect(stranger.check()).rejects.toMatchObject({kind: 'missing'});
		await expect(open(bind.server, 'sub.example.net', bind.key).check()).rejects.toMatchObject({kind: 'missing', message: expect.stringContaining('has no zone sub.example.net')});
	});

	test('says that a name lies in a part that was given away', async () => {
		await bind.update('example.net', 'update add away.example.net. 300 NS ns.example.org.');
		await expect(zone.get({name: 'vm.away.example.net', type: 'A'})).rejects.toMatchObject({kind: 'missing', message: expect.stringContaining('leaves away.example.net to other name servers')});
		await expect(zone.replace(change('vm.away.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('lets a key change what its policy allows, refuses the rest, and the check says that this is doubtful', async () => {
		const narrow = open(bind.server, 'example.net', bind.narrow);
		await expect(narrow.replace(change('other.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({
			kind: 'denied', scope: 'item', message: 'other.example.net A: ' + bind.server + ' answered REFUSED: its policy does not let the key narrow change that in example.net',
		});
		await narrow.replace(change('only.example.net', [], ['203.0.113.1']));
		await expect(narrow.get({name: 'only.example.net', type: 'A'})).resolves.toEqual({values: ['203.0.113.1'], alias: null});
		await expect(narrow.check()).resolves.toEqual([expect.stringContaining('cronsole-check.example.net A')]);
	});

	test('changes a set only while it is as it was seen', async () => {
		const name = 'raced.example.net';
		await zone.replace(change(name, [], ['203.0.113.1', '203.0.113.2']));
		await bind.update('example.net', `update add ${name}. 300 A 198.51.100.1`);
		await expect(zone.replace(change(name, ['203.0.113.1', '203.0.113.2'], ['203.0.113.3']))).rejects.toMatchObject({kind: 'transient', scope: 'item', message: expect.stringContaining('meanwhile')});
		await expect(zone.replace(change(name, [], ['203.0.113.3']))).rejects.toMatchObject({kind: 'transient'});
		await expect(zone.replace(change(name, ['203.0.113.1'], []))).rejects.toMatchObject({kind: 'transient'});
		expect((await dig(bind.server, name, 'A')).toSorted()).toEqual(['198.51.100.1', '203.0.113.1', '203.0.113.2']);
		await zone.replace(change(name, ['203.0.113.9'], ['203.0.113.2', '203.0.113.1', '198.51.100.1']));
	});

	test('says what stands in the way of an address', async () => {
		await bind.update('example.net', 'update add www.example.net. 300 CNAME elsewhere.example.org.', 'update add old.example.net. 300 DNAME example.org.');
		await expect(zone.replace(change('www.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'rejected', scope: 'item', message: 'www.example.net A: a CNAME to elsewhere.example.org stands there'});
		await zone.replace(change('www.example.net', [], []));
		await expect(zone.get({name: 'vm.old.example.net', type: 'A'})).resolves.toEqual({values: [], alias: null});
		await expect(zone.replace(change('vm.old.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'rejected', message: expect.stringContaining('vm.example.org')});
	});

	test('does not take a wildcard\'s CNAME for one of the name itself', async () => {
		await bind.update('example.net', 'update add *.any.example.net. 300 CNAME elsewhere.example.org.');
		await expect(zone.get({name: 'vm.any.example.net', type: 'A'})).resolves.toEqual({values: [], alias: null});
		await zone.replace(change('vm.any.example.net', [], ['203.0.113.1']));
		await expect(dig(bind.server, 'vm.any.example.net', 'A')).resolves.toEqual(['203.0.113.1']);
	});

	test('does not raise its serial for a change that changes nothing, nor for a look or a check', async () => {
		const name = 'same.example.net';
		await zone.replace(change(name, [], ['203.0.113.1']));
		const serial = await bind.serial('example.net');
		await zone.replace(change(name, ['203.0.113.1'], ['203.0.113.1']));
		await zone.replace(change('none.example.net', [], []));
		await zone.get({name, type: 'A'});
		await zone.check();
		await expect(bind.serial('example.net')).resolves.toBe(serial);
	});

	test('keeps zones whose names have a slash or an underscore', async () => {
		const part = open(bind.server, '0/25.113.0.203.in-addr.arpa', bind.key);
		const name = '5.0/25.113.0.203.in-addr.arpa';
		await part.replace(change(name, [], ['web1.example.net'], 'PTR'));
		await expect(part.get({name, type: 'PTR'})).resolves.toEqual({values: ['web1.example.net'], alias: null});
		await expect(part.check()).resolves.toEqual([]);
		const under = open(bind.server, 'my_zone.example.net', bind.key);
		await under.replace(change('a.my_zone.example.net', [], ['203.0.113.1']));
		await expect(dig(bind.server, 'a.my_zone.example.net', 'A')).resolves.toEqual(['203.0.113.1']);
	});

	test('gives back names that somebody wrote strangely as it takes them', async () => {
		const reverse = open(bind.server, '113.0.203.in-addr.arpa', bind.key);
		const name = '61.113.0.203.in-addr.arpa';
		await nsupdate(bind.server, '113.0.203.in-addr.arpa', bind.key, ['check-names no', String.raw`update add ${name}. 300 PTR Some\.BODY\007\032"x.Example.ORG.`]);
		const {values} = await reverse.get({name, type: 'PTR'});
		expect(values).toEqual([String.raw`some\.body\007\032"x.example.org`]);
		await reverse.replace(change(name, values, ['web1.example.net'], 'PTR'));
		await expect(reverse.get({name, type: 'PTR'})).resolves.toEqual({values: ['web1.example.net'], alias: null});
	});

	test('takes twenty changes at the same moment from as many of us', async () => {
		const row = rowOf(bind.server, 'example.net', bind.key);
		const driver = createRfc2136(row, {clock: systemClock});
		const names = Array.from({length: 20}, (_, index) => `burst${index}.example.net`);
		const go = {ask: () => undefined, signal: AbortSignal.timeout(5000)};
		const driven = driver.zone(row, 'example.net on rfc2136');
		const write = async (name: string): Promise<void> => driven.replace(change(name, [], ['203.0.113.1']), go);
		await Promise.all(names.map(async name => write(name)));
		for (const name of names) {
			await expect(zone.get({name, type: 'A'})).resolves.toEqual({values: ['203.0.113.1'], alias: null});
		}

		await driver.close();
	});

	test('did what was sent though its answer was lost: the next go sees it, and to do it again is success', async () => {
		const proxy = net.createServer(socket => {
			const [host, port] = bind.server.split(':', 2);
			const upstream = net.connect(Number(port), host);
			// What comes back ends here.
			socket.pipe(upstream).on('data', () => socket.destroy()).on('error', () => undefined);
			socket.on('error', () => undefined);
		}).listen(0, '127.0.0.1');
		await once(proxy, 'listening');
		const lossy = open(`127.0.0.1:${(proxy.address() as AddressInfo).port}`, 'example.net', bind.key);
		await expect(lossy.replace(change('lost.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'cluster'});
		proxy.close();
		await expect(zone.get({name: 'lost.example.net', type: 'A'})).resolves.toEqual({values: ['203.0.113.1'], alias: null});
		await zone.replace(change('lost.example.net', [], ['203.0.113.1']));
	});

	test('refuses a name that cannot be one, and nothing was sent', async () => {
		const name = `${'x'.repeat(64)}.example.net`;
		await expect(zone.replace(change(name, [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'rejected', scope: 'item'});
	});
});

test.skipIf(!isHere)('a BIND that was killed cannot be reached, and nothing was changed', async () => {
	const bind = await startBind();
	await bind.stop();
	const zone = open(bind.server, 'example.net', bind.key);
	await expect(zone.replace(change('a.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({
		kind: 'transient', scope: 'cluster', message: `${bind.server} cannot be reached: connection refused`,
	});
	await bind.close();
});
