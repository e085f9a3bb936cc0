import {expect, test} from 'vitest';
import {placeVm, type NodeRoom} from '../../source/domain/placement.js';

const gib = 1024 ** 3;

const node = (name: string, own: Partial<NodeRoom> = {}): NodeRoom => ({
	name, isOnline: true, isInMaintenance: false, freeMemoryBytes: 8 * gib, hasStorage: true, freeStorageBytes: 100 * gib, ...own,
});

const wish = {
	present: 'pve1', wanted: null, memoryBytes: 2 * gib, diskBytes: 10 * gib,
};

test('a VM stays where it fits, however much room the others have', () => {
	expect(placeVm(wish, [node('pve1'), node('pve2', {freeMemoryBytes: 64 * gib})])).toEqual({node: 'pve1', warning: null});
});

test('without room it goes to the node with most free memory', () => {
	const nodes = [node('pve1', {freeMemoryBytes: gib}), node('pve2', {freeMemoryBytes: 4 * gib}), node('pve3', {freeMemoryBytes: 9 * gib})];
	expect(placeVm(wish, nodes)).toEqual({node: 'pve3', warning: null});
	expect(placeVm(wish, [node('pve1', {freeStorageBytes: gib}), node('pve2')])).toEqual({node: 'pve2', warning: null});
});

test.each([
	['is offline', {isOnline: false}],
	['is in maintenance', {isInMaintenance: true}],
	['lacks the storage', {hasStorage: false}],
	['has a full storage', {freeStorageBytes: gib}],
	['has too little memory', {freeMemoryBytes: gib}],
])('a node that %s is not chosen, and a VM that fits nowhere stays with a warning', (_, own) => {
	const placement = placeVm(wish, [node('pve1', {freeMemoryBytes: 0}), node('pve2', own)]);
	expect(placement.node).toBe('pve1');
	expect(placement.warning).toMatch(/no node .* stays on pve1/);
});

test('the node that the order names is taken, even where memory is short', () => {
	expect(placeVm({...wish, wanted: 'pve2'}, [node('pve1'), node('pve2', {freeMemoryBytes: 0})])).toEqual({node: 'pve2', warning: null});
	expect(placeVm({...wish, wanted: 'pve1'}, [node('pve1', {isInMaintenance: true})])).toEqual({node: 'pve1', warning: null});
});

test.each([
	['pve9', {}, 'is not in the cluster'],
	['pve2', {isOnline: false}, 'is not online'],
	['pve2', {isInMaintenance: true}, 'is in maintenance'],
	['pve2', {hasStorage: false}, 'does not have the storage'],
])('a named node that cannot take it is said why: %s %o', (wanted, own, why) => {
	expect(placeVm({...wish, wanted}, [node('pve1'), node('pve2', own)])).toEqual({node: 'pve1', warning: `the node ${wanted} ${why}: the VM stays on pve1`});
});

test('of two nodes with the same room the name decides, whatever the order of the answer', () => {
	const full = node('pve1', {freeMemoryBytes: 0});
	expect(placeVm(wish, [full, node('pve3'), node('pve2')]).node).toBe('pve2');
});
