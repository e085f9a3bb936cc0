import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {cluster, load, problemsOf} from './load.js';

const powerdns = (zone: string, more = '') => `  - {zone: ${zone}, provider: powerdns, url: "http://127.0.0.1:8081", apiKey: {env: KEY}${more}}\n`;
const cloudflare = (zone: string, more = '') => `  - {zone: ${zone}, provider: cloudflare, token: {env: KEY}${more}}\n`;
const rfc2136 = (zone: string, more = '') => `  - {zone: ${zone}, provider: rfc2136, server: "127.0.0.1:53", keyName: cronsole, algorithm: hmac-sha256, keySecret: {env: KEY}${more}}\n`;

const env = {KEY: 'c2VjcmV0', OTHER: 'not base64!'};
const read = async (rows: string) => load(`dns:\n${rows}`, {env});
const problems = async (rows: string) => problemsOf(`dns:\n${rows}`, {env});

test('a zone is taken in lower case and without its final dot, a reverse one and a part of a /24 too', async () => {
	const {dns} = await read(['Example.NET.', '113.0.203.in-addr.arpa', '0/25.113.0.203.in-addr.arpa', '128-191.113.0.203.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa.', '_acme.example.net']
		.map(zone => powerdns(`"${zone}"`)).join(''));
	expect(dns.map(({zone}) => zone)).toEqual([
		'example.net', '113.0.203.in-addr.arpa', '0/25.113.0.203.in-addr.arpa', '128-191.113.0.203.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa', '_acme.example.net',
	]);
});

test('each provider has what it is spoken to with, and the rest at its default', async () => {
	const {dns} = await read(powerdns('a.net', ', reserved: [WWW, "@", ns1.dc]') + rfc2136('b.net') + cloudflare('c.net'));
	expect(dns).toMatchObject([
		{
			zone: 'a.net', nameServer: 'powerdns', provider: 'powerdns', url: 'http://127.0.0.1:8081', serverId: 'localhost', reserved: ['www', '@', 'ns1.dc'],
		},
		{
			zone: 'b.net', nameServer: 'rfc2136', provider: 'rfc2136', server: '127.0.0.1:53', keyName: 'cronsole', algorithm: 'hmac-sha256', reserved: [],
		},
		{
			zone: 'c.net', nameServer: 'cloudflare', provider: 'cloudflare', url: null, reserved: [],
		},
	]);
	expect(inspect(dns, {depth: 9, showHidden: true}) + JSON.stringify(dns)).not.toContain(env.KEY);
});

test('a name server is named by its kind, the second of a kind with the same zone with a number, wherever it is reached', async () => {
	const rows = (port: string) => powerdns('a.net') + powerdns('b.net') + powerdns('a.net').replace('8081', () => port) + cloudflare('a.net') + powerdns('A.net.').replace('8081', '8099');
	const [one, other] = await Promise.all([read(rows('8082')), read(rows('9082'))]);
	expect(one.dns.map(({zone, nameServer}) => `${zone} on ${nameServer}`)).toEqual(['a.net on powerdns', 'b.net on powerdns', 'a.net on powerdns-2', 'a.net on cloudflare', 'a.net on powerdns-3']);
	expect(other.dns.map(({nameServer}) => nameServer)).toEqual(one.dns.map(({nameServer}) => nameServer));
});

test.each([
	['PowerDNS', powerdns('a.net') + powerdns('b.net') + powerdns('A.net.').replace('8081', '8081/')],
	['a server of RFC 2136 with the same key', rfc2136('a.net') + rfc2136('b.net') + rfc2136('a.net').replace('cronsole', 'Cronsole.')],
	['Cloudflare, whatever the token', cloudflare('a.net') + cloudflare('b.net') + cloudflare('a.net').replace('KEY', 'OTHER')],
])('the same zone twice at the very same server is a problem at its line: %s', async (_, rows) => {
	await expect(problems(rows)).resolves.toEqual(['4: dns[2].zone: the zone a.net stands there twice at the same server']);
});

