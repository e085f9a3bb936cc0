import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {startNameServer, type SimulatedNameServer} from '../../source/simulation/name-server.js';
import {hasPdns, startPdns, type Pdns} from '../support/pdns.js';

const zones = ['example.net', '113.0.203.in-addr.arpa', '0/25.2.0.192.in-addr.arpa'];
const zone = '/api/v1/servers/localhost/zones/example.net.';
const reverse = '/api/v1/servers/localhost/zones/113.0.203.in-addr.arpa.';

type Case = {
	readonly title: string;
	readonly method?: string;
	readonly target?: string;
	readonly key?: string | null;
	/** Sent as it is where it is text. */
	readonly body?: unknown;
};

const set = (name: string, type: string, contents: readonly string[], rest: Readonly<Record<string, unknown>> = {}) => ({
	rrsets: [{
		name, type, ttl: 300, changetype: 'REPLACE', records: contents.map(content => ({content, disabled: false})), ...rest,
	}],
});

const patch = (title: string, body: unknown, target = zone): Case => ({
	title, method: 'PATCH', body, target,
});

// In this order: what one leaves is there for the next.
const cases: readonly Case[] = [
	{title: 'no key', key: null},
	{title: 'a wrong key', key: 'wrong'},
	{title: 'a zone that is not there', target: '/api/v1/servers/localhost/zones/example.org.'},
	{
		title: 'a change of a zone that is not there', method: 'PATCH', target: '/api/v1/servers/localhost/zones/example.org.', body: set('a.example.org.', 'A', ['203.0.113.1']),
	},
	{title: 'another server id', target: '/api/v1/servers/elsewhere/zones/example.net.'},
	{title: 'a path that is none', target: '/api/v1/servers/localhost/nothing'},
	{title: 'a method that is none', method: 'POST', body: {}},
	patch('no JSON', '{'),
	patch('no sets', {}),
	patch('a good set', set('a.example.net.', 'A', ['203.0.113.1', '203.0.113.2'], {comments: [{content: 'cronsole v1', account: 'cronsole'}]})),
	patch('a bad address', set('b.example.net.', 'A', ['999.1.1.1'])),
	patch('an address of the other family', set('b.example.net.', 'A', ['2001:db8::1'])),
	patch('an IPv6 address in another spelling', set('b.example.net.', 'AAAA', ['2001:DB8:0::1'])),
	patch('a canonical IPv6 address', set('b.example.net.', 'AAAA', ['2001:db8::1'])),
	patch('a name without its final dot', set('c.example.net', 'A', ['203.0.113.1'])),
	patch('a name out of the zone', set('x.other.org.', 'A', ['203.0.113.1'])),
	patch('a CNAME beside an address', set('a.example.net.', 'CNAME', ['b.example.net.'])),
	patch('a CNAME', set('alias.example.net.', 'CNAME', ['b.example.net.'])),
	patch('an address beside a CNAME', set('alias.example.net.', 'A', ['203.0.113.1'])),
	patch('two CNAMEs', set('two.example.net.', 'CNAME', ['a.example.net.', 'b.example.net.'])),
	patch('the same value twice', set('d.example.net.', 'A', ['203.0.113.1', '203.0.113.1'])),
	patch('no TTL', set('d.example.net.', 'A', ['203.0.113.1'], {ttl: undefined})),
	patch('an unknown kind of change', set('d.example.net.', 'A', ['203.0.113.1'], {changetype: 'CHANGE'})),
	patch('neither records nor comments', set('d.example.net.', 'A', [], {records: undefined})),
	patch('an unknown type', set('d.example.net.', 'NOSUCH', ['x'])),
	patch('text without quotes', set('d.example.net.', 'TXT', ['bare'])),
	patch('one set twice', {rrsets: [...set('e.example.net.', 'A', ['203.0.113.1']).rrsets, ...set('e.example.net.', 'A', ['203.0.113.2']).rrsets]}),
	patch('a good set with a bad one', {rrsets: [...set('f.example.net.', 'A', ['203.0.113.1']).rrsets, ...set('g.example.net.', 'A', ['999.1.1.1']).rrsets]}),
	patch('a pointer without its final dot', set('1.113.0.203.in-addr.arpa.', 'PTR', ['a.example.net']), reverse),
	patch('a pointer', set('1.113.0.203.in-addr.arpa.', 'PTR', ['a.example.net.']), reverse),
	patch('a pointer in a delegated part', set('7.0/25.2.0.192.in-addr.arpa.', 'PTR', ['a.example.net.']), '/api/v1/servers/localhost/zones/0=2F25.2.0.192.in-addr.arpa.'),
	patch('taking away what is not there', {rrsets: [{name: 'nothing.example.net.', type: 'A', changetype: 'DELETE'}]}),
	patch('replacing by nothing', set('b.example.net.', 'AAAA', [])),
	patch('something switched off', {
		rrsets: [{
			name: 'h.example.net.', type: 'A', ttl: 60, changetype: 'REPLACE', records: [{content: '203.0.113.9', disabled: true}],
		}],
	}),
];

