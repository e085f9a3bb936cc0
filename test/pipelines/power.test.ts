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
import {changes, createWorld, type World} from './world.js';

/** A guest that does not listen: its acpid is gone. */
const deafen = async (world: World, vm: {readonly id: number}): Promise<void> => {
	const guest = await world.guest(vm);
	guest.isPaused = true;
};

test('start runs a VM that is off, and leaves alone one that runs', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const first = await ask(world, vm, 'start');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'running', status: 'ready', needsAttention: null});
	expect(await stepsOf(world, first)).toEqual(['done done']);
	expect(await isRunning(world, vm)).toBe(true);

	const second = await ask(world, vm, 'start');
	await settle(world, vm);
	expect(await stepsOf(world, second)).toEqual(['done skipped: no change']);
	expect(world.tasks('qmstart')).toBe(1);
});

test('a VM that somebody else starts between the look and the call is started, and that is fine', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'start');
	const proxmox = {
		...world.proxmox,
		async startVm(place: VmPlace) {
			await switchOn(world, vm);
			return world.proxmox.startVm(place);
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({remoteStatus: 'running', needsAttention: null});
	expect(await stepsOf(world, operation)).toEqual(['done skipped: it was started meanwhile']);
});

test('start of a VM that was suspended after the verb is given up, and names what lifts it', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'start');
	await askToSuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({needsAttention: null, remoteStatus: 'stopped'});
	expect(await endOf(world, operation)).toEqual({
		state: 'failed', message: 'vm1.example.net is suspended (overdue): it runs again after `cronsole vm unsuspend v101 --reason overdue`',
	});
	expect(world.tasks('qmstart')).toBe(0);
});

test('a suspension that comes while the start is under way waits for its end, so that nothing is left running', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const start = await ask(world, vm, 'start');
	await moveOn(world, start);
	await askToSuspend(world, vm, 'overdue');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped', resumes: true});
	expect(await stepsOf(world, start)).toEqual(['done done']);
	expect(await isRunning(world, vm)).toBe(false);
});

test('stop asks the guest and gives it its time; one that is off stays off', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	world.requests();
	const first = await ask(world, vm, 'stop');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped', status: 'ready'});
	const sent = world.requests().filter(({method}) => method === 'POST');
	expect(sent.map(({path, params}) => [path.split('/').at(-1), params])).toEqual([['shutdown', {timeout: '120', forceStop: '1'}]]);
	expect(await stepsOf(world, first)).toEqual(['done done']);

	const second = await ask(world, vm, 'stop');
	await settle(world, vm);
	expect(await stepsOf(world, second)).toEqual(['done skipped: it is off already']);
	expect(changes(world.requests())).toEqual([]);
});

test('stop forces a guest that does not listen', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await deafen(world, vm);
	await ask(world, vm, 'stop');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped'});
	expect(await isRunning(world, vm)).toBe(false);
});

test('a shutdown that fails in spite of force is followed by a hard stop, in the same step', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	world.fault({kind: 'fail-task', type: 'qmshutdown', text: 'VM quit/powerdown failed'});
	const operation = await ask(world, vm, 'stop');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped'});
	expect(await stepsOf(world, operation)).toEqual(['done done']);
	expect([world.tasks('qmshutdown'), world.tasks('qmstop')]).toEqual([1, 1]);
	expect(world.requests().find(({path}) => path.endsWith('/status/stop'))?.params).toEqual({'overrule-shutdown': '1'});
});

test('a shutdown that fails for another reason is no reason to pull the plug', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	world.fault({
		kind: 'fail-task', type: 'qmshutdown', text: 'can\'t lock file \'/var/lock/qemu-server/lock-5000.conf\' - got timeout', count: 1,
	});
	const operation = await ask(world, vm, 'stop');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped'});
	expect(await stepsOf(world, operation)).toEqual([expect.stringMatching(/^done failed: .*got timeout/), 'done done']);
	expect([world.tasks('qmshutdown'), world.tasks('qmstop')]).toEqual([2, 0]);
});

test('a VM that high availability starts again fails the stop after its attempts, without a call for a person', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const proxmox = {...world.proxmox, getVmStatus: async () => ({status: 'running', lock: null} as const)};
	const operation = await ask(world, vm, 'stop');
	const settings = {...world.settings, scheduler: {...world.settings.scheduler, maxAttempts: 2}};
	expect(await settle(world, vm, {proxmox, settings})).toMatchObject({needsAttention: null, status: 'ready'});
	expect(await endOf(world, operation)).toMatchObject({state: 'failed', message: expect.stringContaining('still runs')});
	expect(world.tasks('qmshutdown')).toBe(2);
});

test('shutdown only asks: a guest that does not listen runs on, and the line says what forces it', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	await deafen(world, vm);
	world.requests();
	const operation = await ask(world, vm, 'shutdown');
	expect(await settle(world, vm)).toMatchObject({needsAttention: null, status: 'ready'});
	expect(await endOf(world, operation)).toEqual({state: 'failed', message: 'the guest did not shut down within 2m: `cronsole vm stop v101` forces it'});
	expect(world.requests().find(({path}) => path.endsWith('/shutdown'))?.params).toEqual({timeout: '120', forceStop: '0'});
	expect(await isRunning(world, vm)).toBe(true);
	expect(world.tasks('qmstop')).toBe(0);
});

test('shutdown of a guest that listens ends with the VM off', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const operation = await ask(world, vm, 'shutdown');
	expect(await settle(world, vm)).toMatchObject({remoteStatus: 'stopped'});
	expect(await endOf(world, operation)).toEqual({state: 'done', message: null});
});

test.each([
	['stop', 'shutdownVm', 'qmshutdown', 'stopped'],
	['start', 'startVm', 'qmstart', 'running'],
	['reboot', 'rebootVm', 'qmreboot', 'running'],
] as const)('a %s whose owner dies straight after the call is adopted, not sent twice', async (kind, call, type, remoteStatus) => {
	const world = await createWorld();
	const vm = kind === 'start' ? await offVm(world) : await runningVm(world);
	const operation = await ask(world, vm, kind);
	const before = world.tasks(type);
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, call, true)})).rejects.toThrow(LockLost);
	expect(await settle(world, vm)).toMatchObject({remoteStatus});
	expect(await stepsOf(world, operation)).toEqual(['done done']);
	expect(world.tasks(type)).toBe(before + 1);
});

test('a stop whose owner dies straight before the call is sent once it can no longer arrive, and remembers that the VM ran', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const operation = await ask(world, vm, 'stop');
	await expect(moveOn(world, operation, {proxmox: dyingAt(world, 'shutdownVm', false)})).rejects.toThrow(LockLost);
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('not seen yet')});
	const guest = await world.guest(vm);
	guest.runs = []; // It crashed meanwhile.
	await settle(world, vm);
	expect(await world.operation(vm)).toMatchObject({state: 'done', notes: {wasRunning: true}});
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('power is refused to a VM that does not bear our stamp', async () => {
	const world = await createWorld();
	const vm = await runningVm(world);
	const guest = await world.guest(vm);
	guest.config.description = 'made by hand';
	for (const kind of ['stop', 'shutdown', 'reboot'] as const) {
		const operation = await ask(world, vm, kind);
		world.requests();
		expect(await settle(world, vm)).toMatchObject({needsAttention: null});
		expect(await endOf(world, operation)).toMatchObject({state: 'failed', message: expect.stringContaining('no stamp of ours')});
		expect(changes(world.requests())).toEqual([]);
	}
});
