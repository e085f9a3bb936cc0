import {expect, test} from 'vitest';
import {isRunning} from '../pipelines/asked.js';
import {outcomes} from '../pipelines/world.js';
import {
	askForCores,
	expectWell,
	interrupted,
	play,
	withOldStates,
} from './interplay.js';

test('verbs are answered while their cluster is away, and carried out in their order once it is back', async () => {
	const game = await play();
	const {world, vm, intents, ref, go, goOnce, row, listOpen} = game;
	world.fault({kind: 'drop'});
	world.verdict = 'cluster';
	await intents.powerVm(ref, 'stop');
	await askForCores(game);
	await intents.takeSnapshot(ref, {name: 's1', note: null});
	await intents.powerVm(ref, 'start');
	for (let goes = 0; goes < 4; goes++) {
		await goOnce();
	}

	expect(await row()).toMatchObject({needsAttention: null});
	expect(await listOpen()).toMatchObject([{kind: 'stop', attempt: 0, waitingFor: 'fra1 unreachable'}, {kind: 'change'}, {kind: 'take-snapshot'}, {kind: 'start'}]);
	world.clearFaults();
	await go();
	await expectWell(game, 4);
	const done = await world.store.read.operations.listFor(vm.id);
	expect(done.toSorted((a, b) => a.finishedAt! - b.finishedAt!).map(({kind}) => kind)).toEqual(['create', 'stop', 'change', 'take-snapshot', 'start']);
});

test('stop, start and stop that are pressed in a row run one after the other, each once', async () => {
	const {world, vm, intents, ref, goOnce, listOpen} = await play();
	await intents.powerVm(ref, 'stop');
	await goOnce();
	expect(await intents.powerVm(ref, 'stop')).toMatchObject({changed: false});
	expect(await intents.powerVm(ref, 'start')).toMatchObject({changed: true});
	expect(await intents.powerVm(ref, 'stop')).toMatchObject({changed: true});
	while ((await listOpen()).length > 0) {
		await goOnce();
		expect(world.server.cluster.tasks.running().length).toBeLessThan(2);
	}

	expect(await isRunning(world, vm)).toBe(false);
	expect(world.tasks('qmshutdown')).toBe(2);
	expect(world.tasks('qmstart')).toBe(2); // The deploy's, and the one between.
});

test('of two changes the later one begins from what the earlier one made, and both are applied', async () => {
	const game = await play();
	const {world, intents, ref, go, row} = game;
	const {proxmox, wasReached} = interrupted(world, 6, async () => intents.changeVm(ref, {overrides: {memoryMib: 4096}}, {isPlan: false, allowDataLoss: false}));
	await askForCores(game);
	await go({proxmox});
	expect(wasReached()).toBe(true);
	await expectWell(game, 4);
	expect((await world.config(game.vm)).memory).toBe('4096');
	expect((await row()).package).toMatchObject({cores: 4, memoryMib: 4096});
});

test('`retry` pressed again and again starts nothing twice', async () => {
	const game = await withOldStates(await play());
	const {world, intents, ref, go, goOnce, row} = game;
	world.fault({
		kind: 'fail-task', type: 'qmrestore', text: 'vma extract failed', count: 1,
	});
	await intents.restoreBackup(ref, 'b1', {mail: true});
	await go();
	expect(await row()).toMatchObject({needsAttention: {command: `cronsole vm retry ${ref}`}});
	expect(await intents.retryVm(ref)).toMatchObject({changed: true});
	expect(await intents.retryVm(ref)).toMatchObject({changed: false});
	await goOnce();
	expect(await intents.retryVm(ref)).toMatchObject({changed: false});
	await go();
	await expectWell(game);
	expect(world.tasks('qmrestore')).toBe(2);
});

test('a reset in the midst of a clone lets that end, and makes no second VM', async () => {
	const game = await play();
	const {world, intents, ref, go, listOpen} = game;
	const before = world.tasks('qmclone');
	await intents.reinstallVm(ref, 'debian-12');
	await go({}, async () => (await listOpen())[0]?.waitingFor === 'the clone');
	await intents.resetVm(ref, 'creation', 'a person was impatient');
	await go();
	await expectWell(game);
	expect(world.tasks('qmclone') - before).toBe(1);
});

test('a suspension that comes and goes while a change stops the VM leaves it changed and running', async () => {
	const game = await play();
	const {world, intents, ref, go} = game;
	const {proxmox, wasReached} = interrupted(world, 'shutdownVm', async () => intents.suspendVm(ref, 'overdue'));
	const cores = await askForCores(game);
	await go({proxmox}, async () => wasReached());
	await intents.unsuspendVm(ref, 'overdue');
	await go();
	await expectWell(game, cores);
});

test('a suspension in the midst of a restore ends with the VM off, and its end with the VM running', async () => {
	const game = await withOldStates(await play());
	const {world, vm, intents, ref, go} = game;
	const {proxmox, wasReached} = interrupted(world, 'startVm', async () => intents.suspendVm(ref, 'abuse'));
	await intents.restoreBackup(ref, 'b1', {mail: true});
	await go({proxmox});
	expect(wasReached()).toBe(true);
	expect(await isRunning(world, vm)).toBe(false);
	expect((await world.config(vm)).onboot).toBe(0);
	await intents.unsuspendVm(ref, 'abuse');
	await go();
	await expectWell(game);
});

test('a VM that does not get through one step keeps none of the others waiting', async () => {
	const slow = await play();
	const {world} = slow;
	const {vm: other} = await world.order();
	world.fault({
		kind: 'status', method: 'PUT', path: '/qemu/5000/config$', status: 500, text: 'got timeout',
	});
	await askForCores(slow);
	await slow.go({}, async () => ((await slow.listOpen())[0]?.attempt ?? 0) > 2);
	expect(await world.drive(other)).toMatchObject({outcome: 'done'});
	expect(outcomes(await world.steps(slow.vm)).filter(line => line.startsWith('cp_cpu_ram failed')).length).toBeGreaterThan(2);
	expect(await slow.row()).toMatchObject({status: 'cp_stop', needsAttention: null});
});
