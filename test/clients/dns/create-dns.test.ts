import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {createDns} from '../../../source/clients/dns/create-dns.js';
import {type NameServer} from '../../../source/clients/dns/dns.js';
import {systemClock} from '../../../source/domain/clock.js';
import {type DnsSettings} from '../../../source/domain/settings.js';
import {startNameServer, type SimulatedNameServer} from '../../../source/simulation/name-server.js';
import {hasPdns, startPdns} from '../../support/pdns.js';
import {connectTo, powerdnsZone} from './powerdns-fixture.js';

const apiKey = 'a key';
const zones = ['example.net', 'example.org', '113.0.203.in-addr.arpa'];

const write = async (server: NameServer, name: string, to: readonly string[] = ['203.0.113.10']): Promise<void> => server.replace({
	name, type: 'A', from: [], to, ttl: 300, comment: 'cronsole v101',
});

/** Resolves to what it failed with, or to null. */
const failureOf = async (work: Promise<unknown>): Promise<any> => work.then(() => null).catch((error: unknown) => error);

/** What a change came to. */
const refusedWrite = async (server: NameServer, name: string): Promise<any> => failureOf(write(server, name));

/** A clock whose monotonic time is put forward by hand. */
const createClock = () => {
	let ahead = 0;
	return {
		now: () => systemClock.now() + ahead,
		monotonic: () => systemClock.monotonic() + ahead,
		advance(ms: number) {
			ahead += ms;
		},
	};
};

