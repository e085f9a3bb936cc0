import {expect, test} from 'vitest';
import {type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {sweepBackups} from '../../source/tasks/sweep-backups.js';
import {
	addReady,
	ask as askForBackup,
	backUp,
	findRecord,
	volumes,
	withStorage,
} from './backup-world.js';
import {ask, settle, stepsOf} from './asked.js';
import {goUntil} from './termination.js';
import {createWorld, type World} from './world.js';

const dayMs = 24 * 3_600_000;

const keeping = (world: World, keepBackupsDays: number): Settings => ({...withStorage(world), terminate: {graceMs: 0, keepBackupsDays}});

const terminate = async (world: World, vm: Vm, keepBackupsDays: number) => {
	const operation = await ask(world, vm, 'terminate');
	const {status} = await settle(world, vm, {settings: keeping(world, keepBackupsDays)});
	const steps = await stepsOf(world, operation);
	return {status, steps: steps.filter(line => line.startsWith('backups_removed'))};
};

/** Somebody backs the VM up without us. */
const backUpOutside = async ({proxmox, server, store, clock}: World, vm: Vm): Promise<string> => {
	const before = new Set(server.cluster.backups.map(({volid}) => volid));
	await proxmox.backUp({node: vm.node!, vmid: vm.vmid!}, {
		storage: 'shared', mode: 'snapshot', compress: 'zstd', note: 'by hand',
	});
	await expect.poll(() => server.cluster.backups.length, {timeout: 5000}).toBe(before.size + 1);
	const {volid, ctime, size} = server.cluster.backups.find(backup => !before.has(backup.volid))!;
	await store.write(async ({backups}) => backups.sync(vm.id, 'shared', server.cluster.backups.map(backup => ({
		volid: backup.volid, sizeBytes: size, createdAt: ctime * 1000, note: null,
	})), clock.now()));
	return volid;
};

test('the backups of a VM go with it, one after the other; what others made of it stays', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	const {record: first} = await backUp(world, vm, {kind: 'backup'});
	const {record: second} = await backUp(world, vm);
	world.pass(3 * 3_600_000);
	const foreign = await backUpOutside(world, vm);
	expect(volumes(world, vm)).toHaveLength(3);
	expect(await terminate(world, vm, 0)).toEqual({status: 'removed', steps: ['backups_removed done']});
	expect(volumes(world, vm)).toEqual([foreign]);
	expect([await findRecord(world, first), await findRecord(world, second)]).toMatchObject([{state: 'removed'}, {state: 'removed'}]);
	expect(world.tasks('imgdel')).toBe(2);
});

test('a backup that cannot be removed holds nothing up: the step log says why, its record stays, and it is asked for again later', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	const {record: first} = await backUp(world, vm, {kind: 'backup'});
	const {record: second} = await backUp(world, vm);
	const settings = keeping(world, 0);
	world.fault({
		kind: 'fail-task', type: 'imgdel', text: 'storage is read-only', count: 1,
	});
	expect(await terminate(world, vm, 0)).toEqual({
		status: 'removed',
		steps: ['backups_removed failed: the removal of the backup failed: storage is read-only', expect.stringMatching(/^backups_removed done: \S+ could not be removed$/)],
	});
	expect((await world.steps(vm)).find(({to, outcome}) => to === 'backups_removed' && outcome === 'failed')).toMatchObject({upid: expect.stringContaining(':imgdel:'), log: expect.stringContaining('read-only')});
	const records = [await findRecord(world, first), await findRecord(world, second)];
	expect(records.map(({state}) => state).toSorted()).toEqual(['done', 'removed']);

	world.pass(1000);
	await sweepBackups({store: await world.fenced(vm), settings, clock: world.clock});
	await settle(world, vm, {settings});
	expect(volumes(world, vm)).toEqual([]);
});

test('a storage that cannot be asked holds nothing up either', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	await backUp(world, vm, {kind: 'backup'});
	world.fault({
		kind: 'status', path: '/storage/shared/content$', status: 500, text: 'mount point is gone',
	});
	expect(await terminate(world, vm, 0)).toEqual({
		status: 'removed', steps: ['backups_removed failed: mount point is gone', 'backups_removed done: its backups could not be looked for'],
	});
});

test('backups are kept for as long as the config says, then they go; one that fails is tried again a day later', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	const {record} = await backUp(world, vm, {kind: 'backup'});
	const settings = keeping(world, 7);
	expect(await terminate(world, vm, 7)).toEqual({status: 'removed', steps: ['backups_removed skipped: kept for 7 days']});
	const sweep = async () => {
		await sweepBackups({store: await world.fenced(vm), settings, clock: world.clock});
		const open = await world.store.read.operations.listOpen(vm.id);
		await settle(world, vm, {settings});
		return open.map(({kind}) => kind);
	};

	world.pass(6 * dayMs);
	expect(await sweep()).toEqual([]);
	world.pass(2 * dayMs);
	const [volume] = world.server.cluster.backups;
	volume!.isProtected = true;
	expect(await sweep()).toEqual(['remove-backup']);
	expect(await findRecord(world, record)).toMatchObject({state: 'done'});
	volume!.isProtected = false;
	expect(await sweep()).toEqual([]);
	world.pass(dayMs);
	expect(await sweep()).toEqual(['remove-backup']);
	expect(await findRecord(world, record)).toMatchObject({state: 'removed'});
	expect(volumes(world, vm)).toEqual([]);
});

test('a backup that is being made when the termination comes is waited for, and goes too, though it stands in no record', async () => {
	const world = await createWorld({}, {speed: 20});
	const vm = await addReady(world);
	const {record} = await askForBackup(world, vm, 'backup');
	await goUntil(world, vm, ({remoteTaskId}) => remoteTaskId !== null, {settings: withStorage(world)});
	await world.store.write(async ({operations, backups}) => {
		await operations.cancelOpen(vm.id, world.clock.now(), 'anna terminated the VM');
		await backups.set(record.id, {state: 'failed', cause: 'anna terminated the VM', finishedAt: world.clock.now()});
	});
	await expect.poll(() => volumes(world, vm).length, {timeout: 5000}).toBe(1);
	for (const {id} of await world.store.read.remoteTasks.listRunning()) {
		await world.store.write(async ({remoteTasks}) => remoteTasks.finish(id, 'OK', world.clock.now()));
	}

	expect(await terminate(world, vm, 0)).toEqual({status: 'removed', steps: ['backups_removed done']});
	expect(volumes(world, vm)).toEqual([]);
});
