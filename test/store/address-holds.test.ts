import {describe, expect, test} from 'vitest';
import {makePool, smallPool} from './support/address-pool.js';

describe('an address that is held', () => {
	test('is given to nobody, whether or not anybody ever had it, and counts as held', async () => {
		const {store, first, reserve, release, hold, use} = await makePool();
		await hold('192.0.2.2', {reason: 'blacklisted'});
		expect(await reserve(first)).toBe('192.0.2.3');
		await release(first, '192.0.2.3', 2000);
		await hold('192.0.2.3', {since: 2100, until: 90_000});
		expect(await use(2500)).toEqual({
			pool: 'public', total: 5, used: 0, quarantined: 0, held: 2, free: 3,
		});
		for (const expected of ['192.0.2.4', '192.0.2.5', '192.0.2.6', undefined]) {
			expect(await reserve(first, 5000)).toBe(expected);
		}

		expect(await store.read.addresses.listKnown()).toMatchObject([
			{
				cluster: 'fra1', pool: 'public', family: 4, address: '192.0.2.2', prefix: 29, gateway: '192.0.2.1', vmId: null, releasedAt: null, quarantineUntil: null,
				hold: {
					since: 1000, until: null, by: 'anna', reason: 'blacklisted', reference: null,
				},
			},
			{
				address: '192.0.2.3', vmId: null, releasedAt: 2000, quarantineUntil: 3000, hold: {since: 2100, until: 90_000},
			},
			{address: '192.0.2.4', vmId: first, hold: null},
			{address: '192.0.2.5'},
			{address: '192.0.2.6'},
		]);
		// Its time is over by itself.
		expect(await use(90_000)).toMatchObject({used: 3, held: 1, free: 1});
		expect(await reserve(first, 90_000)).toBe('192.0.2.3');
		expect(await store.read.addresses.findKnown('192.0.2.3')).toMatchObject([{vmId: first, hold: null}]);
	});

	test('stays with the VM that has it, and goes to nobody after', async () => {
		const {store, first, second, reserve, release, hold, known, use} = await makePool({...smallPool, last: '192.0.2.2'});
		expect(await reserve(first)).toBe('192.0.2.2');
		await hold('192.0.2.2');
		expect(await store.read.addresses.listFor(first)).toMatchObject([{address: '192.0.2.2'}]);
		expect(await use(1500)).toMatchObject({used: 1, held: 0, free: 0});
		await release(first, '192.0.2.2', 2000);
		expect(await reserve(second, 9000)).toBeUndefined();
		expect(await use(2500)).toMatchObject({
			used: 0, quarantined: 0, held: 1, free: 0,
		});
		expect(await known('192.0.2.2')).toMatchObject({vmId: null, hold: {by: 'anna'}});
	});

	test('is had again by a VM that has it already in truth, and is held still', async () => {
		const {first, second, claim, release, hold, known, reserve} = await makePool({...smallPool, last: '192.0.2.2'});
		await hold('192.0.2.2');
		expect(await claim(first, '192.0.2.2')).toBe('192.0.2.2');
		expect(await known('192.0.2.2')).toMatchObject({vmId: first, hold: {reference: null}});
		await release(first, '192.0.2.2', 2000, 0);
		expect(await reserve(second, 3000)).toBeUndefined();
	});

	test('is held anew by whoever says so last', async () => {
		const {hold, known} = await makePool();
		await hold('192.0.2.4', {reference: 'order-2', reason: 'old', until: 5000});
		await hold('192.0.2.4', {since: 2000, by: 'ben'});
		expect((await known('192.0.2.4')).hold).toEqual({
			since: 2000, until: null, by: 'ben', reason: null, reference: null,
		});
	});
});

describe('an address that is kept for an order', () => {
	test('is the first that its VM gets and no other VM ever does; then the hold has come true', async () => {
		const {first, second, reserve, hold, known, release} = await makePool();
		await hold('192.0.2.5', {reference: 'order-2'});
		await hold('192.0.2.3', {reference: 'order-2', since: 2000});
		expect(await reserve(first, 3000)).toBe('192.0.2.2');
		expect(await reserve(first, 3000)).toBe('192.0.2.4');
		expect(await reserve(second, 3000)).toBe('192.0.2.5');
		expect(await known('192.0.2.5')).toMatchObject({vmId: second, hold: null});
		expect(await reserve(second, 3000)).toBe('192.0.2.3');
		expect(await reserve(second, 3000)).toBe('192.0.2.6');
		await release(second, '192.0.2.5', 4000);
		expect(await reserve(first, 5000)).toBe('192.0.2.5');
	});

	test('comes from quarantine too, but not from under another VM, and not while a stranger uses it', async () => {
		const {first, second, reserve, hold, release} = await makePool();
		expect(await reserve(first)).toBe('192.0.2.2');
		await hold('192.0.2.2', {reference: 'order-2'});
		expect(await reserve(second)).toBe('192.0.2.3');
		await release(first, '192.0.2.2', 2000, 60_000);
		expect(await reserve(first, 3000)).toBe('192.0.2.4');
		expect(await reserve(second, 3000, ['192.0.2.2'])).toBe('192.0.2.5');
		expect(await reserve(second, 3000)).toBe('192.0.2.2');
	});

	test('is nobody\'s favour once its time is over, and none outside the pool is reached', async () => {
		const {second, reserve, hold} = await makePool({...smallPool, first: '192.0.2.4'});
		await hold('192.0.2.2', {reference: 'order-2'});
		await hold('192.0.2.6', {reference: 'order-2', until: 2000});
		expect(await reserve(second, 2000)).toBe('192.0.2.4');
		expect(await reserve(second, 1999)).toBe('192.0.2.6');
	});

	test('ends its hold when the VM of that order has it already in truth', async () => {
		const {first, second, claim, hold, known} = await makePool();
		await hold('192.0.2.4', {reference: 'order-1'});
		await hold('192.0.2.5', {reference: 'order-1'});
		await claim(first, '192.0.2.4');
		await claim(second, '192.0.2.5');
		expect((await known('192.0.2.4')).hold).toBeNull();
		expect((await known('192.0.2.5')).hold).toMatchObject({reference: 'order-1'});
	});
});

