import {expect, test} from 'vitest';
import {type VmPlace} from '../../source/clients/proxmox/proxmox.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	askToSuspend,
	dyingAt,
	endOf,
	isRunning,
	moveOn,
	offVm,
	runningVm,
	settle,
	stepsOf,
	switchOn,
} from './asked.js';
import {createWorld} from './world.js';

test.each(['9.2', '8.4'] as const)('reboot restarts a VM that runs and applies what was pending, on PVE %s', async pve => {
	const world = await createWorld({}, {pve});
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	guest.pending.cores = 3;
	const operation = await ask(world, vm, 'reboot');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running'});
	expect(await stepsOf(world, operation)).toEqual(['done done']);
	expect(guest.runs).toHaveLength(2);
	expect(guest.config.cores).toBe(3);
});

test('reboot of a VM that is off starts it, and says so', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'reboot');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running'});
	expect(await stepsOf(world, operation)).toEqual(['done done: it was off: it was started']);
	expect([world.tasks('qmreboot'), world.tasks('qmstart')]).toEqual([0, 1]);
});

test('a VM that was off and that somebody starts during its reboot is not rebooted on top of that', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'reboot');
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, 'startVm', false)})).rejects.toThrow(LockLost);
	await switchOn(world, vm);
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running'});
	const guest = await world.guest(vm);
	expect(guest.runs).toHaveLength(1);
});

test('reboot of a guest that does not listen is given up with the VM as it was', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	guest.isPaused = true;
	const operation = await ask(world, vm, 'reboot');
	expect(await settle(world, vm)).toMatchObject({needsAttention: null});
	expect(await endOf(world, operation)).toMatchObject({state: 'failed', message: expect.stringContaining('`cronsole vm stop v101` forces it')});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a node that does not start the guest again after its reboot is waited for, then helped', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const proxmox = {
		...world.proxmox,
		rebootVm: async (place: VmPlace) => world.proxmox.shutdownVm(place, {timeoutSeconds: 10, isForced: false}),
	};
	const operation = await ask(world, vm, 'reboot');
	expect(await settle(world, vm, {proxmox})).toMatchObject({remoteStatus: 'running', needsAttention: null});
	expect(await stepsOf(world, operation)).toEqual(['done failed: the guest went down and its node did not start it again', 'done done']);
});

test('reboot of a VM that was suspended after the verb is given up, with what was under way brought to its end', async () => {
	const world = await createWorld();
	const off = await offVm(world);
	const early = await ask(world, off, 'reboot');
	await askToSuspend(world, off, 'overdue');
	expect(await settle(world, off)).toMatchObject({resumes: false});
	expect(await endOf(world, early)).toMatchObject({state: 'failed', message: expect.stringContaining('is suspended (overdue)')});

	const running = await runningVm(world);
	const late = await ask(world, running, 'reboot');
	await moveOn(world, late);
	await askToSuspend(world, running, 'overdue');
	expect(await settle(world, running)).toMatchObject({resumes: true, remoteStatus: 'stopped'});
	expect(await endOf(world, late)).toMatchObject({state: 'done'});
});
