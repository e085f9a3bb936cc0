import {expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type MoveContext} from '../../source/pipelines/move.js';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {
	addReady,
	ask,
	backUp,
	findRecord,
	volumes,
	withStorage,
} from './backup-world.js';
import {createWorld, type World} from './world.js';

/** The owner dies straight after its call (or straight before it), which nobody hears of. */
const dying = ({proxmox}: World, isSent: boolean): MoveContext['proxmox'] => ({
	...proxmox,
	async backUp(...call) {
		if (isSent) {
			await proxmox.backUp(...call);
		}

		throw new LockLost('vm:1');
	},
});

test.each([[true], [false]])('whoever dies between the call (sent: %s) and the record leaves one task to be found, never two', async isSent => {
	const world = await createWorld();
	const vm = await addReady(world);
	const settings = withStorage(world);
	const {record} = await ask(world, vm);
	await expect(world.move(vm, {settings, proxmox: dying(world, isSent)})).rejects.toThrow(LockLost);
	expect(await world.drive(vm, undefined, {settings})).toMatchObject({outcome: 'done'});
	expect(world.tasks('vzdump')).toBe(1);
	expect(await findRecord(world, record)).toMatchObject({state: 'done', attempts: 1, volid: volumes(world, vm)[0]});
});

/** Dies at one of its transactions, before or after it is written. */
const mortal = (store: FencedStore, at: {left: number; readonly isAfter: boolean}): FencedStore => ({
	...store,
	async write(change) {
		at.left--;
		if (at.left === 0 && !at.isAfter) {
			throw new LockLost('vm:1');
		}

		const result = await store.write(change);
		if (at.left === 0) {
			throw new LockLost('vm:1');
		}

		return result;
	},
});

test.each([['before', false], ['after', true]])('whoever dies %s any of its transactions makes one backup all the same, and rotates as if nothing had been', async (_, isAfter) => {
	const world = await createWorld();
	const vm = await addReady(world, {backups: 1});
	const settings = withStorage(world);
	let deaths = 0;
	for (let write = 1; deaths === write - 1; write++) {
		const {record} = await ask(world, vm, 'scheduled-backup', {localDate: `2026-11-${String(write).padStart(2, '0')}`});
		const at = {left: write, isAfter};
		const context = await world.context(vm);
		try {
			await world.drive(vm, undefined, {settings, store: mortal(context.store, at)});
		} catch (error) {
			expect(error).toBeInstanceOf(LockLost);
			deaths++;
			await world.drive(vm, undefined, {settings});
		}

		expect(world.tasks('vzdump'), `killed at write ${write}`).toBe(write);
		const [own] = volumes(world, vm);
		expect(volumes(world, vm)).toEqual([own]);
		expect(await findRecord(world, record)).toMatchObject({state: 'done', volid: own});
		expect((await world.store.read.backups.list(vm.id)).filter(({state}) => state === 'done')).toHaveLength(1);
	}

	expect(deaths).toBeGreaterThan(10);
});

test('a task that the node has forgotten is no failure: what it made is found', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	const {move, record} = await backUp(world, vm, {
		own: {
			proxmox: {
				...world.proxmox,
				async getTaskStatus(upid) {
					const {isRunning} = await world.proxmox.getTaskStatus(upid);
					if (isRunning) {
						return {isRunning, exitStatus: null};
					}

					throw new ClientError('no such task', {peer: 'fra1', kind: 'missing', node: 'pve1'});
				},
				getTaskLog: async () => ({lines: ['unable to open file - No such file or directory'], total: 1}),
			},
		},
	});
	expect(move).toMatchObject({outcome: 'done'});
	expect(world.tasks('vzdump')).toBe(1);
	expect(record).toMatchObject({state: 'done', volid: volumes(world, vm)[0]});
});

test('a task that the node has forgotten, and that made nothing, is started again', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	world.fault({kind: 'vanish', type: 'vzdump', count: 1});
	expect((await backUp(world, vm)).record).toMatchObject({state: 'done', attempts: 1});
	expect(volumes(world, vm)).toHaveLength(1);
});

test('a volume that was taken for somebody else\'s while its task ended becomes the backup\'s own', async () => {
	const world = await createWorld();
	const vm = await addReady(world);
	const settings = withStorage(world);
	const {record} = await ask(world, vm);
	while ((await world.operation(vm)).position !== 'backed_up') {
		const noLog = async () => {
			throw new ClientError('later', {peer: 'fra1', kind: 'transient'});
		};

		await world.move(vm, {settings, proxmox: {...world.proxmox, getTaskLog: noLog}});
	}

	const [volid] = volumes(world, vm);
	await world.store.write(async ({backups}) => backups.sync(vm.id, 'shared', [{
		volid: volid!, sizeBytes: 1, createdAt: 0, note: null,
	}], 1));
	await world.drive(vm, undefined, {settings});
	expect(await findRecord(world, record)).toMatchObject({state: 'done', volid});
	expect((await world.store.read.backups.list(vm.id)).map(({state, kind}) => `${kind} ${state}`)).toEqual(expect.arrayContaining(['foreign removed', 'scheduled done']));
});
