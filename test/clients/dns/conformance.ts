import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {ClientError} from '../../../source/clients/client-error.js';
import {type NameServer, type RecordChange} from '../../../source/clients/dns/dns.js';

/** A name server with the zones `example.net` and `113.0.203.in-addr.arpa`, and a way behind our client's back. */
export type ServerUnderTest = {
	readonly forward: NameServer;
	/** Undefined: this kind does not keep reverse zones in the tests. */
	readonly reverse: NameServer | undefined;
	/** Makes a record as somebody else would; `content` as a zone file has it, names with their final dot. */
	readonly put: (record: {readonly zone: string; readonly name: string; readonly type: string; readonly content: string}) => Promise<void>;
	/** What the world sees: asked of the server by a query, or of its truth. */
	readonly see: (name: string, type: string) => Promise<readonly string[]>;
	readonly close: () => Promise<void>;
};

const change = (name: string, from: readonly string[], to: readonly string[], type: RecordChange['type'] = 'A'): RecordChange => ({
	name, type, from, to, ttl: 300, comment: 'cronsole v101',
});

/** Tries as a debt is tried: a busy server is no failure. */
export const insist = async (work: () => Promise<void>, tries = 20): Promise<void> => {
	try {
		await work();
	} catch (error) {
		if (tries === 0 || !(error instanceof ClientError) || (error.kind !== 'transient' && error.kind !== 'unknown-outcome')) {
			throw error;
		}

		await new Promise(resolve => {
			setTimeout(resolve, 50);
		});
		await insist(work, tries - 1);
	}
};

