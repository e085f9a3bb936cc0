import {describe, expect, test} from 'vitest';
import {type PoolSettings} from '../../source/domain/settings.js';
import {type Store} from '../../source/store/store.js';
import {makeStore, newVm} from './support/temporary-store.js';

const pool: PoolSettings = {
	name: 'public', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '192.0.2.1', prefix: 29, first: '192.0.2.0', last: '192.0.2.7', resolvers: ['192.0.2.53'],
	alertBelow: 2, quarantineMs: 1000, genericPtr: null,
};
const pool6: PoolSettings = {
	...pool, name: 'six', family: 6, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::', last: '2001:db8::ffff:ffff:ffff:ffff',
};

const start = async () => {
	const store = await makeStore();
	const [first, second] = await store.write(async ({vms}) => [
		await vms.insert(newVm()),
		await vms.insert(newVm({reference: 'order-2', hostname: 'web2.example.net', cluster: 'nyc1'})),
	]);
	return {store, first: first.id, second: second.id};
};

const reserve = async (store: Store, vmId: number, settings = pool, {taken = [] as readonly string[], now = 1000} = {}) =>
	(await store.write(async ({addresses}) => addresses.reserve(vmId, settings, new Set(taken), now)))?.address;

describe('a pool', () => {
	test('never gives out network, broadcast, gateway or what is taken, and ends when it is used up', async () => {
		const {store, first} = await start();
		expect(await reserve(store, first, pool, {taken: ['192.0.2.2', 'junk']})).toBe('192.0.2.3');
		expect(await reserve(store, first)).toBe('192.0.2.4');
		expect(await reserve(store, first)).toBe('192.0.2.5');
		expect(await reserve(store, first)).toBe('192.0.2.6');
		expect(await reserve(store, first, pool, {taken: ['192.0.2.2']})).toBeUndefined();
		// What was taken by a stranger may come free: the gap is found.
		expect(await reserve(store, first)).toBe('192.0.2.2');
		expect(await reserve(store, first)).toBeUndefined();
		expect(await store.read.addresses.listFor(first)).toHaveLength(5);
		// In the order in which they were got: that gap came last.
		expect((await store.read.addresses.listFor(first)).at(-1)).toEqual({
			family: 4, address: '192.0.2.2', prefix: 29, gateway: '192.0.2.1', pool: 'public', bridge: 'vmbr0', vlan: 0, resolvers: ['192.0.2.53'], ptr: null,
		});
	});

	test('gives a VM the very address that it has already, from quarantine too, but none that another VM holds', async () => {
		const {store, first, second} = await start();
		const claim = async (vmId: number, address: string, now = 1000) => store.write(async ({addresses}) => addresses.claim(vmId, pool, address, now));
		expect(await claim(first, '192.0.2.4')).toMatchObject({
			family: 4, address: '192.0.2.4', prefix: 29, gateway: '192.0.2.1', pool: 'public',
		});
		expect(await claim(second, '192.0.2.4')).toBeUndefined();
		await store.write(async ({addresses}) => addresses.release(first, '192.0.2.4', 2000, 60_000));
		expect(await claim(second, '192.0.2.4', 3000)).toMatchObject({address: '192.0.2.4'});
		expect(await store.read.addresses.history('192.0.2.4')).toEqual([
			{
				cluster: 'fra1', vmId: first, since: 1000, until: 2000,
			},
			{
				cluster: 'fra1', vmId: second, since: 3000, until: null,
			},
		]);
		expect(await store.write(async ({addresses}) => addresses.claim(first, pool6, '2001:DB8:0:0::7', 1000))).toMatchObject({family: 6, address: '2001:db8::7'});
		expect(await store.read.addresses.use([pool], 3500)).toMatchObject([{used: 1, quarantined: 0}]);
	});

	test('lets what was released rest, then gives out the one that has been free longest', async () => {
		const {store, first, second} = await start();

		for (let index = 0; index < 5; index++) {
			await reserve(store, first);
		}

		const release = async (address: string, now: number) => store.write(async ({addresses}) => addresses.release(first, address, now, 1000));
		await release('192.0.2.5', 2000);
		await release('192.0.2.2', 3000);
		expect(await store.read.addresses.use([pool], 3500)).toEqual([{
			pool: 'public', total: 5, used: 3, quarantined: 1, held: 0, free: 1,
		}]);
		expect(await reserve(store, second, pool, {now: 2999})).toBeUndefined();
		expect(await reserve(store, second, pool, {now: 5000, taken: ['192.0.2.5']})).toBe('192.0.2.2');
		expect(await reserve(store, second, pool, {now: 5000})).toBe('192.0.2.5');
		expect(await store.read.addresses.history('192.0.2.5')).toMatchObject([{vmId: first, since: 1000, until: 2000}, {vmId: second, since: 5000, until: null}]);
		expect(await store.read.addresses.listAll()).toHaveLength(5);
		// Only its holder can release it.
		await release('192.0.2.5', 6000);
		expect((await store.read.addresses.listFor(second)).map(({address}) => address)).toEqual(['192.0.2.2', '192.0.2.5']);
	});

	test('of IPv6 may be as large as it likes', async () => {
		const {store, first} = await start();
		expect(await reserve(store, first, pool6, {taken: ['2001:0DB8:0::2/64']})).toBe('2001:db8::3');
		expect(await reserve(store, first, pool6)).toBe('2001:db8::4');
		const [use] = await store.read.addresses.use([pool6], 1000);
		expect(use).toMatchObject({used: 2, quarantined: 0});
		expect(use!.total).toBeGreaterThan(1.8e19);
		await store.write(async ({addresses}) => addresses.release(first, '2001:DB8:0:0::3', 2000, 0));
		expect(await store.read.addresses.history('2001:db8:0::3')).toMatchObject([{vmId: first, since: 1000, until: 2000}]);
		expect(await reserve(store, first, {...pool6, first: '2001:db8::ffff:ffff:ffff:ffff'})).toBe('2001:db8::ffff:ffff:ffff:ffff');
	});

	test('of another cluster may have the same addresses, one that overlaps in the same cluster gives none twice', async () => {
		const {store, first, second} = await start();
		expect(await reserve(store, first)).toBe('192.0.2.2');
		expect(await reserve(store, second, {...pool, cluster: 'nyc1'})).toBe('192.0.2.2');
		expect(await reserve(store, second, {...pool, name: 'overlap'})).toBe('192.0.2.3');
	});
});
