import {expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type Dns, type NameServer} from '../../source/clients/dns/dns.js';
import {toldOfDns, type NamedWorld} from './naming.js';
import {name, prepareDebt as prepare, type Debt} from './owing.js';

const [ours, others] = ['203.0.113.10', '198.51.100.7'];
const minute = 60_000;

/** Each server throws that, at the look or at the change. */
const failing = (dns: Dns, error: ClientError, at: 'get' | 'replace' = 'get', asked: string[] = []): Dns => ({
	find(place) {
		const server = dns.find(place);
		return server && {
			...server,
			async [at](set: Parameters<NameServer['get']>[0]) {
				asked.push(`${set.name} ${set.type}`);
				throw error;
			},
		};
	},
});

const fault = (kind: ClientError['kind'], own: Partial<ClientError> = {}) => new ClientError('no such luck', {peer: 'example.net on powerdns', kind, ...own});

test('what is wanted is written, with whose it is; a second go looks only', async () => {
	const {world, pay, row, see} = await prepare();
	expect(await pay()).toMatchObject([{state: 'done', isWritten: true, line: 'vm1.example.net A in example.net on powerdns: written'}]);
	expect(see()).toEqual([ours]);
	expect(world.first.find(name, 'A')).toMatchObject({ttl: 300});
	expect(await row()).toMatchObject({
		state: 'done', mine: [ours], nextAttemptAt: null, attempt: 0,
	});
	expect(await pay()).toMatchObject([{isWritten: false, line: 'vm1.example.net A in example.net on powerdns: there already'}]);
	expect(world.first.count('PATCH')).toBe(1);
});

test('what is to go goes, and what somebody else put beside it stays', async () => {
	const {pay, want, put, see, list} = await prepare();
	await pay();
	put(others);
	await want();
	expect(await pay()).toMatchObject([{state: 'done', line: 'vm1.example.net A in example.net on powerdns: taken away'}]);
	expect(see()).toEqual([others]);
	expect(await list()).toEqual([]);
});

test.each([
	['an address of somebody else', 'A', others, `${others} stands there, which cronsole did not make`],
	['an alias', 'CNAME', 'elsewhere.example.org.', 'a CNAME to elsewhere.example.org stands there'],
])('%s is left alone and told once; once it is gone the debt heals by itself', async (_, type, content, why) => {
	const {world, pay, row, put, see} = await prepare();
	put(content, type);
	await pay();
	world.pass(16 * minute);
	await pay();
	expect(world.first.see(name, type)).toEqual([content]);
	expect(world.first.count('PATCH')).toBe(0);
	expect(await row()).toMatchObject({state: 'foreign', error: why, mine: []});
	expect(await toldOfDns(world)).toEqual([`warning ${name} DNS: vm1.example.net A in example.net on powerdns: ${why}`]);
	world.first.remove(name, type);
	await pay();
	expect(see()).toEqual([ours]);
	expect((await toldOfDns(world)).at(-1)).toBe(`info ${name} DNS: vm1.example.net A in example.net on powerdns is right again`);
});

test('what is ours and wanted no more goes also where somebody else\'s keeps the new from being written', async () => {
	const {pay, want, put, see, row} = await prepare();
	await pay();
	put(others);
	await want('203.0.113.11');
	expect(await pay()).toMatchObject([{state: 'foreign', isWritten: true}]);
	expect(see()).toEqual([others]);
	expect(await row()).toMatchObject({state: 'foreign', mine: []});
});

test('the same record, made by somebody else, is fine, and outlives ours', async () => {
	const {world, pay, want, put, see, list} = await prepare();
	put(ours);
	expect(await pay()).toMatchObject([{state: 'done', isWritten: false}]);
	await want();
	await pay();
	expect(see()).toEqual([ours]);
	expect(await list()).toEqual([]);
	expect(world.first.count('PATCH')).toBe(0);
});

