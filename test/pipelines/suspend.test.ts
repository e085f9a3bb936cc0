import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	askToSuspend,
	askToUnsuspend,
	dyingAt,
	isRunning,
	moveOn,
	offVm,
	runningVm,
	settle,
	stepsOf,
	switchOn,
} from './asked.js';
import {changes, createWorld} from './world.js';

test.each(['9.2', '8.4'] as const)('a suspended VM no longer starts with its node, then is shut down; the end of it undoes both, on PVE %s', async pve => {
	const world = await createWorld({}, {pve});
	const vm = await runningVm(world);
	world.requests();
	const suspend = await askToSuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({
		status: 'ready', remoteStatus: 'stopped', resumes: true, suspended: ['overdue'],
	});
	expect(changes(world.requests())).toEqual(['PUT /nodes/pve1/qemu/5000/config', 'POST /nodes/pve1/qemu/5000/status/shutdown']);
	expect(await stepsOf(world, suspend)).toEqual(['set_onboot done', 'done done']);
	expect(await world.config(vm)).toMatchObject({onboot: 0});
	expect(await isRunning(world, vm)).toBe(false);

	const unsuspend = await askToUnsuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', resumes: false, suspended: []});
	expect(await stepsOf(world, unsuspend)).toEqual(['set_onboot done', 'done done']);
	expect(await world.config(vm)).toMatchObject({onboot: 1});
	expect(await isRunning(world, vm)).toBe(true);
});

test('who abuses it is cut off at once; a guest that is merely overdue has its time and is forced after it', async () => {
	const world = await createWorld();
	const abused = await runningVm(world);
	await askToSuspend(world, abused, 'abuse');
	expect(await settle(world, abused)).toMatchObject({remoteStatus: 'stopped', resumes: true});
	expect([world.tasks('qmstop'), world.tasks('qmshutdown')]).toEqual([1, 0]);

	const overdue = await runningVm(world);
	const guest = await world.guest(overdue);
	guest.isPaused = true;
	await askToSuspend(world, overdue, 'overdue');
	expect(await settle(world, overdue)).toMatchObject({remoteStatus: 'stopped'});
	expect([world.tasks('qmstop'), world.tasks('qmshutdown')]).toEqual([1, 1]);
});

test('of two reasons each is lifted by itself, and only the last one lets the VM run', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	const second = await askToSuspend(world, vm, 'abuse');
	expect(await settle(world, vm)).toMatchObject({resumes: true});
	expect(await stepsOf(world, second)).toEqual(['set_onboot skipped: no change', 'done skipped: it is off already']);

	const first = await askToUnsuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({suspended: ['abuse'], resumes: true, remoteStatus: 'stopped'});
	expect(await stepsOf(world, first)).toEqual(['set_onboot skipped: no change', 'done skipped: suspended']);
	expect(await world.config(vm)).toMatchObject({onboot: 0});

	await askToUnsuspend(world, vm, 'abuse');
	expect(await settle(world, vm)).toMatchObject({suspended: [], resumes: false, remoteStatus: 'running'});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a VM that was off before it was suspended stays off afterwards', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await askToSuspend(world, vm, 'manual');
	expect(await settle(world, vm)).toMatchObject({resumes: false, remoteStatus: 'stopped'});
	const unsuspend = await askToUnsuspend(world, vm, 'manual');
	await settle(world, vm);
	expect(await stepsOf(world, unsuspend)).toEqual(['set_onboot done', 'done skipped: the suspension did not stop it']);
	expect(world.tasks('qmstart')).toBe(0);
});

test('a package without onboot stays without it, suspended or not', async () => {
	const world = await createWorld();
	const vm = await offVm(world, {package: {cores: 2, onboot: false}});
	for (const act of [askToSuspend, askToUnsuspend]) {
		await act(world, vm, 'overdue');
		await settle(world, vm);
		expect(await world.config(vm)).toMatchObject({onboot: 0});
	}
});

test('a VM that was never cloned has nothing to be turned off or on', async () => {
	const world = await createWorld();
	const {vm, operation} = await world.order();
	await world.store.write(async ({operations}) => operations.finish(operation.id, 'cancelled', world.clock.now()));
	for (const act of [askToSuspend, askToUnsuspend]) {
		const asked = await act(world, vm, 'overdue');
		expect(await settle(world, vm)).toMatchObject({needsAttention: null});
		expect(await stepsOf(world, asked)).toEqual(['set_onboot skipped: it is not cloned yet', 'done skipped: it is not cloned yet']);
	}

	expect(world.requests()).toEqual([]);
});

test('a VM suspended in the middle of its deploy is deployed, never started, and runs once that is over', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	await world.move(vm);
	await askToSuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({
		status: 'ready', remoteStatus: 'stopped', resumes: true, needsAttention: null,
	});
	expect(world.tasks('qmstart')).toBe(0);
	expect(world.requests().filter(({params}) => 'onboot' in (params ?? {})).map(({params}) => params.onboot)).not.toContain('1');
	const {onboot = 0, cores} = await world.config(vm);
	expect([onboot, cores]).toEqual([0, 2]);
	const steps = await world.steps(vm);
	expect(steps.find(({to}) => to === 'starting')).toMatchObject({outcome: 'skipped', reason: 'suspended'});

	await askToUnsuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', resumes: false});
	expect(await world.config(vm)).toMatchObject({onboot: 1});
});