describe('an address that is released by a person', () => {
	test('can be given out at once, from a hold and from quarantine; in the order in which they have been free', async () => {
		const {first, second, reserve, release, hold, free, use} = await makePool();
		await hold('192.0.2.6');

		for (const expected of ['192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', undefined]) {
			expect(await reserve(first)).toBe(expected);
		}

		await release(first, '192.0.2.4', 2000, 60_000);
		await release(first, '192.0.2.2', 3000, 60_000);
		expect(await reserve(second, 4000)).toBeUndefined();
		await free('192.0.2.2', 4000);
		await free('192.0.2.4', 4000);
		await free('192.0.2.6', 4000);
		expect(await use(4000)).toMatchObject({
			used: 2, quarantined: 0, held: 0, free: 3,
		});
		// Nobody ever had the first; of the others the one that was given back earlier.
		expect(await reserve(second, 4000)).toBe('192.0.2.6');
		expect(await reserve(second, 4000)).toBe('192.0.2.4');
		expect(await reserve(second, 4000)).toBe('192.0.2.2');
	});

	test('loses nothing but its hold while a VM has it; one that nobody knows stays unknown', async () => {
		const {store, first, reserve, hold, free, known} = await makePool();
		await reserve(first);
		await hold('192.0.2.2');
		const before = await known('192.0.2.2');
		await free('192.0.2.2', 5000);
		expect(await known('192.0.2.2')).toEqual({...before, hold: null});
		await free('192.0.2.5', 5000);
		expect(await store.read.addresses.listKnown()).toHaveLength(1);
	});
});

describe('a pool with held addresses', () => {
	test('is filled from its beginning, though a far address is held', async () => {
		const {first, reserve, hold} = await makePool({...smallPool, prefix: 24, last: '192.0.2.255'});
		await hold('192.0.2.200');
		expect(await reserve(first)).toBe('192.0.2.2');
		expect(await reserve(first)).toBe('192.0.2.3');
	});

	test('finds its last gap, though somebody holds an address that nobody can have', async () => {
		const {first, claim, reserve, hold, use} = await makePool();
		await hold('192.0.2.1');
		await claim(first, '192.0.2.7');

		for (const address of ['192.0.2.2', '192.0.2.4', '192.0.2.5', '192.0.2.6']) {
			await claim(first, address);
		}

		expect(await use(1000)).toMatchObject({
			total: 5, used: 4, held: 0, free: 1,
		});
		expect(await reserve(first)).toBe('192.0.2.3');
		expect(await reserve(first)).toBeUndefined();
	});
});

test('the name of an address is its VM\'s to choose, and is forgotten with it', async () => {
	const {store, first, second, reserve, release} = await makePool({...smallPool, last: '192.0.2.2'});
	await reserve(first);
	const setPtr = async (vmId: number, ptr: string | null) => store.write(async ({addresses}) => addresses.setPtr(vmId, '192.0.2.2', ptr));
	await setPtr(second, 'stolen.example.net');
	expect(await store.read.addresses.listFor(first)).toMatchObject([{ptr: null}]);
	await setPtr(first, 'mail.example.net');
	expect(await store.read.addresses.listFor(first)).toMatchObject([{ptr: 'mail.example.net'}]);
	await release(first, '192.0.2.2', 2000, 0);
	await reserve(second, 3000);
	expect(await store.read.addresses.listAll()).toMatchObject([{vmId: second, ptr: null}]);
});

test('an address is found in whatever spelling and in every cluster that has it; what is none is not found', async () => {
	const {store, first} = await makePool();
	const six = {
		...smallPool, family: 6 as const, first: '2001:db8::', last: '2001:db8::ffff', prefix: 64, gateway: '2001:db8::1',
	};
	await store.write(async ({addresses}) => {
		await addresses.claim(first, {...six, cluster: 'nyc1'}, '2001:db8::7', 1000);
		await addresses.hold(six, '2001:DB8:0::7', {
			since: 1, until: null, by: 'anna', reason: null, reference: null,
		});
	});
	expect(await store.read.addresses.findKnown('2001:db8:0:0::0007')).toMatchObject([
		{
			cluster: 'fra1', vmId: null, family: 6, address: '2001:db8::7',
		},
		{cluster: 'nyc1', vmId: first},
	]);
	expect(await store.read.addresses.findKnown('\'; --')).toEqual([]);
	expect(await store.read.addresses.history('2001:db8:0::7')).toEqual([{
		cluster: 'nyc1', vmId: first, since: 1000, until: null,
	}]);
});
