import {expect, test} from 'vitest';
import {useChildren} from './support/child-process.js';
import {makePool, smallPool} from './support/address-pool.js';

const children = useChildren();

test('500 wishes of five processes over a pool of 400: 400 different addresses, 100 times none, none twice', async () => {
	const pool = {
		...smallPool, gateway: '10.0.0.1', prefix: 16, first: '10.0.1.0', last: '10.0.2.143',
	};
	const {store, first, second, use, hold} = await makePool(pool);
	await hold('10.0.2.0', {reference: 'order-2'});
	const started = Array.from({length: 5}, () => children.start());
	await Promise.all(started.map(async child => child.ask('open', store.place)));
	const lists = await Promise.all(started.map(async (child, index) => child.ask<ReadonlyArray<string | null>>('reserve', index % 2 === 0 ? first : second, pool, 100)));
	const got = lists.flat().filter(address => address !== null);
	expect(lists.flat().length - got.length).toBe(100);
	expect(new Set(got).size).toBe(400);
	expect(await use(1000)).toMatchObject({
		total: 400, used: 400, held: 0, free: 0,
	});
	const had = await store.read.addresses.listAll();
	expect(had.map(({address}) => address).toSorted()).toEqual(got.toSorted());
	expect(had.find(({address}) => address === '10.0.2.0')).toMatchObject({vmId: second});

	// What is shown as held is so in the history, once.
	for (const {address, vmId} of had.slice(0, 20)) {
		expect(await store.read.addresses.history(address)).toEqual([{
			cluster: 'fra1', vmId, since: 1000, until: null,
		}]);
	}
});