test('a suspension that comes while a deploy starts its VM again waits for that, so that the stop comes last', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await world.store.write(async ({vms}) => vms.enter(vm, 'starting', world.clock.now()));
	const operation = await ask(world, vm, 'create');
	await moveOn(world, operation);
	world.pass(20_000);
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('the start')});
	await askToSuspend(world, vm, 'abuse');
	const proxmox = {...world.proxmox, getTaskStatus: async () => ({isRunning: true, exitStatus: null})};
	expect(await moveOn(world, operation, {proxmox})).toMatchObject({outcome: 'waiting', line: expect.stringContaining('the start')});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'stopped', resumes: true});
	expect(await isRunning(world, vm)).toBe(false);
});

test('a suspension that is lifted before it began stops nothing', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const suspend = await askToSuspend(world, vm, 'overdue');
	const unsuspend = await askToUnsuspend(world, vm, 'overdue');
	await settle(world, vm);
	expect(await stepsOf(world, suspend)).toEqual(['set_onboot skipped: no change', 'done skipped: it was lifted meanwhile']);
	expect(await stepsOf(world, unsuspend)).toEqual(['set_onboot skipped: no change', 'done skipped: the suspension did not stop it']);
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('a suspension that is lifted while the guest shuts down ends with the VM running', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await moveOn(world, await askToSuspend(world, vm, 'overdue'));
	expect(world.tasks('qmshutdown')).toBe(1);
	await askToUnsuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', resumes: false});
	expect(await world.config(vm)).toMatchObject({onboot: 1});
	expect(await isRunning(world, vm)).toBe(true);
});

test('a suspension that comes back before its end was carried out keeps the VM off, and is made up for later', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	const unsuspend = await askToUnsuspend(world, vm, 'overdue');
	await askToSuspend(world, vm, 'abuse');
	expect(await settle(world, vm)).toMatchObject({resumes: true, remoteStatus: 'stopped'});
	expect(await stepsOf(world, unsuspend)).toEqual(['set_onboot skipped: no change', 'done skipped: suspended']);
	expect(world.tasks('qmstart')).toBe(0);
	await askToUnsuspend(world, vm, 'abuse');
	expect(await settle(world, vm)).toMatchObject({resumes: false, remoteStatus: 'running'});
});

test('a suspended VM that somebody started in Proxmox is stopped by the next reason', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	await switchOn(world, vm);
	await askToSuspend(world, vm, 'manual');
	expect(await settle(world, vm)).toMatchObject({resumes: true, remoteStatus: 'stopped'});
});

test('power off is no end of a suspension: stop finds a suspended VM off, and it runs again afterwards', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	await ask(world, vm, 'stop');
	expect(await settle(world, vm)).toMatchObject({resumes: true});
});

test.each([true, false])('an owner that dies at the shutdown (sent: %s) takes nothing with it: the VM ends off and is known to have run', async isSent => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const suspend = await askToSuspend(world, vm, 'overdue');
	await expect(moveOn(world, suspend, {proxmox: dyingAt(world, 'shutdownVm', isSent)})).rejects.toThrow(LockLost);
	const guest = await world.guest(vm);
	if (!isSent) {
		guest.runs = []; // It went off by itself meanwhile.
	}

	expect(await settle(world, vm)).toMatchObject({resumes: true, remoteStatus: 'stopped'});
	expect(world.tasks('qmshutdown')).toBe(Number(isSent));
});

test('an owner that dies at the change of onboot is followed by one that finds it so', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const suspend = await askToSuspend(world, vm, 'overdue');
	await expect(moveOn(world, suspend, {proxmox: dyingAt(world, 'setVmConfig', true)})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await stepsOf(world, suspend)).toEqual(['set_onboot skipped: no change', 'done done']);
});

test('an owner that dies straight after the start that ends a suspension is followed by one that adopts it', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	const unsuspend = await askToUnsuspend(world, vm, 'overdue');
	await expect(moveOn(world, unsuspend, {proxmox: dyingAt(world, 'startVm', true)})).rejects.toThrow(LockLost);
	expect(await world.vm(vm)).toMatchObject({resumes: true});
	expect(await settle(world, vm)).toMatchObject({resumes: false, remoteStatus: 'running'});
	expect(world.tasks('qmstart')).toBe(1);
});

test('a suspension that cannot be carried out needs a person', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	world.fault({
		kind: 'status', method: 'POST', path: '/status/stop$', status: 403, text: 'Permission check failed (/vms/5000, VM.PowerMgmt)',
	});
	await askToSuspend(world, vm, 'abuse');
	expect(await settle(world, vm)).toMatchObject({needsAttention: {command: 'cronsole check && cronsole vm retry v101'}});
});
