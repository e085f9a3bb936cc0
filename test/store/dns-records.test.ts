import {describe, expect, test} from 'vitest';
import {
	doneWith,
	makeRecords,
	owedUntil,
	pointerSet,
	wantedSet,
} from './support/dns-rows.js';

const generic = '192-0-2-7.static.example.net';

describe('what a VM wants', () => {
	test('is owed at once, and asked for again as it is it stays untouched, whatever the order of its values', async () => {
		const {first, want, only, write} = await makeRecords();
		const set = wantedSet({values: ['192.0.2.7', '192.0.2.8']});
		expect(await want(first, [set], 1000)).toBe(true);
		expect(await only(first)).toEqual({
			...set, id: 1, vmId: first, mine: [], isGivenUp: false, takesOver: false, state: 'owed', error: null, attempt: 0, nextAttemptAt: 1000, since: 1000, revision: 1,
		});
		expect(await want(first, [{...set, values: set.values.toReversed()}], 2000)).toBe(false);
		expect(await only(first)).toMatchObject({since: 1000, revision: 1});
		await write(await only(first), 3000);
		const done = await only(first);
		expect(done).toMatchObject({
			state: 'done', mine: set.values, nextAttemptAt: null, since: 3000, revision: 3,
		});
		expect(await want(first, [{...set, values: set.values.toReversed()}], 4000)).toBe(false);
		expect(await only(first)).toEqual(done);
	});

	test('is owed anew when its values or its generic name change; what was written before stays known as ours', async () => {
		const {first, want, only, write, settle} = await makeRecords();
		await want(first, [pointerSet()], 1000);
		await write(await only(first), 1000);
		expect(await want(first, [pointerSet('mail.example.net')], 2000)).toBe(true);
		expect(await only(first)).toMatchObject({
			values: ['mail.example.net'], mine: ['web1.example.net'], state: 'owed', since: 2000, nextAttemptAt: 2000, revision: 4,
		});
		await settle(await only(first), owedUntil(9000, {mine: ['web1.example.net']}), 2500);
		expect(await want(first, [pointerSet('mail.example.net', {generic: 'x.example.net'})], 3000)).toBe(true);
		expect(await only(first)).toMatchObject({
			generic: 'x.example.net', error: null, attempt: 0, nextAttemptAt: 3000,
		});
	});

	test('and what it wants no more, and nobody wrote, leaves no trace; what was written is owed until it is gone', async () => {
		const {store, first, want, only, write, settle} = await makeRecords();
		await want(first, [wantedSet(), wantedSet({name: 'other.example.net'})], 1000);
		const [other, web] = await store.read.dnsRecords.listFor(first);
		expect(other!.name).toBe('other.example.net');
		await write(web!, 1000);
		expect(await want(first, [], 2000)).toBe(true);
		const gone = await only(first);
		expect(gone).toMatchObject({
			name: 'web1.example.net', values: [], mine: ['192.0.2.7'], state: 'owed', since: 2000,
		});
		// Asked for again it is not owed again.
		expect(await want(first, [], 3000)).toBe(false);
		expect(await only(first)).toEqual(gone);
		expect(await store.read.dnsRecords.listDebts(9)).toMatchObject([{hostname: 'web1.example.net', cluster: 'fra1'}]);
		expect(await settle(gone, doneWith([]), 4000)).toBe(true);
		expect(await store.read.dnsRecords.listFor(first)).toEqual([]);
		expect(await store.read.dnsRecords.listDebts(9)).toEqual([]);
	});

	test('goes back to the generic name when it is given up, and then belongs to no VM', async () => {
		const {store, first, second, want, only, write} = await makeRecords();
		await want(first, [pointerSet()], 1000);
		await write(await only(first), 1000);
		expect(await want(first, [], 2000)).toBe(true);
		expect(await only(first)).toMatchObject({
			vmId: first, values: [generic], mine: ['web1.example.net'], state: 'owed',
		});
		await write(await only(first), 3000);
		expect(await store.read.dnsRecords.listFor(first)).toEqual([]);
		expect(await store.read.dnsRecords.listDebts(9)).toEqual([]);
		// The next VM with that address finds it as ours.
		expect(await want(second, [pointerSet('web2.example.net')], 4000)).toBe(true);
		expect(await only(second)).toMatchObject({
			id: 1, values: ['web2.example.net'], mine: [generic], state: 'owed',
		});
	});

	test('that is given up, and of which nothing is ours any more, leaves no row, though a generic name was to come back', async () => {
		const {store, first, want, only, write, settle} = await makeRecords();
		await want(first, [pointerSet()], 1000);
		await write(await only(first), 1000);
		await want(first, [], 2000);
		expect(await only(first)).toMatchObject({isGivenUp: true, values: [generic]});
		expect(await settle(await only(first), doneWith([]), 3000)).toBe(true);
		expect(await store.read.dnsRecords.listAll()).toEqual([]);
	});

	test('may be that very generic name: that is a wish like any other', async () => {
		const {first, want, only, write} = await makeRecords();
		await want(first, [pointerSet(generic)], 1000);
		await write(await only(first), 1000);
		expect(await only(first)).toMatchObject({vmId: first, state: 'done'});
		expect(await want(first, [pointerSet(generic)], 2000)).toBe(false);
		expect(await want(first, [], 3000)).toBe(true);
		expect(await want(first, [pointerSet(generic)], 4000)).toBe(true);
		await write(await only(first), 5000);
		expect(await only(first)).toMatchObject({vmId: first, state: 'done', values: [generic]});
	});

	test('becomes its own from another VM, with what is known to be ours, but without that one\'s leave to take over', async () => {
		const {store, first, second, want, only, write} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		await write(await only(first), 1000);
		await store.write(async ({dnsRecords}) => dnsRecords.recheck(first, {takesOver: true, now: 1500}));
		expect(await want(second, [wantedSet({values: ['192.0.2.9']})], 2000)).toBe(true);
		expect(await only(second)).toMatchObject({
			values: ['192.0.2.9'], mine: ['192.0.2.7'], takesOver: false, state: 'owed',
		});
		// The one that had it gives up nothing that is another's now.
		expect(await want(first, [], 3000)).toBe(false);
		expect(await only(second)).toMatchObject({values: ['192.0.2.9']});
	});
});

