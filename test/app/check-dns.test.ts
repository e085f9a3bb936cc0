import {expect, onTestFinished, test} from 'vitest';
import {checkDns} from '../../source/app/check-dns.js';
import {type CheckLine} from '../../source/app/check-line.js';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {createSecret} from '../../source/config/secret.js';
import {systemClock} from '../../source/domain/clock.js';
import {type DnsSettings, type PoolSettings} from '../../source/domain/settings.js';
import {startCloudflare} from '../clients/dns/cloudflare-server.js';
import {refusingUrl} from '../support/https-server.js';

const row = (zone: string, url = 'http://127.0.0.1:9/client/v4'): DnsSettings => ({
	zone, nameServer: 'cloudflare', provider: 'cloudflare', token: createSecret('cf-token'), url, reserved: [],
});

const pool = (first: string, last: string, more: Partial<PoolSettings> = {}): PoolSettings => ({
	name: 'a', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: first, prefix: 24, first, last, resolvers: [], alertBelow: 5, quarantineMs: 0, genericPtr: null, ...more,
});

const linesOf = async (dns: readonly DnsSettings[], pools: readonly PoolSettings[] = []): Promise<readonly CheckLine[]> => {
	const connections = createDns(() => dns, {clock: systemClock});
	onTestFinished(connections.close);
	const lines: CheckLine[] = [];
	await checkDns({
		settings: {dns, pools}, dns: connections.reader, report(line) {
			lines.push(line);
		},
	});
	return lines;
};

test('each zone has its line, in the order of the config: well, doubtful, or why it cannot be used', async () => {
	const zone = (id: string, name: string, status: string) => ({
		id, name, status, type: 'full',
	});
	const server = await startCloudflare([zone('z1', 'a.net', 'active'), zone('z2', 'b.net', 'pending')]);
	onTestFinished(server.close);
	const gone = (await refusingUrl()).replace('https', 'http');
	const lines = await linesOf([row('d.net', gone), row('a.net', server.url), row('b.net', server.url), row('c.net', server.url)]);
	expect(lines).toEqual([
		{subject: 'zone d.net on cloudflare', result: 'failed', message: expect.stringContaining('cannot be reached: connection refused')},
		{subject: 'zone a.net on cloudflare', result: 'ok', message: `Cloudflare at ${server.url}`},
		{subject: 'zone b.net on cloudflare', result: 'warning', message: expect.stringMatching(/^Cloudflare at .*: it is pending at Cloudflare/)},
		{subject: 'zone c.net on cloudflare', result: 'failed', message: expect.stringContaining('shows this token no zone c.net')},
	]);
	expect(server.requests.every(({method}) => method === 'GET')).toBe(true);
});

const poolLine = async (zones: readonly string[], of: PoolSettings) => {
	const lines = await linesOf(zones.map(zone => row(zone)), [of]);
	return lines.filter(({subject}) => subject === 'pool a').map(({result, message}) => `${result}: ${message}`);
};

const v4 = pool('203.0.113.10', '203.0.113.99');
const wide = pool('203.0.112.10', '203.0.115.250', {prefix: 22});

test.each([
	['a zone around it', ['113.0.203.in-addr.arpa'], v4, ['ok: the names of its addresses are written in 113.0.203.in-addr.arpa on cloudflare']],
	['a part of the /24', ['0/25.113.0.203.in-addr.arpa'], v4, ['ok: the names of its addresses are written in 0/25.113.0.203.in-addr.arpa on cloudflare']],
	['no reverse zone', ['example.net'], v4, ['ok: no zone for 10.113.0.203.in-addr.arpa: names of its addresses are not written']],
	['no reverse zone but a generic name', ['example.net'], {...v4, genericPtr: '{ip}.example.net'}, [
		'warning: no zone for 10.113.0.203.in-addr.arpa: names of its addresses are not written, nor what genericPtr says',
	]],
	['no zone at all', [], v4, []],
	['no zone at all but a generic name', [], {...v4, genericPtr: '{ip}.example.net'}, [
		'warning: no zone for 10.113.0.203.in-addr.arpa: names of its addresses are not written, nor what genericPtr says',
	]],
	['a part that ends before it does', ['0/26.113.0.203.in-addr.arpa'], v4, [
		'warning: no zone for 64.113.0.203.in-addr.arpa: names of its addresses are not written there, others are in 0/26.113.0.203.in-addr.arpa on cloudflare',
	]],
	['three zones of four', ['112.0.203.in-addr.arpa', '113.0.203.in-addr.arpa', '115.0.203.in-addr.arpa'], wide, [
		'warning: no zone for 0.114.0.203.in-addr.arpa: names of its addresses are not written there, others are in '
		+ '112.0.203.in-addr.arpa on cloudflare, 113.0.203.in-addr.arpa on cloudflare, 115.0.203.in-addr.arpa on cloudflare',
	]],
	['a zone of IPv6', ['8.b.d.0.1.0.0.2.ip6.arpa'], pool('2001:db8::10', '2001:db8::ffff:ffff:ffff:ffff', {family: 6, prefix: 64}), ['ok: the names of its addresses are written in 8.b.d.0.1.0.0.2.ip6.arpa on cloudflare']],
])('of a pool with %s it is said where its names are written', async (_, zones, of, expected) => {
	await expect(poolLine(zones, of)).resolves.toEqual(expected);
});