/** What every provider's driver does alike. `open` undefined: left out, `title` says why. */
export const describeNameServer = (title: string, open: (() => Promise<ServerUnderTest>) | undefined): void => {
	describe.skipIf(open === undefined)(title, () => {
		let server: ServerUnderTest;
		beforeAll(async () => {
			server = await open!();
		});
		afterAll(async () => {
			await server?.close();
		});

		test('says that nothing stands under a name that is not there', async () => {
			await expect(server.forward.get({name: 'nothing.example.net', type: 'A'})).resolves.toEqual({values: [], alias: null});
		});

		test('writes a set, changes it and takes it away, each seen by the world', async () => {
			const name = 'life.example.net';
			await server.forward.replace(change(name, [], ['203.0.113.10', '203.0.113.11']));
			expect((await server.see(name, 'A')).toSorted()).toEqual(['203.0.113.10', '203.0.113.11']);
			const {values} = await server.forward.get({name, type: 'A'});
			expect(values.toSorted()).toEqual(['203.0.113.10', '203.0.113.11']);

			await server.forward.replace(change(name, values, ['203.0.113.12']));
			await expect(server.see(name, 'A')).resolves.toEqual(['203.0.113.12']);

			await server.forward.replace(change(name, ['203.0.113.12'], []));
			await expect(server.see(name, 'A')).resolves.toEqual([]);
			await expect(server.forward.get({name, type: 'A'})).resolves.toEqual({values: [], alias: null});
		});

		test('finds that it is so already to be success, and that it is gone already too', async () => {
			const name = 'twice.example.net';
			await server.forward.replace(change(name, [], ['203.0.113.20']));
			await server.forward.replace(change(name, ['203.0.113.20'], ['203.0.113.20']));
			await expect(server.see(name, 'A')).resolves.toEqual(['203.0.113.20']);
			await server.forward.replace(change(name, ['203.0.113.20'], []));
			await server.forward.replace(change(name, [], []));
			await expect(server.see(name, 'A')).resolves.toEqual([]);
		});

		test('gives IPv6 addresses in the one canonical text, however the server spells them', async () => {
			const name = 'six.example.net';
			await server.forward.replace(change(name, [], ['2001:db8::1'], 'AAAA'));
			await expect(server.forward.get({name, type: 'AAAA'})).resolves.toEqual({values: ['2001:db8::1'], alias: null});
		});

		test('leaves other types and other names alone', async () => {
			const name = 'shared.example.net';
			await server.put({
				zone: 'example.net', name, type: 'TXT', content: '"somebody\'s"',
			});
			await server.put({
				zone: 'example.net', name: 'x.shared.example.net', type: 'A', content: '198.51.100.7',
			});
			await server.forward.replace(change(name, [], ['203.0.113.30']));
			await server.forward.replace(change(name, ['203.0.113.30'], []));
			expect((await server.see(name, 'TXT')).join('')).toContain('somebody\'s');
			await expect(server.see('x.shared.example.net', 'A')).resolves.toEqual(['198.51.100.7']);
		});

		test('sees what somebody else made', async () => {
			await server.put({
				zone: 'example.net', name: 'theirs.example.net', type: 'A', content: '198.51.100.9',
			});
			await expect(server.forward.get({name: 'theirs.example.net', type: 'A'})).resolves.toEqual({values: ['198.51.100.9'], alias: null});
		});

		test('sees a CNAME that stands in the way, and does not write beside it', async () => {
			const name = 'alias.example.net';
			await server.put({
				zone: 'example.net', name, type: 'CNAME', content: 'elsewhere.example.org.',
			});
			await expect(server.forward.get({name, type: 'A'})).resolves.toEqual({values: [], alias: 'elsewhere.example.org'});
			// Some servers refuse it, some ignore it without a word: it must not stand there after.
			await server.forward.replace(change(name, [], ['203.0.113.40'])).catch((error: unknown) => {
				expect(error).toBeInstanceOf(ClientError);
			});
			await expect(server.forward.get({name, type: 'A'})).resolves.toEqual({values: [], alias: 'elsewhere.example.org'});
		});

		test('does not take a wildcard\'s answer for a record', async () => {
			await server.put({
				zone: 'example.net', name: '*.wild.example.net', type: 'A', content: '198.51.100.99',
			});
			await expect(server.forward.get({name: 'vm.wild.example.net', type: 'A'})).resolves.toEqual({values: [], alias: null});
			await server.forward.replace(change('vm.wild.example.net', [], ['203.0.113.50']));
			await expect(server.see('vm.wild.example.net', 'A')).resolves.toEqual(['203.0.113.50']);
		});

		test('writes the name of an address, without a final dot on our side', async () => {
			if (!server.reverse) {
				return;
			}

			const name = '60.113.0.203.in-addr.arpa';
			await server.reverse.replace(change(name, [], ['web1.example.net'], 'PTR'));
			await expect(server.reverse.get({name, type: 'PTR'})).resolves.toEqual({values: ['web1.example.net'], alias: null});
			expect((await server.see(name, 'PTR')).map(value => value.replace(/\.$/, ''))).toEqual(['web1.example.net']);
			await server.reverse.replace(change(name, ['web1.example.net'], ['203-0-113-60.static.example.net'], 'PTR'));
			await expect(server.reverse.get({name, type: 'PTR'})).resolves.toEqual({values: ['203-0-113-60.static.example.net'], alias: null});
		});

		test('ends twenty writes at once right, each tried again where the server was busy', async () => {
			const names = Array.from({length: 20}, (_, index) => `many${index}.example.net`);
			await Promise.all(names.map(async (name, index) => insist(async () => server.forward.replace(change(name, [], [`203.0.113.${100 + index}`])))));
			const seen = await Promise.all(names.map(async name => server.see(name, 'A')));
			expect(seen).toEqual(names.map((_, index) => [`203.0.113.${100 + index}`]));
		});

		test('finds nothing doubtful about a zone that can be written', async () => {
			await expect(server.forward.check()).resolves.toEqual([]);
		});

		test('replaces a name that somebody wrote in capitals, and leaves one like that where it stands beside ours', async () => {
			if (server.reverse === undefined) {
				return;
			}

			const name = '77.113.0.203.in-addr.arpa';
			await server.put({
				zone: '113.0.203.in-addr.arpa', name, type: 'PTR', content: 'Static-77.Example.NET.',
			});
			const seen = await server.reverse.get({name, type: 'PTR'});
			expect(seen.values).toEqual(['static-77.example.net']);
			await insist(async () => server.reverse!.replace(change(name, seen.values, ['static-77.example.net', 'web77.example.net'], 'PTR')));
			await expect(server.reverse.get({name, type: 'PTR'})).resolves.toMatchObject({values: expect.toSatisfy((values: readonly string[]) => values.toSorted().join(' ') === 'static-77.example.net web77.example.net') as unknown});
			await insist(async () => server.reverse!.replace(change(name, ['static-77.example.net', 'web77.example.net'], ['web77.example.net'], 'PTR')));
			await expect(server.reverse.get({name, type: 'PTR'})).resolves.toMatchObject({values: ['web77.example.net']});
		});
	});
};
