import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {isRunning} from '../pipelines/asked.js';
import {createWorld, type World} from '../pipelines/world.js';

/** A VM that runs in a simulated cluster, and the intents of anna about it. */
const start = async (own: Partial<Settings> = {}) => {
	const world = await createWorld(own);
	const {store, settings, clock} = world;
	const {vm} = await world.order({sshKeys: ['ssh-ed25519 AAAA ada@laptop']});
	await world.drive(vm);
	const intents = createIntents({
		store, clock, randomBytes, settings: () => settings, actor: {name: 'anna', address: null},
	});
	return {world, vm, intents};
};

/** Takes notice of remote tasks that have ended, as the leader's watch does. */
const watch = async ({store, proxmox, clock}: World) => {
	for (const {id, upid} of await store.read.remoteTasks.listRunning()) {
		const task = await proxmox.getTaskStatus(upid!);
		if (!task.isRunning) {
			await store.write(async ({remoteTasks}) => remoteTasks.finish(id, task.exitStatus ?? '', clock.now()));
		}
	}
};

/** Goes on with the VM's first open operation, then the next, until none is open; attempts and waits do not wait for their moment. */
const driveAll = async (world: World, vm: Vm, isEnough = async () => false) => {
	const {store, clock} = world;
	for (let moves = 0; moves < 1000; moves++) {
		const [operation] = await store.read.operations.listOpen(vm.id);
		if (!operation || await isEnough()) {
			return;
		}

		const {outcome, line} = await runPipeline(operation, await world.context(vm));
		expect(outcome, line).not.toBe('attention');
		const {nextAttemptAt, remoteTaskId} = (await store.read.operations.find(operation.id))!;
		world.pass(Math.max(0, (nextAttemptAt ?? 0) - clock.now()));
		await sleep(remoteTaskId === null ? 0 : 5);
		await watch(world);
	}

	throw new Error('It does not end.');
};

test('a termination within its grace is taken back: the VM runs as before, and starts with its node', async () => {
	const {world, vm, intents} = await start({terminate: {graceMs: 3 * 86_400_000, keepBackupsDays: 0}});
	const {operation} = await intents.terminateVm(`v${vm.id}`);
	await driveAll(world, vm, async () => (await world.store.read.operations.find(operation!.id))!.position === 'cut_off');
	await expect(isRunning(world, vm)).resolves.toBe(false);
	expect((await world.config(vm)).onboot).toBe(0);
	await expect(intents.unterminateVm(`v${vm.id}`)).resolves.toMatchObject({subject: {status: 'ready'}});
	await driveAll(world, vm);
	await expect(isRunning(world, vm)).resolves.toBe(true);
	expect((await world.config(vm)).onboot).toBe(1);
	await expect(world.vm(vm)).resolves.toMatchObject({status: 'ready', resumes: false});
});

test('a termination that is asked for in the middle of a change ends it after its present step, and removes the VM', async () => {
	const {world, vm, intents} = await start();
	const {operation: change} = await intents.changeVm(`v${vm.id}`, {overrides: {cores: 4}}, {isPlan: false, allowDataLoss: false});
	await world.drive(vm, ({status}) => status === 'change_package' || status === 'cp_update_ip');
	await expect(intents.terminateVm(`v${vm.id}`)).resolves.toMatchObject({message: `${vm.hostname}: termination asked for after the present step`});
	await driveAll(world, vm);
	await expect(world.vm(vm)).resolves.toMatchObject({status: 'removed', needsAttention: null});
	await expect(world.store.read.operations.find(change!.id)).resolves.toMatchObject({state: 'cancelled'});
	await expect(world.guest(vm)).resolves.toBeUndefined();
});

test('a reset into the middle of a deploy makes the same VM what its row says, and no second one', async () => {
	const {world, vm, intents} = await start();
	await world.proxmox.setVmConfig({node: (await world.vm(vm)).node!, vmid: (await world.vm(vm)).vmid!}, {cores: 1});
	await intents.resetVm(`v${vm.id}`, 'set_ip', 'somebody was at it');
	await driveAll(world, vm);
	await expect(world.vm(vm)).resolves.toMatchObject({status: 'ready', needsAttention: null});
	expect((await world.config(vm)).cores).toBe(2);
	expect(world.tasks('qmclone')).toBe(1);
});
