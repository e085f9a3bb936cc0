import {expect, onTestFinished, test} from 'vitest';
import {describeNameServer, type ServerUnderTest} from './conformance.js';
import {refusal} from './cloudflare-rules.js';
import {
	a,
	connect,
	faultOf,
	name,
	open,
	opened,
	reverseZone,
} from './cloudflare-fixture.js';

describeNameServer('Cloudflare (a stand-in over HTTP)', async (): Promise<ServerUnderTest> => {
	const {server, forward, reverse, close} = await open();
	return {
		forward,
		reverse,
		async put({content, ...record}) {
			server.put({...record, content: content.replace(/\.$/, '')});
		},
		see: async (...asked) => server.see(...asked),
		close,
	};
});

test('a record is made for DNS only, with its time to live and who made it', async () => {
	const {server, write} = await opened();
	await write([], ['203.0.113.10'], {comment: `cronsole ${'x'.repeat(200)}`});
	expect(server.requests.find(({method}) => method === 'POST')).toMatchObject({
		path: '/zones/z1/dns_records',
		body: {
			type: 'A', name, content: '203.0.113.10', ttl: 300, proxied: false, comment: expect.stringMatching(/^cronsole x{91}$/),
		},
	});
});

test('the zone is looked up once, and anew after it came back as another', async () => {
	const {server, forward} = await opened();
	const lookUps = () => server.requests.filter(({path}) => path === '/zones').length;
	await Promise.all([1, 2, 3].map(async () => forward.get({name, type: 'A'})));
	expect(lookUps()).toBe(1);
	server.zones[0]!.id = 'z9';
	expect(await faultOf(forward.get({name, type: 'A'}))).toMatchObject({kind: 'missing', scope: 'item'});
	await expect(forward.get({name, type: 'A'})).resolves.toEqual({values: [], alias: null});
	expect(lookUps()).toBe(2);
});

test('a set that fills several pages is read whole', async () => {
	const {server, forward} = await opened();
	const values = Array.from({length: 120}, (_, index) => `203.0.113.${index + 1}`);
	for (const value of values) {
		server.put(a(value));
	}

	expect((await forward.get({name, type: 'A'})).values).toEqual(values);
	expect(server.requests.filter(({path}) => path.endsWith('dns_records')).map(({parameters}) => parameters.page)).toEqual(['1', '2', '3']);
});

test('one value becomes another by one change of the same record, proxied as somebody made it', async () => {
	const {server, write} = await opened();
	const {id} = server.put(a('203.0.113.10', {proxied: true}));
	const other = server.put(a('203.0.113.99'));
	await write(['203.0.113.10', '203.0.113.99'], ['203.0.113.20', '203.0.113.99']);
	expect(server.requests.filter(({method}) => method !== 'GET').map(({method, path}) => `${method} ${path}`)).toEqual([`PATCH /zones/z1/dns_records/${id}`]);
	expect(server.records.get(id)).toMatchObject({
		content: '203.0.113.20', proxied: true, ttl: 1, comment: 'cronsole v101',
	});
	expect(server.records.get(other.id)).toEqual(other);
});

test('what is to be there is added before the rest is taken away', async () => {
	const {server, write} = await opened();
	server.put(a('203.0.113.10'));
	await write(['203.0.113.10'], ['203.0.113.20', '203.0.113.21']);
	server.put(a('203.0.113.22'));
	await write(['203.0.113.20', '203.0.113.21', '203.0.113.22'], ['203.0.113.23', '203.0.113.22']);
	await write(['203.0.113.22', '203.0.113.23'], ['203.0.113.23']);
	expect(server.requests.map(({method}) => method).filter(method => method !== 'GET')).toEqual(['POST', 'PATCH', 'PATCH', 'DELETE', 'DELETE']);
	expect(server.see(name, 'A')).toEqual(['203.0.113.23']);
});

test('a write that was cut before its last deletion is ended by the next process that looks', async () => {
	const {server, write} = await opened();
	server.put(a('203.0.113.10'));
	server.put(a('203.0.113.11'));
	server.faults.push({on: 'DELETE', answer: 'silence'});
	expect(await faultOf(write(['203.0.113.10', '203.0.113.11'], ['203.0.113.20']))).toMatchObject({kind: 'unknown-outcome', scope: 'cluster', peer: 'example.net on cloudflare'});
	expect(server.see(name, 'A')).toEqual(['203.0.113.20', '203.0.113.11']);

	const next = connect(server.url);
	onTestFinished(next.close);
	const {values} = await next.forward.get({name, type: 'A'});
	await next.write(values, ['203.0.113.20']);
	expect(server.see(name, 'A')).toEqual(['203.0.113.20']);
});

