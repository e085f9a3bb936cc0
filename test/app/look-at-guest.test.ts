import {expect, test} from 'vitest';
import {lookAtGuest} from '../../source/app/look-at-guest.js';
import {createVm} from '../../source/simulation/vms.js';
import {startCluster} from '../scheduler/world.js';

test('a VM that is to be taken over is looked at, on a cluster that is only observed too', async () => {
	const {server: {cluster}, connectionOf} = await startCluster({}, {observe: true});
	cluster.vms.set(301, createVm(cluster, 301, 'pve2', {name: 'shop', cores: 3}));
	expect(await lookAtGuest('fra1', 301, connectionOf)).toMatchObject({
		cluster: 'fra1', node: 'pve2', vmid: 301, name: 'shop', isRunning: false, isTemplate: false, config: {cores: 3},
	});
	expect(await lookAtGuest('fra1', 9000, connectionOf)).toMatchObject({isTemplate: true});
});

test.each([
	['no cluster of that name', 'ams1', 301, 'there is no cluster ams1 in the config'],
	['no such VM', 'fra1', 301, 'there is no VM 301 on fra1, or the token may not see it'],
])('where there is %s that is said', async (_, cluster, vmid, message) => {
	const {connectionOf} = await startCluster();
	await expect(lookAtGuest(cluster, vmid, connectionOf)).rejects.toMatchObject({name: 'Refused', code: 'unknown', message});
});