test.each([
	['two servers of one PowerDNS', powerdns('a.net') + powerdns('a.net', ', serverId: second')],
	['two views of one BIND', rfc2136('a.net') + rfc2136('a.net').replace('cronsole', 'inside')],
	['two providers', powerdns('a.net') + rfc2136('a.net') + cloudflare('a.net')],
])('the same zone on %s is right', async (_, rows) => {
	await expect(problems(rows)).resolves.toEqual([]);
});

test.each([
	['a name that is none', powerdns('"a..net"'), '2: dns[0].zone: must be the name of a zone'],
	['the root', powerdns('"."'), '2: dns[0].zone: must be the name of a zone'],
	['a key that is not base64', rfc2136('a.net').replace('KEY', 'OTHER'), '2: dns[0].keySecret: must be the key in base64, as tsig-keygen prints it'],
	['a key that is not there', rfc2136('a.net').replace('KEY', 'NONE'), '2: dns[0].keySecret.env: the environment has no NONE'],
	['an unknown algorithm', rfc2136('a.net').replace('sha256', 'sha257'), '2: dns[0].algorithm: must be one of hmac-sha256, hmac-sha512, hmac-sha384, hmac-sha224, hmac-sha1, hmac-md5; did you mean hmac-sha256?'],
	['a server without a port', rfc2136('a.net').replace(':53', ''), '2: dns[0].server: must be a server with its port, such as "127.0.0.1:53"'],
	['a port that is none', rfc2136('a.net').replace(':53', ':70000'), '2: dns[0].server: must have a port between 1 and 65535'],
	['a URL that is none', powerdns('a.net').replace('http:', 'ftp:'), '2: dns[0].url: must be an http:// or https:// URL'],
	['a secret in a URL, which would be shown', powerdns('a.net').replace('http://', 'http://me:secret@'), '2: dns[0].url: must have neither a user nor a password: nothing in a URL is kept secret'],
	['a user in a URL', cloudflare('a.net', ', url: "https://me@127.0.0.1/"'), '2: dns[0].url: must have neither a user nor a password: nothing in a URL is kept secret'],
	['a URL with a query', powerdns('a.net').replace('8081', '8081/?a=b'), '2: dns[0].url: must end with its path: no ? and no #'],
	['a reserved name that is a pattern', powerdns('a.net', ', reserved: ["ns*"]'), '2: dns[0].reserved[0]: must be a name within the zone, or @ for the zone itself'],
	['a key of another provider', cloudflare('a.net', ', apiKey: x'), '2: dns[0].apiKey: unknown key'],
])('%s is a problem at its line, and no secret is told', async (_, rows, problem) => {
	const found = await problems(rows);
	expect(found).toHaveLength(1);
	expect(found[0]).toContain(problem);
	expect(found.join('\n')).not.toContain(env.OTHER);
});

const pool = (first: string, last: string, prefix: number, genericPtr: string) =>
	`clusters:\n${cluster('fra1')}pools:\n  - {name: a, cluster: fra1, bridge: vmbr0, prefix: ${prefix}, gateway: "${first}", first: "${first}", last: "${last}", genericPtr: "${genericPtr}"}\n`;

test.each([
	['{ip}.static.example.net', []],
	['{ip}.Static.example.net.', []],
	['static.example.net', ['8: pools[0].genericPtr: must contain {ip}']],
	['vm_{ip}.example.net', ['8: pools[0].genericPtr: gives no hostname: vm_203-0-113-99.example.net']],
	['{ip}..example.net', ['8: pools[0].genericPtr: gives no hostname: 203-0-113-99..example.net']],
])('a generic name %s of an IPv4 pool gives %j', async (pattern, expected) => {
	await expect(problemsOf(pool('203.0.113.10', '203.0.113.99', 24, pattern))).resolves.toEqual(expected);
});

test('a generic name of an IPv6 pool must have room for all of its digits', async () => {
	const six = (pattern: string) => pool('2001:db8::10', '2001:db8::ff', 64, pattern);
	const tooLong = six('a'.repeat(30) + '{ip}.example.net');
	await expect(problemsOf(six('{ip}.static.example.net'))).resolves.toEqual([]);
	await expect(problemsOf(tooLong)).resolves.toEqual([expect.stringContaining('8: pools[0].genericPtr: gives no hostname: aaa')]);
});