describe('a look at everything anew', () => {
	test('makes each record owed at once, and takes over what is to be there, never what is to go', async () => {
		const {store, first, want, only, write, settle} = await makeRecords();
		await want(first, [wantedSet(), wantedSet({name: 'gone.example.net'})], 1000);

		for (const record of await store.read.dnsRecords.listFor(first)) {
			await write(record, 1000);
		}

		await want(first, [wantedSet()], 2000);
		const recheck = async (takesOver: boolean, now: number) => store.write(async ({dnsRecords}) => dnsRecords.recheck(first, {takesOver, now}));
		expect(await recheck(false, 3000)).toBe(2);
		expect(await store.read.dnsRecords.listFor(first)).toMatchObject([
			{name: 'gone.example.net', takesOver: false, since: 2000},
			{
				name: 'web1.example.net', takesOver: false, state: 'owed', since: 3000, nextAttemptAt: 3000,
			},
		]);
		expect(await recheck(true, 4000)).toBe(2);
		const [gone, web] = await store.read.dnsRecords.listFor(first);
		expect([gone!.takesOver, web!.takesOver]).toEqual([false, true]);
		await settle(gone!, doneWith([]), 5000);
		// A try that failed keeps the leave; once it is done it has been used.
		await settle(web!, owedUntil(6000), 5000);
		expect(await recheck(false, 5500)).toBe(1);
		expect((await only(first)).takesOver).toBe(true);
		await settle(await only(first), doneWith(['192.0.2.7']), 6000);
		expect((await only(first)).takesOver).toBe(false);
	});

	test('takes nothing over for the generic name of an address that the VM had', async () => {
		const {store, first, want, only, write} = await makeRecords();
		await want(first, [pointerSet()], 1000);
		await write(await only(first), 1000);
		await want(first, [], 2000);
		await store.write(async ({dnsRecords}) => dnsRecords.recheck(first, {takesOver: true, now: 3000}));
		expect(await only(first)).toMatchObject({isGivenUp: true, takesOver: false});
	});
});

