import {expect, test} from 'vitest';
import {type OutboxRow} from '../../source/store/outbox.js';
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
} from './asked.js';
import {changes, createWorld, type World} from './world.js';

const mail = {
	smtp: {reveal: () => ''}, fingerprints: [], from: 'ops@example.net', templates: null,
};
const chosen = 'a-new-Password-23456';

/** Everything that people or programs get to read of a VM's work, but its mails. */
const everythingShown = async ({store}: World, {id}: {readonly id: number}): Promise<string> => JSON.stringify([
	await store.read.stepLog.list(id),
	await store.read.operations.listFor(id),
	await store.read.activity.list({limit: 100}),
]);

const mails = async ({store}: World): Promise<readonly OutboxRow[]> => store.read.outbox.list();

test.each(['9.2', '8.4'] as const)('a new password is chosen, told to cloud-init, applied by a reboot and mailed, on PVE %s', async pve => {
	const world = await createWorld({mail}, {pve});
	const vm = await runningVm(world);
	world.requests();
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', status: 'ready', password: chosen});
	expect(await stepsOf(world, operation)).toEqual(['chosen done', 'set_cloudinit done', 'rebooted done', 'done done']);
	const requests = world.requests();
	expect(changes(requests).map(line => line.replace('/nodes/pve1/qemu/5000', ''))).toEqual(['PUT /config', 'PUT /cloudinit', 'POST /status/reboot']);
	expect(requests.find(({method, path}) => method === 'PUT' && path.endsWith('/config'))?.params).toEqual({cipassword: chosen});
	const guest = await world.guest(vm);
	expect(guest.runs).toHaveLength(2);
	expect(await mails(world)).toMatchObject([{
		template: 'password-reset', to: 'ada@example.org', variables: {password: chosen, hostname: 'vm1.example.net', user: 'root'},
	}]);
	expect(await everythingShown(world, vm)).not.toContain(chosen);
});

test('without mail the password is written all the same and erased with the last step', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({password: null});
	expect((await stepsOf(world, operation)).at(-1)).toBe('done skipped: no mail configured');
	expect(await world.config(vm)).toMatchObject({cipassword: expect.any(String)});
	expect(await mails(world)).toEqual([]);
});

test('a customer who wants no mail gets none, and the password is erased', async () => {
	const world = await createWorld({mail});
	const vm = await offVm(world, {mail: false});
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({password: null});
	expect((await stepsOf(world, operation)).at(-1)).toBe('done skipped: no mail wanted');
});

test('a VM that is off is not started for it', async () => {
	const world = await createWorld({mail});
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped'});
	expect(await stepsOf(world, operation)).toEqual(['chosen done', 'set_cloudinit done', 'rebooted skipped: it is off: applies at its next start', 'done done']);
	expect([world.tasks('qmreboot'), world.tasks('qmstart')]).toEqual([0, 0]);
	expect(await mails(world)).toHaveLength(1);
});

test('a suspended VM stays off', async () => {
	const world = await createWorld({mail});
	const vm = await runningVm(world);
	await askToSuspend(world, vm, 'overdue');
	await settle(world, vm);
	await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped', resumes: true});
	expect(world.tasks('qmreboot')).toBe(0);
	expect(await mails(world)).toHaveLength(1);
});

test('a guest that does not go down for the reboot is forced, and runs again', async () => {
	const world = await createWorld({mail});
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	guest.isPaused = true;
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', needsAttention: null});
	expect(await stepsOf(world, operation)).toEqual(['chosen done', 'set_cloudinit done', 'rebooted done', 'done done']);
	expect([world.tasks('qmreboot'), world.tasks('qmstop')]).toEqual([1, 1]);
	expect(guest.runs).toHaveLength(2);
});

test('a VM that was forced off and suspended before it ran again stays off, and runs once that is over', async () => {
	const world = await createWorld({mail});
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	guest.isPaused = true;
	const operation = await ask(world, vm, 'password');
	for (;;) {
		const {line} = await moveOn(world, operation);
		if (line.includes('the VM to run')) {
			break;
		}
	}

	expect(await isRunning(world, vm)).toBe(false);
	await askToSuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped', resumes: true});
});

test('a VM without a cloud-init drive keeps its password, and the line says why', async () => {
	const world = await createWorld({mail});
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	delete guest.config.ide2;
	const operation = await ask(world, vm, 'password');
	expect(await settle(world, vm)).toMatchObject({password: null, needsAttention: null});
	expect(await endOf(world, operation)).toEqual({
		state: 'failed', message: 'VM 5000 on fra1/pve1 has no cloud-init drive: its guest would never hear of a new password',
	});
	expect(changes(world.requests()).filter(line => line.includes('/cloudinit') || line.includes('reboot'))).toEqual([]);
});

test('a password that an earlier mail erased meanwhile is replaced before anybody is told', async () => {
	const world = await createWorld({mail});
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'password');
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, 'setVmConfig', false)})).rejects.toThrow(LockLost);
	await world.store.write(async ({vms}) => vms.set(vm.id, {password: null}));
	await settle(world, vm, {createPassword: () => 'another-one-98765'});
	expect((await mails(world))[0]?.variables.password).toBe('another-one-98765');
	expect((await world.guest(vm)).config.cipassword).toBeDefined();
});

test.each(['setVmConfig', 'renewCloudInit', 'rebootVm'] as const)('an owner that dies straight after %s is followed by one that goes on with the same password and one reboot', async call => {
	const world = await createWorld({mail});
	const vm = await runningVm(world);
	const operation = await ask(world, vm, 'password');
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, call, true)})).rejects.toThrow(LockLost);
	await settle(world, vm, {createPassword: () => 'another-one-98765'});
	expect(await stepsOf(world, operation)).toEqual(['chosen done', 'set_cloudinit done', 'rebooted done', 'done done']);
	expect((await mails(world)).map(({variables}) => variables.password)).toEqual([chosen]);
	const guest = await world.guest(vm);
	expect(guest.runs).toHaveLength(2);
});

test('every reset has a mail of its own', async () => {
	const world = await createWorld({mail});
	const vm = await offVm(world);
	for (const password of ['first-one-234567', 'second-one-23456']) {
		await ask(world, vm, 'password');
		await settle(world, vm, {createPassword: () => password});
	}

	const told = (await mails(world)).map(({variables}) => variables.password);
	expect(new Set(told)).toEqual(new Set(['first-one-234567', 'second-one-23456']));
});
