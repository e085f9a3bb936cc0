import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {type NameServer} from '../../../source/clients/dns/dns.js';
import {systemClock} from '../../../source/domain/clock.js';
import {type Key} from '../../support/bind.js';
import {hasPdns, startPdns, type Pdns} from '../../support/pdns.js';
import {describeNameServer} from './conformance.js';
import {change, openRfc2136 as open} from './rfc2136-fixture.js';

const isHere = hasPdns();
const keyOf = ({keyName, algorithm, keySecret}: Pdns): Key => ({name: keyName, algorithm, secret: keySecret});

describeNameServer('a name server that takes signed updates: PowerDNS', isHere
	? async () => {
		const pdns = await startPdns();
		return {
			forward: open(pdns.server, 'example.net', keyOf(pdns)),
			reverse: open(pdns.server, '113.0.203.in-addr.arpa', keyOf(pdns)),
			put: pdns.put, see: pdns.see, close: pdns.close,
		};
	}
	: undefined);

describe.skipIf(!isHere)('PowerDNS, by signed updates', () => {
	let pdns: Pdns;
	let zone: NameServer;
	beforeAll(async () => {
		pdns = await startPdns();
		zone = open(pdns.server, 'example.net', keyOf(pdns));
	});
	afterAll(async () => {
		await pdns?.close();
	});

	test.each([
		['another secret for the key', (key: Key): Key => ({...key, secret: 'd3Jvbmc='}), 0],
		['a key that it does not know', (key: Key): Key => ({...key, name: 'stranger'}), 0],
		['another algorithm', (key: Key): Key => ({...key, algorithm: 'hmac-sha512'}), 0],
		['a clock that is late', (key: Key): Key => key, -400_000],
	])('leaves its refusal unsigned where we have %s: a look is told what to see to, and a change did nothing', async (_, other, ms) => {
		const server = open(pdns.server, 'example.net', other(keyOf(pdns)), {clock: {...systemClock, now: () => Date.now() + ms}});
		const words = expect.stringContaining('without a signature: does it know the key');
		await expect(server.get({name: 'a.example.net', type: 'A'})).rejects.toMatchObject({kind: 'denied', scope: 'cluster', message: words});
		await expect(server.check()).rejects.toMatchObject({kind: 'denied', scope: 'cluster', message: words});
		await expect(server.replace(change('a.example.net', [], ['203.0.113.1']))).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'cluster', message: words});
		await expect(pdns.see('a.example.net', 'A')).resolves.toEqual([]);
	});

	test('says which zones it does not serve', async () => {
		const server = open(pdns.server, 'example.org', keyOf(pdns));
		await expect(server.get({name: 'a.example.org', type: 'A'})).rejects.toMatchObject({kind: 'missing', scope: 'item'});
		await expect(server.check()).rejects.toMatchObject({kind: 'missing', scope: 'item'});
		await expect(server.replace(change('a.example.org', [], ['203.0.113.1']))).rejects.toMatchObject({kind: expect.stringMatching(/^(?:missing|denied)$/), scope: 'item'});
	});

	test('changes a set only while it is as it was seen', async () => {
		const name = 'raced.example.net';
		await zone.replace(change(name, [], ['203.0.113.1', '203.0.113.2']));
		await pdns.put({
			zone: 'example.net', name, type: 'A', content: '198.51.100.1',
		});
		await expect(zone.replace(change(name, ['203.0.113.1', '203.0.113.2'], ['203.0.113.3']))).rejects.toMatchObject({kind: 'transient', message: expect.stringContaining('meanwhile')});
		await expect(zone.replace(change(name, [], ['203.0.113.3']))).rejects.toMatchObject({kind: 'transient'});
		expect((await pdns.see(name, 'A')).toSorted()).toEqual(['198.51.100.1', '203.0.113.1', '203.0.113.2']);
	});

	test('does not raise its serial for a change that changes nothing, nor for a look or a check', async () => {
		const name = 'same.example.net';
		await zone.replace(change(name, [], ['203.0.113.1']));
		const serial = await pdns.serial('example.net');
		await zone.replace(change(name, ['203.0.113.1'], ['203.0.113.1']));
		await zone.replace(change('none.example.net', [], []));
		await zone.get({name, type: 'A'});
		await zone.check();
		await expect(pdns.serial('example.net')).resolves.toBe(serial);
	});
});
