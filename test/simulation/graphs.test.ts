import {describe, expect, test} from 'vitest';
import {knownParts, unknownOfVm} from '../../source/simulation/graphs.js';
import {
	createVm,
	moveVm,
	restartVm,
	startVm,
} from '../../source/simulation/vms.js';
import {createMachine} from './support/machine.js';

const minute = 60_000;

const withVm = () => {
	const machine = createMachine();
	const guest = createVm(machine.cluster, 101, 'pve2', {});
	machine.cluster.vms.set(101, guest);
	startVm(machine.cluster, guest);
	const born = machine.cluster.now;
	return {...machine, guest, unknown: () => unknownOfVm(machine.cluster, guest).slice(1).map(({from, to}) => [(from - born) / minute, (to - born) / minute])};
};

describe('nothing is known', () => {
	test('of the minute in which the counters fell back to 0', () => {
		const {cluster, guest, pass, unknown} = withVm();
		pass(90_000);
		restartVm(cluster, guest);
		pass(10 * minute);
		expect(unknown()).toEqual([[1, 2]]);
	});

	test('of the minutes in which the node was away where the VM was then, wherever it is now', () => {
		const {cluster, guest, pass, fault, unknown} = withVm();
		pass(5.5 * minute);
		const id = fault({kind: 'node-down', node: 'pve2'});
		pass(0);
		pass(3 * minute);
		cluster.faults.command({clear: id});
		pass(0);
		pass(10 * minute);
		moveVm(cluster, guest, 'pve3');
		pass(10 * minute);
		fault({kind: 'node-down', node: 'pve2'});
		pass(5 * minute);
		expect(unknown()).toEqual([[5, 9]]);
	});

	test('of a node that is still away, and of the time before the VM was there', () => {
		const {guest, cluster, pass, fault, unknown} = withVm();
		pass(5 * minute);
		fault({kind: 'node-down', node: 'pve2'});
		pass(0);
		expect(unknown()).toEqual([[4, Infinity]]);
		expect(unknownOfVm(cluster, guest)[0]).toEqual({from: -Infinity, to: guest.createdAt});
	});
});

describe('a coarse row', () => {
	const row = {from: 0, to: 30 * minute};

	test('is the mean of what is known of it', () => {
		expect(knownParts(row, [{from: -Infinity, to: 2 * minute}, {from: 5 * minute, to: 10 * minute}])).toEqual([{from: 2 * minute, to: 5 * minute}, {from: 10 * minute, to: row.to}]);
	});

	test('is not known where more than half of it is not', () => {
		expect(knownParts(row, [{from: 10 * minute, to: 25 * minute}])).toHaveLength(2);
		expect(knownParts(row, [{from: 10 * minute, to: 26 * minute}])).toBeUndefined();
	});
});