test.each([
	['transient', {}, 'owed', 5000, 1],
	['unknown-outcome', {}, 'owed', 5000, 1],
	['denied', {scope: 'cluster'}, 'owed', 5000, 1],
	['transient', {retryAfterMs: 90_000}, 'owed', 90_000, 0],
	['transient', {retryAfterMs: 1e12}, 'owed', 60 * minute, 0],
	['rejected', {}, 'refused', 15 * minute, 1],
	['denied', {}, 'refused', 15 * minute, 1],
	['missing', {}, 'refused', 15 * minute, 1],
] as const)('a server\'s %s %j leaves the record %s for %i ms', async (kind, own, state, afterMs, attempt) => {
	const {world, pay, row} = await prepare();
	const now = world.clock.now();
	await pay({dns: failing(world.dns, fault(kind, own))});
	const {nextAttemptAt, ...rest} = (await row())!;
	expect(rest).toMatchObject({state, error: 'no such luck', attempt});
	expect(nextAttemptAt! - now).toBeGreaterThanOrEqual(afterMs);
	expect(nextAttemptAt! - now).toBeLessThan(afterMs + 2000);
	expect(await toldOfDns(world)).toHaveLength(state === 'refused' ? 1 : 0);
});

test('the tries come ever more seldom, at last every five minutes, and never end', async () => {
	const {world, pay, row} = await prepare();
	const waits = [];
	for (let attempt = 0; attempt < 30; attempt++) {
		const now = world.clock.now();
		await pay({dns: failing(world.dns, fault('transient'))});
		const {nextAttemptAt} = (await row())!;
		waits.push(Math.round((nextAttemptAt! - now) / 1000));
	}

	expect([...waits.slice(0, 8), waits.at(-1)]).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
});

test('a look that fails says nothing new about a record that somebody else made', async () => {
	const {world, pay, row, put} = await prepare();
	put(others);
	await pay();
	await pay({dns: failing(world.dns, fault('transient'))});
	expect(await row()).toMatchObject({state: 'foreign', error: expect.stringContaining(others)});
	await pay();
	expect(await toldOfDns(world)).toHaveLength(1);
});

test('a zone that the config does not have any more stays owed', async () => {
	const {world, pay, row, see} = await prepare();
	await pay({dns: {find: () => undefined}});
	expect(await row()).toMatchObject({state: 'owed', error: 'the config has no zone example.net on powerdns any more'});
	await pay();
	expect(see()).toEqual([ours]);
	expect(await toldOfDns(world)).toEqual([]);
});

test('a foreign text is safe wherever it is shown', async () => {
	const {world, pay, row} = await prepare();
	const [paid] = await pay({dns: failing(world.dns, new ClientError('\u{1B}[31mred\nand more', {peer: 'x', kind: 'rejected'}))});
	expect(paid!.line).toBe('vm1.example.net A in example.net on powerdns: red ⏎ and more');
	expect((await row())!.error).toBe('red ⏎ and more');
	expect(await toldOfDns(world)).toEqual([expect.stringMatching(/: red ⏎ and more$/)]);
});

const wantMany = async ({clock}: NamedWorld, {store, vm}: Pick<Debt, 'store' | 'vm'>) => store.write(async ({dnsRecords}) => dnsRecords.want(vm.id, [
	...['a', 'b', 'c'].map(label => ({
		zone: 'example.net', nameServer: 'powerdns', name: `${label}.example.net`, type: 'A' as const, values: [ours], generic: null,
	})),
	{
		zone: 'example.net', nameServer: 'powerdns-2', name: 'a.example.net', type: 'A', values: [ours], generic: null,
	},
], clock.now()));

test('a server in trouble as a whole is asked once; the rest waits as long, counts no attempt, and other servers go on', async () => {
	const {world, store, vm, pay, list} = await prepare();
	await wantMany(world, {store, vm});
	const asked: string[] = [];
	const broken = failing(world.dns, fault('transient', {scope: 'cluster'}), 'get', asked);
	const paid = await pay({dns: {find: place => (place.nameServer === 'powerdns' ? broken : world.dns).find(place)}});
	expect(asked).toEqual(['a.example.net A']);
	expect(paid.map(({state}) => state).toSorted()).toEqual(['done', 'owed', 'owed', 'owed']);
	const there = (await list()).filter(({nameServer}) => nameServer === 'powerdns');
	expect(there.map(({state, error}) => [state, error])).toEqual(Array.from({length: 3}, () => ['owed', 'no such luck']));
	expect(there.map(({attempt}) => attempt)).toEqual([1, 0, 0]);
	expect(new Set(there.map(({nextAttemptAt}) => nextAttemptAt)).size).toBe(1);
	expect(world.second.see('a.example.net', 'A')).toEqual([ours]);
});

test('a record\'s own trouble keeps no other one back', async () => {
	const {world, store, vm, pay, list} = await prepare();
	await wantMany(world, {store, vm});
	world.first.faults.failChanges(1);
	await pay();
	expect((await list()).filter(({state}) => state === 'done')).toHaveLength(3);
});
