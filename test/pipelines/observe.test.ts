import {expect, test} from 'vitest';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {systemClock} from '../../source/domain/clock.js';
import {vmName} from '../../source/domain/vm.js';
import {
	ask,
	offVm,
	runningVm,
	settle,
	stepsOf,
} from './asked.js';
import {goUntil} from './termination.js';
import {changes, createWorld, type World} from './world.js';

/** The same cluster, of which the config says that it is only observed. */
const observing = ({settings}: World) => connectProxmox({...settings.clusters[0]!, observe: true}, {clock: systemClock}).guardedBy(() => undefined);

const told = async ({store}: World): Promise<readonly string[]> => {
	const rows = await store.read.activity.list({limit: 50});
	return rows.map(({message}) => message).filter(message => message.includes('would send'));
};

test('the looks of a deploy are done, and its first change is told instead of sent', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	const proxmox = observing(world);
	expect(await world.move(vm, {proxmox})).toMatchObject({outcome: 'waiting', steps: 1, line: expect.stringContaining('waiting: would send: POST /nodes/pve1/qemu/9000/clone')});
	expect(changes(world.requests())).toEqual([]);
	expect(await world.vm(vm)).toMatchObject({status: 'set_ip', needsAttention: null});
	const {id, waitingFor, attempt, nextAttemptAt, remoteTaskId, slot} = await world.operation(vm);
	expect(waitingFor).toBe(`would send: POST /nodes/pve1/qemu/9000/clone newid=5000 name=vm1.example.net description=cronsole:${world.installation}:${vmName(vm)} full=1 storage=local-lvm`);
	expect({attempt, remoteTaskId, slot}).toEqual({attempt: 0, remoteTaskId: null, slot: null});
	expect(nextAttemptAt! - world.clock.now()).toBeGreaterThan(60_000);
	expect(await world.store.read.remoteTasks.findUnsettled(id, 'clone')).toBeUndefined();
	expect(await world.store.read.remoteTasks.inUse('clone:fra1/pve1/local-lvm')).toBe(0);
});

test('it is told once, however often it is looked, and a person is never called', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	const proxmox = observing(world);
	for (let hours = 0; hours < 30; hours++) {
		expect(await world.move(vm, {proxmox})).toMatchObject({outcome: 'waiting'});
		world.pass(3_600_000);
	}

	expect(await told(world)).toEqual([expect.stringContaining('clone: would send: POST /nodes/pve1/qemu/9000/clone')]);
	expect((await world.steps(vm)).filter(({outcome}) => outcome === 'failed')).toEqual([]);
	expect(await world.vm(vm)).toMatchObject({needsAttention: null});
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test('what is so already goes on without a change, and a new change is news', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const proxmox = observing(world);
	world.requests();
	await ask(world, vm, 'terminate');
	await goUntil(world, vm, ({waitingFor}) => waitingFor?.startsWith('would send') ?? false, {proxmox});
	await world.proxmox.setVmConfig({node: 'pve1', vmid: 5000}, {onboot: false});
	world.pass(600_000);
	await goUntil(world, vm, ({waitingFor}) => waitingFor?.includes('DELETE') ?? false, {proxmox});
	expect(await told(world)).toEqual([
		'cut off: would send: PUT /nodes/pve1/qemu/5000/config onboot=0', 'destroy: would send: DELETE /nodes/pve1/qemu/5000 purge=1 destroy-unreferenced-disks=1',
	]);
	expect(world.tasks('qmdestroy')).toBe(0);
	expect(await world.store.read.remoteTasks.countSince('fra1', 'qmdestroy', 0)).toBe(0);
	world.pass(600_000);
	const operation = await world.operation(vm);
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect((await stepsOf(world, operation)).filter(line => line.includes('failed'))).toEqual([]);
});

test('a remote task that ran before is followed to its end', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await ask(world, vm, 'terminate');
	await goUntil(world, vm, ({remoteTaskId}) => remoteTaskId !== null);
	await goUntil(world, vm, ({position}) => position === 'dns_removed', {proxmox: observing(world)});
	expect(world.tasks('qmstop')).toBe(1);
});
