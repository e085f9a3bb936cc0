import {describe, expect, test} from 'vitest';
import {type Backup} from '../../source/domain/backup.js';
import {type Package} from '../../source/domain/package.js';
import {type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {
	addReady,
	backUp,
	findRecord,
	volumes,
	withStorage,
} from './backup-world.js';
import {
	changes,
	createWorld,
	outcomes,
	type World,
} from './world.js';

/** A VM with so many good scheduled backups. */
const withBackups = async (world: World, count: number, own?: Package): Promise<{readonly vm: Vm; readonly oldest: Backup; readonly newest: Backup}> => {
	const vm = await addReady(world, own);
	const records: Backup[] = [];
	for (let day = 1; day <= count; day++) {
		const {record} = await backUp(world, vm, {localDate: `2026-11-0${day}`});
		records.push(record);
	}

	world.requests();
	return {vm, oldest: records[0]!, newest: records.at(-1)!};
};

const states = async ({store}: World, {id}: Vm) => (await store.read.backups.list(id)).map(({kind, state}) => `${kind} ${state}`);
const warnings = async ({store}: World) => (await store.read.activity.list({limit: 100, level: 'warning'})).map(({message}) => message);
const removal = (volid: string | null) => `DELETE /nodes/pve1/storage/shared/content/${encodeURIComponent(volid!)}`;

describe('rotation', () => {
	test('removes the oldest only after the new one was made, listed and found not empty', async () => {
		const world = await createWorld();
		const {vm, oldest, newest: kept} = await withBackups(world, 2);
		const {record} = await backUp(world, vm);
		// Of a shared storage any node may be asked.
		const asked = changes(world.requests()).map(request => request.replace(/^DELETE \/nodes\/pve\d/, 'DELETE /nodes/pve1'));
		expect(asked).toEqual(['POST /nodes/pve1/vzdump', removal(oldest.volid)]);
		expect(volumes(world, vm)).toEqual([kept.volid, record.volid]);
		expect(await states(world, vm)).toEqual(['scheduled removed', 'scheduled done', 'scheduled done']);
		expect(outcomes(await world.steps(vm)).slice(-3)).toEqual(['backed_up done', 'recorded done', 'done done']);
	});

	test('leaves every old one where the new one failed', async () => {
		const world = await createWorld();
		const {vm, oldest, newest} = await withBackups(world, 2);
		world.fault({kind: 'full', storage: 'shared'});
		expect((await backUp(world, vm)).record).toMatchObject({state: 'failed'});
		expect(volumes(world, vm)).toEqual([oldest.volid, newest.volid]);
	});

	test('removes as many as a smaller package has too many', async () => {
		const world = await createWorld();
		const {vm} = await withBackups(world, 3, {});
		await world.store.write(async ({vms}) => vms.set(vm.id, {package: {backups: 1}}));
		const {record} = await backUp(world, vm);
		expect(volumes(world, vm)).toEqual([record.volid]);
	});

	test('passes over what is protected, made by hand or made outside', async () => {
		const world = await createWorld();
		const {vm, oldest: first} = await withBackups(world, 1, {});
		const {record: manual} = await backUp(world, vm, {kind: 'backup'});
		const {record: old} = await backUp(world, vm, {localDate: '2026-11-05'});
		const {backups} = world.server.cluster;
		backups.find(({volid}) => volid === first.volid)!.isProtected = true;
		backups.push({...backups[0]!, volid: 'shared:backup/by-hand.vma.zst', isProtected: false});
		await world.store.write(async tables => {
			await tables.vms.set(vm.id, {package: {backups: 3}});
			await tables.backups.sync(vm.id, 'shared', backups.map(({volid}) => ({
				volid, sizeBytes: 1, createdAt: 0, note: null,
			})), 1);
		});
		const {record} = await backUp(world, vm);
		expect(volumes(world, vm)).toEqual([first.volid, manual.volid, 'shared:backup/by-hand.vma.zst', record.volid]);
		expect(await findRecord(world, old)).toMatchObject({state: 'removed'});
	});

	test('keeps all without a quota', async () => {
		const world = await createWorld();
		const {vm} = await withBackups(world, 3, {});
		expect(volumes(world, vm)).toHaveLength(3);
	});

	test('takes one that is gone already for removed, and removes no other in its place', async () => {
		const world = await createWorld();
		const {vm, oldest, newest: kept} = await withBackups(world, 2);
		world.server.cluster.backups.shift();
		const {record} = await backUp(world, vm);
		expect(changes(world.requests())).toEqual(['POST /nodes/pve1/vzdump']);
		expect(volumes(world, vm)).toEqual([kept.volid, record.volid]);
		expect(await findRecord(world, oldest)).toMatchObject({state: 'removed'});
	});

	test('hears that a volume was gone by the time of the answer', async () => {
		const world = await createWorld();
		const {vm, oldest} = await withBackups(world, 2);
		const proxmox: World['proxmox'] = {
			...world.proxmox,
			async removeBackup(_node, _storage, volid) {
				const {backups} = world.server.cluster;
				backups.splice(backups.findIndex(backup => backup.volid === volid), 1);
				return null;
			},
		};
		expect(await backUp(world, vm, {own: {proxmox}})).toMatchObject({move: {outcome: 'done'}, record: {state: 'done'}});
		expect(await findRecord(world, oldest)).toMatchObject({state: 'removed'});
	});

	test.each([
		['a refused call', {
			kind: 'status', method: 'DELETE', path: '/content/', status: 403, text: 'Permission check failed',
		}],
		['a failed task', {kind: 'fail-task', type: 'imgdel', text: 'unlink failed: Read-only file system'}],
	] as const)('that cannot remove (%s) makes no backup a failure: it says so, and the next one tries again', async (_, rule) => {
		const world = await createWorld();
		const {vm} = await withBackups(world, 2);
		world.fault({...rule, count: 1});
		expect(await backUp(world, vm)).toMatchObject({move: {outcome: 'done'}, record: {state: 'done'}});
		expect(volumes(world, vm)).toHaveLength(3);
		expect(await warnings(world)).toEqual([expect.stringContaining('rotation of backups: ')]);
		const {record} = await backUp(world, vm, {localDate: '2026-11-22'});
		expect(volumes(world, vm)).toHaveLength(2);
		expect(volumes(world, vm).at(-1)).toBe(record.volid);
	});

	test('gives up on a volume that stays although its removal ended well', async () => {
		const world = await createWorld();
		const {vm} = await withBackups(world, 2);
		const proxmox: World['proxmox'] = {...world.proxmox, removeBackup: async () => null};
		expect(await backUp(world, vm, {own: {proxmox}})).toMatchObject({move: {outcome: 'done'}, record: {state: 'done'}});
		expect(await warnings(world)).toEqual(['rotation of backups: b1 is there still; tried again after the next one']);
	});

	test.each([[true], [false]])('whose owner dies at the removal (sent: %s) is brought to its end by the next one', async isSent => {
		const world = await createWorld();
		const {vm, newest: kept} = await withBackups(world, 2);
		const proxmox: World['proxmox'] = {
			...world.proxmox,
			async removeBackup(...call) {
				if (isSent) {
					await world.proxmox.removeBackup(...call);
				}

				throw new LockLost('vm:1');
			},
		};
		await expect(backUp(world, vm, {own: {proxmox}})).rejects.toThrow(LockLost);
		expect(await world.drive(vm, undefined, {settings: withStorage(world)})).toMatchObject({outcome: 'done'});
		expect(volumes(world, vm)).toEqual([kept.volid, expect.any(String)]);
		expect(world.tasks('imgdel')).toBe(1);
	});

	test('looks at a storage that is each node\'s own on every node', async () => {
		const world = await createWorld();
		const storage = world.server.cluster.storages.find(({id}) => id === 'shared')!;
		const {vm, oldest} = await withBackups(world, 2);
		Object.assign(storage, {isShared: false});
		await backUp(world, vm);
		expect(await findRecord(world, oldest)).toMatchObject({state: 'removed'});
		const looks = world.requests().filter(({method, path}) => method === 'GET' && path.endsWith('/storage/shared/content')).map(({path}) => path.split('/', 5)[4]);
		expect(new Set(looks)).toEqual(new Set(['pve1', 'pve2', 'pve3']));
	});
});
