import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {ClientError} from '../../../source/clients/client-error.js';
import {createDns} from '../../../source/clients/dns/create-dns.js';
import {type RecordChange} from '../../../source/clients/dns/dns.js';
import {systemClock} from '../../../source/domain/clock.js';
import {startNameServer, type SimulatedNameServer} from '../../../source/simulation/name-server.js';
import {connectTo, powerdnsZone, type Connected} from './powerdns-fixture.js';

const apiKey = 'the-key-that-nobody-may-see';
const change = (rest: Partial<RecordChange> = {}): RecordChange => ({
	name: 'web1.example.net', type: 'A', from: [], to: ['203.0.113.10'], ttl: 300, comment: 'cronsole v101', ...rest,
});

const failure = async (work: Promise<unknown>): Promise<ClientError> => {
	const error: unknown = await work.then(() => new Error('it went well')).catch((error: unknown) => error);
	expect(error).toBeInstanceOf(ClientError);
	return error as ClientError;
};

/** What a change came to. */
const refused = async (connected: Connected, rest: Partial<RecordChange> = {}): Promise<ClientError> => failure(connected.find().replace(change(rest)));

describe('a zone on PowerDNS', () => {
	let server: SimulatedNameServer;
	let connected: Connected;
	beforeEach(async () => {
		server = await startNameServer({zones: ['example.net', '0/25.113.0.203.in-addr.arpa', {name: 'copy.example', kind: 'Slave'}, {name: 'still.example', soaEditApi: ''}, {name: 'odd.example', soaEditApi: 'ODD'}], apiKey});
		connected = connectTo(server, {zones: ['example.net', '0/25.113.0.203.in-addr.arpa', 'copy.example', 'still.example', 'odd.example', 'gone.example']});
	});
	afterEach(async () => {
		server.faults.release();
		await connected.close();
		await server.close();
	});

	test('is written with its TTL, and what stands there already is not written again', async () => {
		await connected.find().replace(change());
		expect(server.find('web1.example.net', 'A')).toMatchObject({ttl: 300, records: [{content: '203.0.113.10', disabled: false}]});
		const serial = server.serial('example.net');
		await connected.find().replace(change());
		await connected.find().replace(change({name: 'nothing.example.net', from: ['203.0.113.10'], to: []}));
		expect(server.serial('example.net')).toBe(serial);
		expect(server.count('PATCH')).toBe(1);
	});

	test('gives an IPv6 address that somebody wrote in another spelling in the one text', async () => {
		server.put({
			zone: 'example.net', name: 'six.example.net', type: 'AAAA', content: '2001:DB8:0:0::1',
		});
		await expect(connected.find().get({name: 'six.example.net', type: 'AAAA'})).resolves.toEqual({values: ['2001:db8::1'], alias: null});
	});

	test('in a delegated part of a /24 is found by its name with the slash', async () => {
		const zone = connected.find('0/25.113.0.203.in-addr.arpa');
		await zone.replace(change({name: '7.0/25.113.0.203.in-addr.arpa', type: 'PTR', to: ['web1.example.net']}));
		expect(server.see('7.0/25.113.0.203.in-addr.arpa', 'PTR')).toEqual(['web1.example.net.']);
		await expect(zone.get({name: '7.0/25.113.0.203.in-addr.arpa', type: 'PTR'})).resolves.toEqual({values: ['web1.example.net'], alias: null});
	});

	test('is not written where somebody else changed the set since it was looked at', async () => {
		server.put({
			zone: 'example.net', name: 'web1.example.net', type: 'A', content: '198.51.100.1',
		});
		const error = await refused(connected);
		expect(error).toMatchObject({kind: 'transient', scope: 'item', peer: 'example.net on powerdns'});
		expect(server.see('web1.example.net', 'A')).toEqual(['198.51.100.1']);
	});

	test('is not written beside a CNAME, and nothing is sent', async () => {
		server.put({
			zone: 'example.net', name: 'web1.example.net', type: 'CNAME', content: 'other.example.org.',
		});
		expect(await refused(connected)).toMatchObject({kind: 'rejected', scope: 'item', message: 'web1.example.net A: a CNAME to other.example.org stands there'});
		expect(server.count('PATCH')).toBe(0);
	});

	test('shows nothing of a hostile name but plain text', async () => {
		server.put({
			zone: 'example.net', name: 'web1.example.net', type: 'CNAME', content: '\u{1B}[31mred\u{202E}.example.org.',
		});
		await expect(connected.find().get({name: 'web1.example.net', type: 'A'})).resolves.toEqual({values: [], alias: 'red.example.org'});
	});

	test('whose database is busy is a matter of that one change, which can be tried again', async () => {
		server.faults.failChanges(1);
		expect(await refused(connected)).toMatchObject({
			kind: 'transient', scope: 'item', status: 500, message: 'PowerDNS failed: Internal Server Error (500)',
		});
		await connected.find().replace(change());
		expect(server.see('web1.example.net', 'A')).toEqual(['203.0.113.10']);
	});

	test('says in the server\'s own words what it does not take', async () => {
		const error = await refused(connected, {to: ['999.1.1.1']});
		expect(error).toMatchObject({kind: 'rejected', scope: 'item', status: 422});
		expect(error.message).toBe('PowerDNS does not take it: Record web1.example.net./A \'999.1.1.1\': Parsing record content (try \'pdnsutil check-zone\'): unable to parse IP address (422)');
	});

	test('that is not there is missing', async () => {
		for (const work of [connected.find('gone.example').get({name: 'a.gone.example', type: 'A'}), connected.find('gone.example').check()]) {
			expect(await failure(work)).toMatchObject({
				kind: 'missing', scope: 'item', status: 404, peer: 'gone.example on powerdns',
			});
		}
	});

	test('of which only a copy is there cannot be used, and one whose serial never rises is doubtful', async () => {
		expect(await failure(connected.find('copy.example').check())).toMatchObject({kind: 'rejected'});
		await expect(connected.find('still.example').check()).resolves.toEqual([expect.stringContaining('`soa_edit_api` is not set')]);
		await expect(connected.find('odd.example').check()).resolves.toEqual([expect.stringContaining('“ODD”')]);
	});

	test('with a wrong key is denied for the whole server, and the key is in no error', async () => {
		const row = powerdnsZone({url: server.url, apiKey: 'not-the-key-either'});
		const dns = createDns(() => [row], {clock: systemClock});
		const error = await failure(dns.reader.find(row)!.check());
		expect(error).toMatchObject({kind: 'denied', scope: 'cluster', status: 401});
		server.faults.answerWith({status: 422, headers: {'content-type': 'application/json'}, body: JSON.stringify({error: 'X-API-Key not-the-key-either is bad'})});
		const quoting = await failure(dns.reader.find(row)!.check());
		expect(quoting.message).toContain('X-API-Key •••• is bad');
		await dns.close();
	});

	test('whose answer to a change is lost is not known to be changed; a look tells', async () => {
		server.faults.loseAnswers(1);
		expect(await refused(connected)).toMatchObject({kind: 'unknown-outcome', scope: 'cluster'});
		expect(server.see('web1.example.net', 'A')).toEqual(['203.0.113.10']);
	});

	test.for([
		['a page', {status: 200, headers: {'content-type': 'text/html'}, body: '<html>'}],
		['JSON that is no zone', {status: 200, headers: {'content-type': 'application/json'}, body: '[]'}],
		['half of a JSON text', {status: 200, headers: {'content-type': 'application/json'}, body: '{"name":'}],
	] as const)('behind which something else answers with %s is a fault of the server', async ([, answer]) => {
		server.faults.answerWith(answer);
		const error = await failure(connected.find().get({name: 'web1.example.net', type: 'A'}));
		expect(error).toMatchObject({kind: 'transient', scope: 'cluster'});
		expect(error.message).toContain('PowerDNS API?');
	});

	test('does not take the key along to wherever it is sent', async () => {
		const other = await startNameServer({zones: ['example.net'], apiKey});
		server.faults.answerWith({status: 302, headers: {location: `${other.url}/api/v1/servers/localhost/zones/example.net.`}});
		expect(await failure(connected.find().check())).toMatchObject({kind: 'transient', scope: 'cluster', status: 302});
		expect(other.count()).toBe(0);
		await other.close();
	});

	test('under a path, with a final slash or with the API\'s own path is one and the same', async () => {
		for (const url of [`${server.url}/`, `${server.url}/api/v1`, `${server.url}/api/v1/`]) {
			const row = powerdnsZone({url, apiKey});
			const dns = createDns(() => [row], {clock: systemClock});
			await expect(dns.reader.find(row)!.check()).resolves.toEqual([]);
			await dns.close();
		}
	});
});