test.each(['POST', 'PATCH', 'DELETE'])('a %s whose answer is lost is of unknown outcome, and done again it is success', async method => {
	const {server, write} = await opened();
	const [from, to] = {POST: [[], ['203.0.113.20']], PATCH: [['203.0.113.10'], ['203.0.113.20']], DELETE: [['203.0.113.10'], []]}[method] as [string[], string[]];
	for (const value of from) {
		server.put(a(value));
	}

	server.faults.push({on: method, answer: 'done-then-silence'});
	expect(await faultOf(write(from, to))).toMatchObject({kind: 'unknown-outcome'});
	expect(server.see(name, 'A')).toEqual(to);

	const next = connect(server.url);
	onTestFinished(next.close);
	const sent = server.requests.length;
	await next.write(from, to);
	expect(server.requests.slice(sent).every(({method: again}) => again === 'GET')).toBe(true);
});

test.each([81_057, 81_058] as const)('that the identical record was made meanwhile is success, whichever number says so: %i', async code => {
	const {server, write} = await opened();
	server.words.identical = code;
	server.faults.push({
		on: 'POST',
		before() {
			server.put(a('203.0.113.10'));
		},
	});
	await write([], ['203.0.113.10']);
	server.put(a('203.0.113.30'));
	server.faults.push({
		on: 'PATCH',
		before() {
			server.put(a('203.0.113.31'));
		},
	});
	await write(['203.0.113.10', '203.0.113.30'], ['203.0.113.10', '203.0.113.31']);
	expect(server.see(name, 'A')).toEqual(['203.0.113.10', '203.0.113.31']);
});

test('a record that exists but is not ours is no success', async () => {
	const {server, write} = await opened();
	server.faults.push({on: 'POST', answer: refusal(400, 81_057, 'Record already exists.')});
	expect(await faultOf(write([], ['203.0.113.10']))).toMatchObject({kind: 'rejected', scope: 'item', message: 'Cloudflare: Record already exists (81057)'});
});

test('a CNAME that comes in the way at the last moment is said', async () => {
	const {server, write} = await opened();
	server.faults.push({
		on: 'POST',
		before() {
			server.put(a('elsewhere.example.org', {type: 'CNAME'}));
		},
	});
	expect(await faultOf(write([], ['203.0.113.10']))).toMatchObject({
		kind: 'rejected', scope: 'item', message: 'Cloudflare: A CNAME record with that host already exists (81054): a CNAME or another record stands in the way',
	});
});

test('where something else stands there than was seen, nothing is sent', async () => {
	const {server, write} = await opened();
	server.put(a('198.51.100.7'));
	expect(await faultOf(write([], ['203.0.113.10']))).toMatchObject({kind: 'transient', scope: 'item'});
	expect(await faultOf(write(['203.0.113.10'], []))).toMatchObject({kind: 'transient', scope: 'item'});
	expect(server.requests.every(({method}) => method === 'GET')).toBe(true);
});

test('a record that somebody takes away first is gone, which is what was wanted', async () => {
	const {server, write} = await opened();
	const {id} = server.put(a('203.0.113.10'));
	server.faults.push({
		on: 'DELETE',
		before() {
			server.records.delete(id);
		},
	});
	await write(['203.0.113.10'], []);
	const second = server.put(a('203.0.113.11'));
	server.faults.push({
		on: 'PATCH',
		before() {
			server.records.delete(second.id);
		},
	});
	expect(await faultOf(write(['203.0.113.11'], ['203.0.113.12']))).toMatchObject({kind: 'transient', scope: 'item'});
});

test('names are taken as they are meant, whatever their case and final dot, and foreign ones cannot write on a screen', async () => {
	const {server, reverse} = await opened();
	const pointer = '60.113.0.203.in-addr.arpa';
	server.put({
		zone: reverseZone, name: pointer, type: 'PTR', content: 'Web1.Example.NET.',
	});
	server.put({
		zone: reverseZone, name: pointer, type: 'PTR', content: 'evil\u{1B}[2J.example.net',
	});
	await expect(reverse.get({name: pointer, type: 'PTR'})).resolves.toEqual({values: ['web1.example.net', 'evil.example.net'], alias: null});
});

test('the guard is asked before each change, and its word goes through', async () => {
	let left = 1;
	const {server, write, reader} = await opened({
		guard() {
			left--;
			if (left < -1) {
				throw new Error('the lease was taken');
			}
		},
	});
	server.put(a('203.0.113.10'));
	server.put(a('203.0.113.11'));
	await expect(write(['203.0.113.10', '203.0.113.11'], ['203.0.113.20'])).rejects.toThrow('the lease was taken');
	expect(server.see(name, 'A')).toEqual(['203.0.113.20', '203.0.113.11']);
	await expect(reader.replace({
		name, type: 'A', from: [], to: ['203.0.113.20'], ttl: 300, comment: 'cronsole v101',
	})).rejects.toThrow('for looking only');
});
