import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	dyingAt,
	isRunning,
	settle,
	stepsOf,
	switchOn,
} from './asked.js';
import {
	askToChange,
	deployed,
	goOnWith,
	settleDying,
} from './changing.js';
import {createWorld, type World} from './world.js';

const place = {node: 'pve1', vmid: 5000};

const withDisk = async (world: World) => deployed(world, {additionalDiskGib: 4});

const takeSnapshots = async (world: World, vm: {readonly id: number}, ...names: readonly string[]) => {
	for (const name of names) {
		await ask(world, vm, 'take-snapshot', {name, note: null});
		await settle(world, vm);
	}

	expect(await world.store.read.snapshots.count(vm.id)).toBe(names.length);
};

/** Everything of the configuration that names a volume but the system disk and cloud-init's drive. */
const volumesOf = async (world: World, vm: {readonly id: number}) => Object.entries(await world.config(vm)).filter(([key]) => /^(?:scsi[1-9]|unused\d+)/.test(key));

const step = async (world: World, operation: {readonly id: number; readonly vmId: number}, to: string) => (await stepsOf(world, operation)).filter(line => line.startsWith(`${to} `));

test('an additional disk goes with consent: the VM is off, its snapshots go first, and the volume is removed for good', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	await takeSnapshots(world, vm, 'before', 'after');
	const operation = await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	expect(await settle(world, vm)).toMatchObject({
		status: 'ready', needsAttention: null, remoteStatus: 'running', package: {additionalDiskGib: 0},
	});
	expect(await stepsOf(world, operation)).toEqual(expect.arrayContaining([
		'cp_stop done: the removal of the additional disk',
		'cp_additional_disk done: local-lvm:vm-5000-disk-1 is removed, with all snapshots of the VM',
		'cp_additional_disk_size skipped: not in the package',
		'cp_start done',
	]));
	expect(await volumesOf(world, vm)).toEqual([]);
	expect(await world.proxmox.listSnapshots(place)).toEqual([]);
	expect(await world.store.read.snapshots.count(vm.id)).toBe(0);
	expect([world.tasks('qmdelsnapshot'), world.tasks('qmshutdown')]).toEqual([2, 1]);
});

test('without consent it stays, whatever the row says: nothing is stopped, no snapshot goes, a person is told', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	await takeSnapshots(world, vm, 'before');
	await askToChange(world, vm, {additionalDiskGib: 0});
	const {status, needsAttention} = await settle(world, vm);
	expect(status).toBe('cp_system_disk_bandwidth');
	expect(needsAttention?.reason).toMatch(/disk-1 would be lost, which nobody has agreed to.*--allow-data-loss/);
	expect((await world.config(vm)).scsi1).toContain('size=4G');
	expect(await isRunning(world, vm)).toBe(true);
	expect([world.tasks('qmdelsnapshot'), world.tasks('qmshutdown')]).toEqual([0, 0]);

	await world.store.write(async ({operations, vms}) => {
		await operations.cancelOpen(vm.id, world.clock.now(), 'reset');
		await vms.setAttention(vm.id, null);
		await vms.enter(await vms.get(vm.id), 'ready', world.clock.now());
	});
	await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', package: {additionalDiskGib: 0}});
	expect(await volumesOf(world, vm)).toEqual([]);
});

test('a second disk that cronsole did not make is not removed by a package that wants none, consent or not', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	await world.proxmox.setVmConfig(place, {scsi1: 'local-lvm:3'});
	for (const wanted of [{additionalDiskGib: 0}, {additionalDiskGib: 0, cores: 3}]) {
		await askToChange(world, vm, wanted, {allowDataLoss: true});
		expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	}

	expect((await world.config(vm)).scsi1).toContain('size=3G');
});

test('an owner who dies at each call of the removal, between taking out and removing too, leaves no volume behind', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	await takeSnapshots(world, vm, 'before', 'after');
	await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	const deaths = await settleDying(world, vm);
	expect(deaths).toEqual(['shutdownVm', 'removeSnapshot', 'removeSnapshot', 'setVmConfig', 'setVmConfig', 'startVm']);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await volumesOf(world, vm)).toEqual([]);
	expect(await world.store.read.snapshots.count(vm.id)).toBe(0);
	expect(world.tasks('qmdelsnapshot')).toBe(2);
});

test('a removal that was ended on its way is gone on with by the next change, which knows of the disk though the row does not', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	const operation = await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'setVmConfig', true)})).rejects.toThrow(LockLost);
	expect(await volumesOf(world, vm)).toEqual([['unused0', 'local-lvm:vm-5000-disk-1']]);
	const next = await goOnWith(world, operation);
	expect(await settle(world, vm)).toMatchObject({status: 'ready', remoteStatus: 'running'});
	expect(await step(world, next, 'cp_additional_disk')).toEqual([expect.stringContaining('is removed, with all snapshots')]);
	expect(await volumesOf(world, vm)).toEqual([]);
});

