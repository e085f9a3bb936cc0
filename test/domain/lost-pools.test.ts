import {expect, test} from 'vitest';
import {type KnownAddress} from '../../source/domain/address.js';
import {findLostPools} from '../../source/domain/lost-pools.js';

const pool = {
	name: 'fra1-v4', cluster: 'fra1', first: '203.0.113.10', last: '203.0.113.99',
};

const known = (own: Partial<KnownAddress> = {}): KnownAddress => ({
	cluster: 'fra1', pool: 'fra1-v4', family: 4, address: '203.0.113.10', prefix: 24, gateway: '203.0.113.1', vmId: 101, releasedAt: null, quarantineUntil: null, hold: null, ...own,
});

const table: ReadonlyArray<readonly [string, Parameters<typeof findLostPools>[0], readonly KnownAddress[], ReturnType<typeof findLostPools>]> = [
	['none where every pool is there', [pool], [known()], []],
	['one that is gone, with how many of its addresses VMs have', [], [known(), known({address: '203.0.113.11', vmId: 102})], [{cluster: 'fra1', pool: 'fra1-v4', used: 2}]],
	['none whose addresses rest or are kept back, without a VM', [], [known({vmId: null})], []],
	['none that was renamed', [{...pool, name: 'fra1-public'}], [known()], []],
	['one of the same name on another cluster', [{...pool, cluster: 'ams1'}], [known()], [{cluster: 'fra1', pool: 'fra1-v4', used: 1}]],
	['only what lies outside of the range of the pool that took its place', [{...pool, name: 'fra1-public', first: '203.0.113.11'}], [known(), known({address: '203.0.113.11'})], [{cluster: 'fra1', pool: 'fra1-v4', used: 1}]],
	['none whose range became smaller: what lies outside is given out no more', [{...pool, first: '203.0.113.50'}], [known()], []],
	['each that is gone', [], [known(), known({cluster: 'ams1'}), known({pool: 'fra1-v6', family: 6, address: '2001:db8::10'})], [
		{cluster: 'fra1', pool: 'fra1-v4', used: 1}, {cluster: 'ams1', pool: 'fra1-v4', used: 1}, {cluster: 'fra1', pool: 'fra1-v6', used: 1},
	]],
];

test.each(table)('lost is %s', (_title, pools, addresses, expected) => {
	expect(findLostPools(pools, addresses)).toEqual(expected);
});
