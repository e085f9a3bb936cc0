import {describe, expect, test} from 'vitest';
import {useChildren} from './support/child-process.js';
import {
	doneWith,
	makeRecords,
	owedUntil,
	pointerSet,
	wantedSet,
} from './support/dns-rows.js';
import {makeStore} from './support/temporary-store.js';

const children = useChildren();
const span = {now: 1000, until: 11_000};

describe('a claim on a record', () => {
	test('keeps others away until it ends, and says what is ours from now on', async () => {
		const {first, want, only, claim, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		const seen = await only(first);
		const claimed = await claim(seen, ['192.0.2.7'], span);
		expect(claimed).toEqual({...seen, mine: ['192.0.2.7'], revision: 2});
		// Neither with what was seen before nor with what is seen now.
		expect(await claim(seen, [], span)).toBeUndefined();
		expect(await claim(claimed!, [], {now: 10_999, until: 20_000})).toBeUndefined();
		expect(await settle(seen, doneWith([]), 1500)).toBe(false);
		expect(await due(10_999)).toEqual([]);
		expect(await due(11_000)).toMatchObject([{mine: ['192.0.2.7'], revision: 2}]);
		expect(await settle(claimed!, owedUntil(3000, {mine: ['192.0.2.7']}), 2000)).toBe(true);
		expect(await due(3000)).toMatchObject([{attempt: 1, error: 'no answer', revision: 3}]);
	});

	test('of a process that was killed ends by itself, and what it may have written is known', async () => {
		const {first, want, only, claim, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		await claim(await only(first), ['192.0.2.7'], span);
		const [left] = await due(11_000);
		expect(await claim(left!, left!.mine, {now: 11_000, until: 21_000})).toMatchObject({mine: ['192.0.2.7'], revision: 3});
	});

	test('that was overtaken by another wish counts for nothing, but what it may have written stays ours and its time is waited for', async () => {
		const {first, want, only, claim, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		const claimed = await claim(await only(first), ['192.0.2.7'], span);
		expect(await want(first, [wantedSet({values: ['192.0.2.9']})], 2000)).toBe(true);
		expect(await settle(claimed!, doneWith(['192.0.2.7']), 2500)).toBe(false);
		const wished = await only(first);
		expect(wished).toMatchObject({values: ['192.0.2.9'], mine: ['192.0.2.7'], state: 'owed'});
		// Somebody who looks meanwhile has not seen the end of it: he may neither write nor conclude.
		expect(await claim(wished, [], {now: 3000, until: 9000})).toBeUndefined();
		expect(await settle(wished, doneWith([]), 3000)).toBe(false);
		expect(await due(10_999)).toEqual([]);
		expect(await due(11_000)).toEqual([wished]);
		expect(await settle(wished, doneWith(['192.0.2.9']), 11_000)).toBe(true);
	});

	test('that is out keeps a record that is given up: it may be there soon, and would be forgotten', async () => {
		const {first, want, only, claim, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		const claimed = await claim(await only(first), ['192.0.2.7'], span);
		expect(await want(first, [], 2000)).toBe(true);
		expect(await settle(claimed!, doneWith(['192.0.2.7']), 2500)).toBe(false);
		// Looked at before the write landed nothing stands there; that must not be the end of it.
		expect(await settle(await only(first), doneWith([]), 2600)).toBe(false);
		expect(await due(11_000)).toMatchObject([{values: [], mine: ['192.0.2.7'], state: 'owed'}]);
		expect(await settle(await only(first), doneWith([]), 11_000)).toBe(true);
		expect(await due(99_000)).toEqual([]);
	});

	test('is taken into account when everything is looked at anew', async () => {
		const {store, first, want, only, claim, settle, due} = await makeRecords();
		await want(first, [wantedSet()], 1000);
		const claimed = await claim(await only(first), ['192.0.2.7'], span);
		await store.write(async ({dnsRecords}) => dnsRecords.recheck(first, {takesOver: true, now: 2000}));
		expect(await settle(claimed!, doneWith(['192.0.2.7']), 2500)).toBe(false);
		expect(await due(10_999)).toEqual([]);
		expect(await due(11_000)).toMatchObject([{takesOver: true, mine: ['192.0.2.7']}]);
	});

	test('from before the clock was set back keeps nobody away for longer than anything waits', async () => {
		const {first, want, only, claim, settle, due} = await makeRecords();
		const [now, later] = [1000, 100_000_000];
		await want(first, [wantedSet()], later);
		await claim(await only(first), ['192.0.2.7'], {now: later, until: later + 10_000});
		const [left] = await due(now);
		expect(left).toMatchObject({mine: ['192.0.2.7'], revision: 2});
		// Something else is wanted by now: the old claim is no reason either to count what is seen for nothing.
		await want(first, [wantedSet({values: ['192.0.2.9']})], now);
		expect(await claim(await only(first), ['192.0.2.7', '192.0.2.9'], {now, until: now + 10_000})).toMatchObject({revision: 4});
		expect(await settle(await only(first), doneWith(['192.0.2.9']), now)).toBe(true);
	});

	test('passes to whoever takes the record over: another VM waits for it too', async () => {
		const {first, second, want, only, claim, settle, due} = await makeRecords();
		await want(first, [pointerSet()], 1000);
		const claimed = await claim(await only(first), ['web1.example.net'], span);
		await want(second, [pointerSet('web2.example.net')], 2000);
		expect(await settle(claimed!, doneWith(['web1.example.net']), 2500)).toBe(false);
		expect(await due(5000)).toEqual([]);
		expect(await due(11_000)).toMatchObject([{vmId: second, values: ['web2.example.net'], mine: ['web1.example.net']}]);
	});
});

test('of two connections that saw the same record one gets it, every time', async () => {
	const {store, first, want} = await makeRecords();
	const other = await makeStore({path: store.place});
	await want(first, Array.from({length: 50}, (_, index) => wantedSet({name: `n${index}.example.net`})), 1000);
	const seen = await store.read.dnsRecords.listFor(first);
	const claims = await Promise.all(seen.flatMap(({id, revision}) => [store, other].map(async by =>
		by.write(async ({dnsRecords}) => dnsRecords.claim(id, revision, {mine: [by === store ? 'here' : 'there'], ...span})))));
	const got = claims.filter(claim => claim !== undefined);
	expect(got.map(({id}) => id).toSorted((a, b) => a - b)).toEqual(seen.map(({id}) => id).toSorted((a, b) => a - b));
	// The other connection sees whose it is, and may not end it.
	for (const {id, revision, mine} of got) {
		const by = mine[0] === 'here' ? other : store;
		expect(await by.write(async ({dnsRecords}) => dnsRecords.settle(id, revision - 1, doneWith([]), 1500))).toBe(false);
	}

	expect(await other.read.dnsRecords.listDue({now: 10_999, limit: 99})).toEqual([]);
	expect(await other.read.dnsRecords.listDue({now: 11_000, limit: 99})).toHaveLength(50);
});

test('three processes that pay the same debts claim each record once, and one that is killed leaves only what it held', async () => {
	const {store, first, want} = await makeRecords();
	await want(first, Array.from({length: 60}, (_, index) => wantedSet({name: `n${index}.example.net`})), 1000);
	const started = Array.from({length: 3}, () => children.start());
	await Promise.all(started.map(async child => child.ask('open', store.place)));
	const [killed, ...others] = started;
	const held = await killed!.ask<readonly number[]>('claimRecords', 5, false);
	await killed!.kill();
	const paid = await Promise.all(others.map(async child => child.ask<readonly number[]>('claimRecords', 60, true)));
	expect(held).toHaveLength(5);
	expect([...held, ...paid.flat()].toSorted((a, b) => a - b)).toEqual(Array.from({length: 60}, (_, index) => index + 1));
	expect((await store.read.dnsRecords.listDebts(99)).map(({id}) => id).toSorted((a, b) => a - b)).toEqual(held.toSorted((a, b) => a - b));
	expect(await store.read.dnsRecords.listDue({now: 11_000, limit: 99})).toMatchObject(held.map(id => ({id, mine: ['192.0.2.7']})));
});