describe('the name servers of a config', () => {
	let server: SimulatedNameServer;
	let clock: ReturnType<typeof createClock>;
	beforeEach(async () => {
		server = await startNameServer({zones, apiKey});
		clock = createClock();
	});
	afterEach(async () => {
		server.faults.release();
		await server.close();
	});

	test('are found by zone and name, as the config is at that moment', async () => {
		let rows: readonly DnsSettings[] = [powerdnsZone(server)];
		const dns = createDns(() => rows, {clock});
		const place = {zone: 'example.net', nameServer: 'powerdns'};
		expect(dns.reader.find(place)).toMatchObject({place, title: `PowerDNS at ${server.url}`});
		expect(dns.reader.find({...place, nameServer: 'powerdns-2'})).toBeUndefined();
		rows = [];
		dns.reset();
		expect(dns.reader.find(place)).toBeUndefined();
		await dns.close();
	});

	test('are asked where they are now, once their URL has changed', async () => {
		const other = await startNameServer({zones, apiKey});
		let rows = [powerdnsZone(server)];
		const dns = createDns(() => rows, {clock});
		await dns.reader.find(rows[0]!)!.check();
		rows = [powerdnsZone(other)];
		dns.reset();
		await dns.reader.find(rows[0]!)!.check();
		expect([server.count(), other.count()]).toEqual([1, 1]);
		await dns.close();
		await other.close();
	});

	test('let nobody change anything who may only look', async () => {
		const {dns, close} = connectTo(server, {zones});
		const reader = dns.reader.find({zone: 'example.net', nameServer: 'powerdns'})!;
		expect(await refusedWrite(reader, 'web1.example.net')).toMatchObject({message: expect.stringContaining('looking only')});
		await expect(reader.get({name: 'web1.example.net', type: 'A'})).resolves.toEqual({values: [], alias: null});
		expect(server.count('PATCH')).toBe(0);
		await close();
	});

	test('get no change from somebody whose lease ends while the change waits or while the zone is looked at', async () => {
		for (const goodFor of [0, 1]) {
			let asked = 0;
			const {find, close} = connectTo(server, {
				zones,
				guard() {
					if (asked++ >= goodFor) {
						throw new Error('the lease is over');
					}
				},
			});
			expect(await refusedWrite(find(), 'web1.example.net')).toMatchObject({message: 'the lease is over'});
			await close();
		}

		expect(server.count('PATCH')).toBe(0);
		expect(server.count('GET')).toBe(1);
	});

	test('are left alone for ten seconds when one cannot be reached, with the same error for all of its zones; then one asks first', async () => {
		const {find, close} = connectTo(server, {zones, clock});
		await server.faults.refuse();
		const first = await failureOf(find().check());
		expect(first).toMatchObject({
			kind: 'transient', scope: 'cluster', retryAfterMs: null, peer: 'example.net on powerdns',
		});
		expect(first.message).toContain('connection refused');

		await server.faults.accept();
		const second = await refusedWrite(find('example.org'), 'web1.example.org');
		expect(second).toMatchObject({
			kind: 'transient', scope: 'cluster', peer: 'example.org on powerdns', message: first.message, retryAfterMs: expect.closeTo(10_000, -3) as unknown,
		});
		expect(server.count()).toBe(0);

		clock.advance(10_001);
		server.faults.hang();
		const probe = failureOf(find().check());
		expect(await failureOf(find('example.org').check())).toMatchObject({kind: 'transient', scope: 'cluster', retryAfterMs: 1000});
		await expect.poll(() => server.count()).toBe(1);
		server.faults.release();
		expect(await probe).toMatchObject({kind: 'transient', scope: 'cluster'});

		clock.advance(10_001);
		await find().check();
		await find('example.org').check();
		await close();
	});

	test('are left alone for as long as one wants, and another one is not', async () => {
		const other = await startNameServer({zones, apiKey});
		const rows = [powerdnsZone(server), powerdnsZone(other, 'example.net', 'powerdns-2')];
		const dns = createDns(() => rows, {clock});
		const [busy, idle] = rows.map(row => dns.guardedBy(() => undefined).find(row)!);
		server.faults.answerWith({status: 429, headers: {'retry-after': '120'}, body: 'slow down'});
		expect(await failureOf(busy!.check())).toMatchObject({
			kind: 'transient', scope: 'cluster', status: 429, retryAfterMs: 120_000,
		});

		clock.advance(100_000);
		dns.reset();
		const early = await failureOf(busy!.check());
		expect(early).toMatchObject({scope: 'cluster', status: 429});
		expect(early.retryAfterMs).toBeGreaterThan(19_000);
		expect(early.retryAfterMs).toBeLessThanOrEqual(20_000);
		expect(server.count()).toBe(1);
		await idle!.check();

		clock.advance(20_001);
		await busy!.check();
		await dns.close();
		await other.close();
	});

	test('are left alone for an hour at most, whatever they want', async () => {
		const {find, close} = connectTo(server, {zones, clock});
		server.faults.answerWith({status: 503, headers: {'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT'}, body: 'for ever'});
		await failureOf(find().check());
		clock.advance(3_600_001);
		await find().check();
		await close();
	});

	test('are not left alone for what is the matter with one record or one zone', async () => {
		const {find, close} = connectTo(server, {zones: [...zones, 'gone.example'], clock});
		server.faults.failChanges(1);
		expect(await refusedWrite(find(), 'web1.example.net')).toMatchObject({scope: 'item'});
		expect(await failureOf(find('gone.example').check())).toMatchObject({kind: 'missing'});
		await write(find(), 'web1.example.net');
		await close();
	});

	test('that hang hold nobody longer than five seconds, and whoever waits behind sends nothing', async () => {
		const {find, close} = connectTo(server, {zones});
		server.faults.hang('PATCH');
		const startedAt = performance.now();
		const [sent, ...behind] = await Promise.all(['a', 'b', 'c', 'd'].map(async name => refusedWrite(find(), `${name}.example.net`)));
		expect(performance.now() - startedAt).toBeLessThan(6500);
		expect(sent).toMatchObject({kind: 'unknown-outcome', scope: 'cluster', message: expect.stringMatching(/^PATCH was sent to 127\.0\.0\.1:\d+ and no answer came: no answer within [45]\.\d s$/)});
		expect(behind.map(({kind, scope, retryAfterMs}) => [kind, scope, retryAfterMs! > 0])).toEqual(Array.from({length: 3}, () => ['transient', 'cluster', true]));
		expect(server.count('PATCH')).toBe(1);
		await close();
	});
});

describe.skipIf(!hasPdns())('a real PowerDNS on SQLite', () => {
	test('takes twenty changes at once in three zones, none of which fails', async () => {
		const server = await startPdns(zones);
		const {find, close} = connectTo(server, {zones});
		const names = Array.from({length: 20}, (_, index) => `vm${index}.${index % 2 === 0 ? 'example.net' : 'example.org'}`);
		const zoneOf = (name: string) => find(name.slice(name.indexOf('.') + 1));
		await Promise.all(names.flatMap((name, index) => [
			write(zoneOf(name), name, [`203.0.113.${index + 1}`]),
			find('113.0.203.in-addr.arpa').replace({
				name: `${index + 1}.113.0.203.in-addr.arpa`, type: 'PTR', from: [], to: [name], ttl: 300, comment: '',
			}),
			find().get({name, type: 'A'}),
		]));
		const seen = await Promise.all(names.map(async (name, index) => Promise.all([server.see(name, 'A'), server.see(`${index + 1}.113.0.203.in-addr.arpa`, 'PTR')])));
		expect(seen).toEqual(names.map((name, index) => [[`203.0.113.${index + 1}`], [name]]));
		await close();
		await server.close();
	});
});
