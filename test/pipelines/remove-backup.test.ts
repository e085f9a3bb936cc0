import {expect, test} from 'vitest';
import {type Backup} from '../../source/domain/backup.js';
import {type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {
	addReady,
	backUp,
	findRecord,
	volumes,
} from './backup-world.js';
import {changes, createWorld, type World} from './world.js';

const backedUp = async (world: World): Promise<{readonly vm: Vm; readonly record: Backup}> => {
	const vm = await addReady(world);
	const {record} = await backUp(world, vm, {kind: 'backup'});
	world.requests();
	return {vm, record};
};

const ask = async ({store, clock}: World, vm: Pick<Vm, 'id'>, backupId: number) => store.write(async ({operations}) => operations.add(vm.id, {
	kind: 'remove-backup', params: {backupId}, requestedBy: 'anna', now: clock.now(),
}));

const remove = async (world: World, vm: Pick<Vm, 'id'>, backupId: number) => {
	await ask(world, vm, backupId);
	await world.drive(vm);
	const {state, message} = await world.operation(vm);
	return {state, message};
};

test('a backup is removed with its volume, the VM\'s other ones stay', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	const {record: other} = await backUp(world, vm, {kind: 'backup', note: 'other'});
	expect(await remove(world, vm, record.id)).toEqual({state: 'done', message: null});
	expect(await findRecord(world, record)).toMatchObject({state: 'removed', volid: record.volid});
	expect(volumes(world, vm)).toEqual([other.volid]);
});

test('one that is gone already is removed, and nothing is asked for', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	world.server.cluster.backups.length = 0;
	expect(await remove(world, vm, record.id)).toEqual({state: 'done', message: null});
	expect(await findRecord(world, record)).toMatchObject({state: 'removed'});
	expect(changes(world.requests())).toEqual([]);
});

test('a failed one has no volume: only its record goes', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	world.fault({kind: 'full', storage: 'shared'});
	const {record} = await backUp(world, vm, {kind: 'backup'});
	expect(await remove(world, vm, record.id)).toEqual({state: 'done', message: null});
	expect(await findRecord(world, record)).toMatchObject({state: 'removed'});
});

test('one that goes while its removal is under way is removed', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	world.fault({
		kind: 'fail-task', type: 'imgdel', text: `volume '${record.volid}' does not exist`, count: 1,
	});
	expect(await remove(world, vm, record.id)).toEqual({state: 'done', message: null});
});

test('a protected one stays, and it is said why', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	world.server.cluster.backups[0]!.isProtected = true;
	expect(await remove(world, vm, record.id)).toEqual({state: 'failed', message: expect.stringContaining('b1 is protected on shared')});
	expect(await findRecord(world, record)).toMatchObject({state: 'done'});
	expect(changes(world.requests())).toEqual([]);
});

test('another VM\'s backup is not touched', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	const stranger = await addReady(world);
	expect(await remove(world, stranger, record.id)).toEqual({state: 'failed', message: expect.stringContaining('b1 is no backup of')});
	expect(volumes(world, vm)).toHaveLength(1);
});

test('one that is not seen while a node that may have it is silent is not taken for gone', async () => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	Object.assign(world.server.cluster.storages.find(({id}) => id === 'shared')!, {isShared: false});
	world.server.cluster.backups.length = 0;
	const proxmox: World['proxmox'] = {
		...world.proxmox,
		listResources: async () => (await world.proxmox.listResources()).map(one => one.type === 'storage' && one.node === 'pve2' ? {...one, status: 'unknown'} : one),
	};
	await ask(world, vm, record.id);
	await world.drive(vm, undefined, {proxmox});
	expect(await world.operation(vm)).toMatchObject({state: 'failed', message: expect.stringContaining('not every node')});
	expect(await findRecord(world, record)).toMatchObject({state: 'done'});
});

test.each([[true], [false]])('whoever dies at the call (sent: %s) leaves a removal that the next owner brings to its end', async isSent => {
	const world = await createWorld();
	const {vm, record} = await backedUp(world);
	const proxmox: World['proxmox'] = {
		...world.proxmox,
		async removeBackup(...call) {
			if (isSent) {
				await world.proxmox.removeBackup(...call);
			}

			throw new LockLost('vm:1');
		},
	};
	await ask(world, vm, record.id);
	await expect(world.drive(vm, undefined, {proxmox})).rejects.toThrow(LockLost);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await findRecord(world, record)).toMatchObject({state: 'removed'});
	expect(volumes(world, vm)).toEqual([]);
});
