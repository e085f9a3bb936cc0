import {describe, expect, test} from 'vitest';
import {createVm, startVm} from '../../source/simulation/vms.js';
import {
	askForCores,
	atCalls,
	expectWell,
	interrupted,
	play,
	withOldStates,
	type Play,
} from './interplay.js';

type Verb = (game: Play) => Promise<unknown>;

const verbs = {
	change: askForCores,
	restore: async ({intents, ref}) => intents.restoreBackup(ref, 'b1', {mail: true}),
	rollback: async ({intents, ref}) => intents.rollBackVm(ref, 's1'),
	password: async ({intents, ref}) => intents.resetPassword(ref),
	reboot: async ({intents, ref}) => intents.powerVm(ref, 'reboot'),
	backup: async ({intents, ref}) => intents.backUpVm(ref, null),
	reinstall: async ({intents, ref}) => intents.reinstallVm(ref, 'debian-12'),
	terminate: async ({intents, ref}) => intents.terminateVm(ref),
} as const satisfies Readonly<Record<string, Verb>>;

/** Somebody migrates it in Proxmox's own interface, where nothing is under way. */
const moveAway = async ({world, vm}: Play): Promise<void> => {
	if (world.server.cluster.tasks.running().length > 0) {
		return;
	}

	const guest = await world.guest(vm);
	guest.node = guest.node === 'pve1' ? 'pve2' : 'pve1';
};

const deleteIt = async ({world, row}: Play): Promise<void> => {
	const {vmid} = await row();
	world.server.cluster.vms.delete(vmid!);
};

describe('a VM that somebody moves to another node', () => {
	test.each(['change', 'rollback', 'restore', 'password', 'reboot', 'backup'] as const)('in the midst of a %s is found there, and that ends well without a person', async verb => {
		const game = await withOldStates(await play());
		await atCalls(6, async at => {
			const {proxmox, wasReached} = interrupted(game.world, at, async () => moveAway(game));
			await verbs[verb](game);
			await game.go({proxmox});
			await expectWell(game, (await game.row()).package.cores);
			return wasReached();
		});
	});

	test('between the look and the call of a restore is restored where it is', async () => {
		const game = await withOldStates(await play());
		await verbs.restore(game);
		const {proxmox, wasReached} = interrupted(game.world, 'restoreVm', async () => moveAway(game));
		await game.go({proxmox});
		expect(wasReached()).toBe(true);
		await expectWell(game);
	});
});

describe('a VM that somebody deletes', () => {
	test.each([['change', 8], ['rollback', 8]] as const)('in the midst of a %s needs a person who hears that it is nowhere; its address is held', async (verb, at) => {
		const game = await withOldStates(await play());
		const {proxmox} = interrupted(game.world, at, async () => deleteIt(game));
		await verbs[verb](game);
		const {needsAttention, id} = await game.go({proxmox});
		expect(needsAttention?.reason).toMatch(/^VM 5000 is nowhere on fra1/);
		expect(await game.world.store.read.addresses.listFor(id)).toHaveLength(1);
	});

	test('before it is restored is made anew from its backup, after a reset where the restore had come further', async () => {
		const game = await withOldStates(await play());
		const {proxmox} = interrupted(game.world, 16, async () => deleteIt(game));
		await verbs.restore(game);
		const {needsAttention} = await game.go({proxmox});
		expect(needsAttention?.reason).toMatch(/^VM 5000 is nowhere on fra1/);
		await game.intents.resetVm(game.ref, 'ready', 'somebody deleted it');
		await verbs.restore(game);
		await game.go();
		await expectWell(game);
	});

	test.each([4, 12])('in the midst of a reinstall (at call %i) comes back by it', async at => {
		const game = await play();
		const {proxmox} = interrupted(game.world, at, async () => deleteIt(game));
		await verbs.reinstall(game);
		await game.go({proxmox});
		await expectWell(game);
	});

	test('in the midst of its termination is gone, as was wanted', async () => {
		const game = await play();
		const {proxmox} = interrupted(game.world, 'destroyVm', async () => deleteIt(game));
		await verbs.terminate(game);
		expect(await game.go({proxmox})).toMatchObject({status: 'removed', needsAttention: null});
	});
});

describe('somebody else\'s VM', () => {
	test.each(['change', 'restore', 'rollback', 'reinstall', 'terminate'] as const)('that takes the VMID while a %s waits for a task is never touched, and a person is asked', async verb => {
		const game = await withOldStates(await play());
		const {world, goOnce, go, row, ref, intents} = game;
		const {cluster} = world.server;
		await (verb === 'change' ? intents.changeVm(ref, {overrides: {cores: 4, diskGib: 30}}, {isPlan: false, allowDataLoss: false}) : verbs[verb](game));
		await goOnce();
		expect((await game.listOpen())[0]).toMatchObject({kind: verb, state: 'running'});
		await expect.poll(() => cluster.tasks.running()).toEqual([]);
		const theirs = createVm(cluster, 5000, 'pve1', {name: 'theirs', cores: 1, scsi0: 'local-lvm:vm-5000-disk-0,size=4G'});
		startVm(cluster, theirs);
		cluster.vms.set(5000, theirs);
		const before = structuredClone(theirs);
		expect((await go()).needsAttention?.reason).toContain('bears no stamp of ours');
		expect(cluster.vms.get(5000)).toEqual(before);
		expect(await world.store.read.addresses.listFor((await row()).id)).toHaveLength(1);
	});
});

describe('a snapshot that somebody takes in the cluster', () => {
	test('while a restore is on its way goes with the old disks, and stands in no row of ours', async () => {
		const game = await withOldStates(await play());
		const {world, vm, go} = game;
		const {proxmox} = interrupted(world, 'restoreVm', async () => {
			const guest = await world.guest(vm);
			guest.snapshots.push({
				name: 'byhand', description: '', snaptime: 1, vmstate: false, parent: undefined, config: {...guest.config},
			});
		});
		await verbs.restore(game);
		await go({proxmox});
		await expectWell(game);
		expect((await world.guest(vm)).snapshots).toEqual([]);
		expect(await world.store.read.snapshots.list(vm.id)).toEqual([]);
	});

	test('locks the VM for a while: a change waits for that without an attempt, then ends well', async () => {
		const game = await play();
		const {world, vm, go, listOpen} = game;
		const guest = await world.guest(vm);
		const cores = await askForCores(game);
		guest.config.lock = 'snapshot';
		await go({}, async () => (await listOpen())[0]?.waitingFor?.includes('locked (snapshot)') ?? false);
		expect(await listOpen()).toMatchObject([{kind: 'change', attempt: 0}]);
		delete guest.config.lock;
		await go();
		await expectWell(game, cores);
	});
});