test('another volume that lies unused is not taken for the disk that goes', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	await world.proxmox.setVmConfig(place, {scsi5: 'local-lvm:3'});
	await world.proxmox.setVmConfig(place, {scsi5: undefined});
	await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	await settleDying(world, vm);
	expect(await volumesOf(world, vm)).toEqual([['unused0', 'local-lvm:vm-5000-disk-2']]);
});

test('a snapshot that somebody takes in the midst of it keeps the volume until it is gone too', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	const operation = await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	let isTaken = false;
	const proxmox: typeof world.proxmox = {
		...world.proxmox,
		async setVmConfig(where, wanted, digest) {
			if (!isTaken && 'scsi1' in wanted) {
				isTaken = true;
				const guest = await world.guest(vm);
				guest.snapshots.push({
					name: 'sneaky', snaptime: 1, vmstate: false, config: {...guest.config},
				});
				await world.proxmox.setVmConfig(where, wanted);
				return;
			}

			await world.proxmox.setVmConfig(where, wanted, digest);
		},
	};
	expect(await settle(world, vm, {proxmox})).toMatchObject({needsAttention: {reason: expect.stringContaining('volume is still in use (snapshot?)')}});
	await world.store.write(async ({vms}) => vms.setAttention(vm.id, null));
	expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	expect(await volumesOf(world, vm)).toEqual([]);
	expect((await step(world, operation, 'cp_additional_disk')).at(-1)).toContain('is removed, with all snapshots');
});

test('a VM that somebody starts before its disk is out keeps it until it is off', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	const operation = await askToChange(world, vm, {additionalDiskGib: 0}, {allowDataLoss: true});
	const settings = {...world.settings, scheduler: {...world.settings.scheduler, maxAttempts: 1}};
	const {store} = await world.context(vm);
	const watched: typeof store = {
		...store,
		async write(change) {
			const answer = await store.write(change);
			const {status} = await world.vm(vm);
			if (status === 'cp_system_disk_bandwidth' && !await isRunning(world, vm)) {
				await switchOn(world, vm);
			}

			return answer;
		},
	};
	expect(await settle(world, vm, {store: watched, settings})).toMatchObject({needsAttention: {reason: expect.stringContaining('is not taken out while it does')}});
	expect(await step(world, operation, 'cp_additional_disk')).toHaveLength(1);
	expect((await world.config(vm)).scsi1).toContain('size=4G');
});

test('a disk that would shrink stays, the log says so in the field\'s words, and everything else is applied', async () => {
	const world = await createWorld();
	const vm = await deployed(world, {additionalDiskGib: 4, diskGib: 20});
	const operation = await askToChange(world, vm, {diskGib: 10, additionalDiskGib: 2, networkMbps: 10}, {overrides: {diskGib: 10, additionalDiskGib: 2, networkMbps: 10}});
	expect(await settle(world, vm)).toMatchObject({status: 'ready', package: {diskGib: 20, additionalDiskGib: 4, networkMbps: 10}, overrides: {networkMbps: 10}});
	expect((await stepsOf(world, operation)).filter(line => line.includes(' done'))).toEqual(['cp_network done']);
	const activity = await world.store.read.activity.list({limit: 9, level: 'warning'});
	expect(activity.map(({message}) => message.split(':', 1)[0])).toEqual(['system_disk_shrink_rejected', 'additional_disk_shrink_rejected']);
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('a disk that really is larger than both packages say is left alone, in the same words', async () => {
	const world = await createWorld();
	const vm = await deployed(world, {diskGib: 1});
	const operation = await askToChange(world, vm, {diskGib: 3});
	await settle(world, vm);
	const lines = await step(world, operation, 'cp_system_disk_size');
	expect(lines).toEqual(['cp_system_disk_size skipped: system_disk_shrink_rejected: scsi0 has 4 GiB already, more than 3: a disk is never made smaller']);
});

test('a VM with snapshots grows, and keeps them', async () => {
	const world = await createWorld();
	const vm = await withDisk(world);
	await takeSnapshots(world, vm, 'before');
	await askToChange(world, vm, {cores: 4, diskGib: 30, additionalDiskGib: 8});
	expect(await settle(world, vm)).toMatchObject({status: 'ready'});
	expect((await world.proxmox.listSnapshots(place)).map(({name}) => name)).toEqual(['before']);
	expect(await world.config(vm)).toMatchObject({scsi0: expect.stringContaining('size=30G'), scsi1: expect.stringContaining('size=8G')});
});

test('a disk that came, grew and went comes again', async () => {
	const world = await createWorld();
	const vm = await deployed(world);
	for (const additionalDiskGib of [2, 5, 0, 3]) {
		await askToChange(world, vm, {additionalDiskGib}, {allowDataLoss: true});
		expect(await settle(world, vm)).toMatchObject({status: 'ready', package: {additionalDiskGib}});
	}

	expect(await volumesOf(world, vm)).toEqual([['scsi1', expect.stringContaining('size=3G')]]);
});
