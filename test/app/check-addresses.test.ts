import {expect, test} from 'vitest';
import {checkAddresses} from '../../source/app/check-addresses.js';
import {type CheckLine} from '../../source/app/check-line.js';
import {type PoolSettings, type Settings} from '../../source/domain/settings.js';
import {makeStore, newVm} from '../store/support/temporary-store.js';

const pool = (name: string, more: Partial<PoolSettings> = {}): PoolSettings => ({
	name, cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.99', resolvers: [], alertBelow: 5, quarantineMs: 1000, genericPtr: null, ...more,
});

/** Seven addresses of the pool are in use, one was released. */
const start = async () => {
	const store = await makeStore();
	await store.write(async ({vms, addresses}) => {
		const {id} = await vms.insert(newVm());
		for (const last of [10, 11, 12, 13, 14, 15, 16, 17]) {
			await addresses.claim(id, pool('a'), `203.0.113.${last}`, 1000);
		}

		await addresses.release(id, '203.0.113.10', 2000, 0);
	});
	return store;
};

const linesOf = async (store: Awaited<ReturnType<typeof start>>, pools: readonly PoolSettings[], packages: Settings['packages'] = {}): Promise<readonly CheckLine[]> => {
	const lines: CheckLine[] = [];
	await checkAddresses({
		settings: {pools, packages}, store, report(line) {
			lines.push(line);
		},
	});
	return lines;
};

test('nothing is said where every address in use lies in its pool', async () => {
	await expect(linesOf(await start(), [pool('b', {first: '203.0.113.100', last: '203.0.113.110'}), pool('a')])).resolves.toEqual([]);
});

test('addresses in use that the pool has no more are a warning, released ones are not', async () => {
	const lines = await linesOf(await start(), [pool('a', {first: '203.0.113.13'})]);
	expect(lines).toEqual([{subject: 'pool a', result: 'warning', message: 'VMs have 203.0.113.11, 203.0.113.12, outside of 203.0.113.13 to 203.0.113.99: they keep them, and nobody gets them after'}]);
});

test.each([
	['is not in the config any more', []],
	['has gone to another cluster', [pool('a', {cluster: 'nyc1'})]],
])('a pool with addresses in use that %s is a failure', async (_, pools) => {
	const lines = await linesOf(await start(), pools);
	expect(lines).toEqual([{
		subject: 'pool a',
		result: 'failed',
		message: 'VMs on fra1 have 203.0.113.11, 203.0.113.12, 203.0.113.13, 203.0.113.14, 203.0.113.15 and 2 more of it, and the config has no such pool there: put it back until they are released',
	}]);
});

test('a package that asks for addresses which no pool has is a warning', async () => {
	const lines = await linesOf(await start(), [pool('a')], {
		four: {ipv4: 1}, both: {ipv4: 1, ipv6: 2}, none: {ipv4: 0, ipv6: 0}, silent: {},
	});
	expect(lines).toEqual([{subject: 'package both', result: 'warning', message: 'it asks for IPv6 addresses, and no pool has any'}]);
});