const looks: readonly string[] = [
	'?rrset_name=a.example.net.',
	'?rrset_name=a.example.net.&rrset_type=A',
	'?rrset_name=a.example.net.&rrset_type=AAAA',
	'?rrset_name=alias.example.net.',
	'?rrset_name=b.example.net.',
	'?rrset_name=f.example.net.',
	'?rrset_name=h.example.net.',
	'?rrsets=false',
];

type Server = {readonly url: string; readonly apiKey: string};

const ask = async ({url, apiKey}: Server, {method = 'GET', target = zone, key = apiKey, body}: Case) => {
	const response = await fetch(`${url}${target}`, {
		method,
		headers: key === null ? {} : {'x-api-key': key},
		...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
	});
	const type = response.headers.get('content-type')?.replace(/;.*/, '') ?? null;
	const text = await response.text();
	return {status: response.status, type, json: type === 'application/json' ? JSON.parse(text) : text};
};

// What a moment or a machine decides is left out.
const essence = ({json: {rrsets, kind, name, soa_edit_api: mode}, ...answer}: Awaited<ReturnType<typeof ask>>) => ({
	...answer, kind, name, mode: mode.toUpperCase(), rrsets: rrsets?.toSorted((a: any, b: any) => `${a.name} ${a.type}`.localeCompare(`${b.name} ${b.type}`)).map(({comments, ...rest}: any) => ({
		...rest,
		records: rest.records.toSorted((a: any, b: any) => a.content.localeCompare(b.content)),
		comments: comments.map(({modified_at: _, ...comment}: any) => comment),
	})),
});

describe.skipIf(!hasPdns())('the simulated name server', () => {
	let real: Pdns;
	let simulated: SimulatedNameServer;
	beforeAll(async () => {
		real = await startPdns(zones);
		simulated = await startNameServer({zones, apiKey: real.apiKey});
	});
	afterAll(async () => {
		await real?.close();
		await simulated?.close();
	});

	test.for(cases)('answers $title as the real one does', async request => {
		const [expected, answer] = [await ask(real, request), await ask(simulated, request)];
		expect(answer).toEqual(expected);
	});

	test.for(looks)('shows %s as the real one does', async query => {
		const [expected, answer] = [await ask(real, {title: '', target: `${zone}${query}`}), await ask(simulated, {title: '', target: `${zone}${query}`})];
		expect(essence(answer)).toEqual(essence(expected));
	});

	test('raises the serial with each change, also one that changes nothing, as the real one does', async () => {
		for (const server of [real, simulated]) {
			const before = await server.serial('example.net');
			await ask(server, patch('', set('same.example.net.', 'A', ['203.0.113.1'])));
			await ask(server, patch('', set('same.example.net.', 'A', ['203.0.113.1'])));
			expect(await server.serial('example.net') - before).toBe(2);
		}
	});
});
