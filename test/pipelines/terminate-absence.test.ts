import {expect, test} from 'vitest';
import {type FaultRule} from '../../source/simulation/faults.js';
import {createVm} from '../../source/simulation/vms.js';
import {ask, offVm, settle} from './asked.js';
import {pool} from './settings.js';
import {addAddress, goUntil, listHeld} from './termination.js';
import {createWorld, type World} from './world.js';

/** A VM with an address that vanished from its cluster, and whose termination was asked for. */
const vanished = async (world: World) => {
	const vm = await offVm(world);
	const address = await addAddress(world, vm);
	world.server.cluster.vms.delete(5000);
	await ask(world, vm, 'terminate');
	return {vm, address};
};

test.each([
	['the cluster does not answer', {kind: 'drop'}, 'cluster', 'fra1 unreachable'],
	['the node where it was does not answer', {kind: 'proxy-refused', node: 'pve1'}, 'node', 'fra1/pve1 unreachable'],
	['the node where it was is offline', {kind: 'node-down', node: 'pve1'}, 'node', 'fra1/pve1 unreachable'],
	['the cluster has no quorum', {kind: 'no-quorum'}, 'cluster', 'fra1 has no quorum'],
	['the token is refused', {kind: 'revoked-token'}, 'cluster', 'fra1 refuses the token'],
] as const satisfies ReadonlyArray<readonly [string, FaultRule, World['verdict'], string]>)('while %s a VM that is not seen is not taken to be gone', async (_, rule, verdict, waitingFor) => {
	const world = await createWorld();
	const {vm, address} = await vanished(world);
	world.fault(rule);
	world.verdict = verdict;
	expect(await world.move(vm)).toMatchObject({outcome: 'paused'});
	expect(await world.operation(vm)).toMatchObject({waitingFor, attempt: 0, position: null});
	expect(await world.vm(vm)).toMatchObject({status: 'terminate', needsAttention: null});
	expect(await listHeld(world, vm)).toEqual([address]);
	world.clearFaults();
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
});

test('a VM on a node that is offline is not gone: it is waited for', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const address = await addAddress(world, vm);
	await ask(world, vm, 'terminate');
	world.fault({kind: 'node-down', node: 'pve1'});
	world.verdict = 'node';
	expect(await world.move(vm)).toMatchObject({outcome: 'paused'});
	world.pass(100 * 3_600_000);
	expect(await world.move(vm)).toMatchObject({outcome: 'paused'});
	expect(await listHeld(world, vm)).toEqual([address]);
	world.clearFaults();
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(world.server.cluster.vms.has(5000)).toBe(false);
});

test('a VM that the token may not see any more is not gone', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const address = await addAddress(world, vm);
	await ask(world, vm, 'terminate');
	world.fault({
		kind: 'denied', method: 'GET', path: '/qemu/5000/config$', text: 'VM.Audit',
	});
	const proxmox = {
		...world.proxmox,
		async listResources() {
			const all = await world.proxmox.listResources();
			return all.filter(resource => !(resource.type === 'qemu' && resource.vmid === 5000));
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({
		status: 'error_terminate', needsAttention: {reason: expect.stringContaining('Permission check failed'), command: 'cronsole check && cronsole vm retry v101'},
	});
	expect(await listHeld(world, vm)).toEqual([address]);
});

test('a VM whose node left the cluster may run on there: a person says so', async () => {
	const world = await createWorld();
	const {vm, address} = await vanished(world);
	await world.store.write(async ({vms}) => vms.set(vm.id, {node: 'pve9'}));
	expect(await settle(world, vm)).toMatchObject({
		status: 'error_terminate', needsAttention: {reason: 'pve9, where VM 5000 was, is no node of fra1 any more: if the VM is gone for good, `cronsole vm reset v101 removed --reason …` says so'},
	});
	expect(await listHeld(world, vm)).toEqual([address]);
});

test('a VM that is moved just then is looked for again', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await ask(world, vm, 'terminate');
	world.fault({
		kind: 'status', method: 'GET', path: '/qemu/5000/config$', status: 500, text: 'Configuration file \'nodes/pve1/qemu-server/5000.conf\' does not exist', count: 1,
	});
	const move = await goUntil(world, vm, ({attempt}) => attempt === 1);
	expect(move).toMatchObject({outcome: 'failed', line: expect.stringContaining('it is looked for again')});
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(world.tasks('qmdestroy')).toBe(1);
});

test('what is left of a removed VM keeps its address from being given out, and so does whoever has a VMID that we have only reserved', async () => {
	const world = await createWorld({pools: [pool({first: '203.0.113.10', last: '203.0.113.12', quarantineMs: 0})]});
	const vm = await offVm(world);
	await world.proxmox.setVmConfig({node: 'pve1', vmid: 5000}, {ipconfig0: 'ip=203.0.113.10/24'});
	await world.store.write(async ({vms}) => vms.enter(await vms.get(vm.id), 'removed', world.clock.now())); // A person said so.
	const {vm: next} = await world.order();
	await world.store.write(async ({vms}) => vms.reserveVmid(next, [5000, 5999], new Set()));
	const {cluster} = world.server;
	cluster.vms.set(5001, createVm(cluster, 5001, 'pve2', {ipconfig0: 'ip=203.0.113.11/24'}));
	await world.move(next);
	expect(await listHeld(world, next)).toEqual(['203.0.113.12']);
});