describe('debts', () => {
	test('are due when their moment has come, what is to be there before what is to go, and of each zone so many at most', async () => {
		const {store, first, second, want, write, settle, due} = await makeRecords();
		await want(first, ['a', 'b', 'c'].map(name => wantedSet({name: `${name}.example.net`})), 1000);
		await write((await due(1000)).find(({name}) => name === 'a.example.net')!, 1000);
		await want(first, ['b', 'c'].map(name => wantedSet({name: `${name}.example.net`})), 1500);
		await want(second, [wantedSet({zone: 'example.org', name: 'd.example.org'}), wantedSet({nameServer: 'powerdns-2', name: 'b.example.net'})], 2000);
		const names = async (now: number, limit = 9, except: readonly string[] = []) => {
			const records = await store.read.dnsRecords.listDue({now, limit, except});
			return records.map(({name, nameServer}) => `${name} ${nameServer}`);
		};

		expect(await names(999)).toEqual([]);
		expect(await names(1500)).toEqual(['b.example.net powerdns', 'c.example.net powerdns', 'a.example.net powerdns']);
		expect(await names(2000)).toEqual(['b.example.net powerdns', 'c.example.net powerdns', 'd.example.org powerdns', 'b.example.net powerdns-2', 'a.example.net powerdns']);
		expect(await names(2000, 1)).toEqual(['b.example.net powerdns', 'd.example.org powerdns', 'b.example.net powerdns-2']);
		expect(await names(2000, 9, ['fra1', 'x'])).toEqual(['d.example.org powerdns', 'b.example.net powerdns-2']);
		await settle((await due(2000))[0]!, owedUntil(8000), 2000);
		expect(await names(7999, 1)).toEqual(['c.example.net powerdns', 'd.example.org powerdns', 'b.example.net powerdns-2']);
		expect(await names(8000, 9, ['nyc1'])).toEqual(['c.example.net powerdns', 'b.example.net powerdns', 'a.example.net powerdns']);
		expect((await store.read.dnsRecords.listDebts(2)).map(({name}) => name)).toEqual(['b.example.net', 'c.example.net']);
	});

	test('stay debts whatever is said of them: foreign and refused ones come again, and one without a moment at once', async () => {
		const {first, want, only, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		await settle(await only(first), owedUntil(5000, {state: 'foreign', error: 'x stands there'}), 2000);
		expect(await only(first)).toMatchObject({state: 'foreign', error: 'x stands there', since: 1000});
		expect(await due(5000)).toHaveLength(1);
		await settle(await only(first), {...owedUntil(0, {state: 'refused'}), nextAttemptAt: null}, 6000);
		expect(await due(6000)).toMatchObject([{state: 'refused', nextAttemptAt: 6000}]);
	});

	test('put off to a moment that is far away since the clock was set back are due', async () => {
		const {first, want, only, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		await settle(await only(first), owedUntil(100_000_000), 99_000_000);
		expect(await due(99_999_999)).toEqual([]);
		expect(await due(2000)).toHaveLength(1);
	});

	test('cost nothing once they are paid: among 10,000 done records the due ones are found in a moment', async () => {
		const {store, first, want, due} = await makeRecords();
		await want(first, Array.from({length: 10_000}, (_, index) => wantedSet({name: `n${index}.example.net`})), 1000);
		await store.write(async ({dnsRecords}) => {
			for (const {id, revision, values} of await dnsRecords.listFor(first)) {
				await dnsRecords.settle(id, revision, id % 1000 === 0 ? owedUntil(2000) : doneWith(values), 1000);
			}
		});
		await due(2000);
		const started = performance.now();

		for (let time = 0; time < 20; time++) {
			expect(await due(2000)).toHaveLength(10);
			expect(await store.read.dnsRecords.listDebts(100)).toHaveLength(10);
		}

		expect((performance.now() - started) / 40).toBeLessThan(10);
	});
});
