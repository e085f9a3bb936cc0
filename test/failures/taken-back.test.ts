import {describe, expect, test} from 'vitest';
import {isRunning} from '../pipelines/asked.js';
import {
	askForCores,
	atCalls,
	expectWell,
	interrupted,
	play,
	withOldStates,
	type Play,
} from './interplay.js';

const grace = {terminate: {graceMs: 3 * 86_400_000, keepBackupsDays: 0}};

/** Goes on until the VM is cut off, or nothing is open. */
const goUntilCutOff = async ({go, listOpen}: Play, own: Parameters<Play['go']>[0]): Promise<void> => {
	await go(own, async () => {
		const [first] = await listOpen();
		return first?.kind === 'terminate' && first.position === 'cut_off';
	});
};

/** A termination comes before that call of what is under way, and is taken back once the VM is cut off; false: it did not come to that call. */
const terminateAndBack = async (game: Play, at: Parameters<typeof interrupted>[1]): Promise<boolean> => {
	const {world, intents, ref, go} = game;
	const {proxmox, wasReached} = interrupted(world, at, async () => intents.terminateVm(ref));
	await goUntilCutOff(game, {proxmox});
	if (wasReached()) {
		await intents.unterminateVm(ref);
		await go();
	}

	return wasReached();
};

describe('a termination that comes in the midst of', () => {
	test('a change and is taken back leaves the VM changed and running', async () => {
		const game = await play(grace);
		await atCalls(6, async at => {
			const cores = await askForCores(game);
			const wasReached = await terminateAndBack(game, at);
			await expectWell(game, cores);
			return wasReached;
		});
	});

	test.each([
		['a restore', async ({intents, ref}: Play) => intents.restoreBackup(ref, 'b1', {mail: true})],
		['a rollback', async ({intents, ref}: Play) => intents.rollBackVm(ref, 's1')],
	])('%s and is taken back leaves no VM that was brought back by half: that is done again', async (_, ask) => {
		const game = await withOldStates(await play(grace));
		await askForCores(game);
		await game.go();
		await atCalls(9, async at => {
			await ask(game);
			const wasReached = await terminateAndBack(game, at);
			await expectWell(game, 4);
			return wasReached;
		});
	});

	test('a restore that had failed and is taken back restores anew', async () => {
		const game = await withOldStates(await play(grace));
		const {world, intents, ref, go, row} = game;
		world.fault({
			kind: 'fail-task', type: 'qmrestore', text: 'vma extract failed', count: 1,
		});
		await intents.restoreBackup(ref, 'b1', {mail: true});
		await go();
		expect(await row()).toMatchObject({needsAttention: {reason: expect.stringContaining('vma extract failed')}});
		await intents.terminateVm(ref);
		await goUntilCutOff(game, {});
		await intents.unterminateVm(ref);
		await go();
		await expectWell(game);
	});

	test.each([['before', 5], ['after', 6]])('a suspension (%s its stop) and is taken back does not forget that the VM ran', async (_, at) => {
		const game = await play(grace);
		const {world, vm, intents, ref, go} = game;
		await intents.suspendVm(ref, 'overdue');
		expect(await terminateAndBack(game, at)).toBe(true);
		expect(await isRunning(world, vm)).toBe(false);
		await intents.unsuspendVm(ref, 'overdue');
		await go();
		await expectWell(game);
	});

	test('a stop that a person asked for and is taken back leaves the VM off', async () => {
		const game = await play(grace);
		await game.intents.powerVm(game.ref, 'stop');
		expect(await terminateAndBack(game, 'shutdownVm')).toBe(true);
		expect(await isRunning(game.world, game.vm)).toBe(false);
	});

	test.each([
		['reinstall', 6],
		['reinstall', 20],
		['restore', 11],
	] as const)('a %s (at call %i) and stays ends with nothing left, and the addresses are held until then', async (verb, at) => {
		const game = await withOldStates(await play());
		const {world, vm, intents, ref, go, row} = game;
		const {proxmox, wasReached} = interrupted(world, at, async () => intents.terminateVm(ref));
		await (verb === 'reinstall' ? intents.reinstallVm(ref, 'debian-12') : intents.restoreBackup(ref, 'b1', {mail: true}));
		const {vmid} = await row();
		await go({proxmox}, async () => {
			const [held] = await world.store.read.addresses.listFor(vm.id);
			expect(held !== undefined || !world.server.cluster.vms.has(vmid!)).toBe(true);
			return false;
		});
		expect(wasReached()).toBe(true);
		expect(await row()).toMatchObject({status: 'removed', needsAttention: null});
		expect(world.server.cluster.vms.has(vmid!)).toBe(false);
		expect(await world.store.read.addresses.listFor(vm.id)).toEqual([]);
	});
});
