import {
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {type Vm} from '../../source/domain/vm.js';
import {type Backup} from '../../source/simulation/world.js';
import {
	addReady,
	ask,
	backUp,
	findRecord,
	localDate,
} from '../pipelines/backup-world.js';
import {createWorld, type World} from '../pipelines/world.js';
import {createRuns, endTasks, type TaskRun} from './backup-runs.js';

let world: World;
let run: (task: 'backup_status' | 'schedule_backup') => Promise<TaskRun>;

beforeEach(async () => {
	world = await createWorld();
	run = await createRuns(world);
});

const states = async ({id}: Pick<Vm, 'id'>) => (await world.store.read.backups.list(id)).map(({kind, state}) => `${kind} ${state}`);

/** Somebody makes a backup with Proxmox's own means. */
const addOutside = (vm: Vm, own: Partial<Backup> = {}): string => {
	const {backups, now} = world.server.cluster;
	const volid = `shared:backup/vzdump-qemu-${vm.vmid}-by-hand-${backups.length}.vma.zst`;
	backups.push({
		volid, storage: 'shared', vmid: vm.vmid!, ctime: Math.floor(now / 1000), size: 1000, config: {}, firewall: {
			options: {}, rules: [], ipsets: new Map(),
		} as unknown as Backup['firewall'], isProtected: false, notes: 'by hand', ...own,
	});
	return volid;
};

describe('backup_status', () => {
	test('starts a backup by hand, and at the end writes down how it went, its size and its volume', async () => {
		const vm = await addReady(world);
		const {record} = await ask(world, vm, 'backup', {note: 'before the move'});
		expect(await run('backup_status')).toMatchObject({processed: 0, waiting: 1, lines: [expect.stringContaining('waiting: the backup')]});
		await endTasks(world);
		expect(await run('backup_status')).toMatchObject({
			processed: 1, errors: 0, waiting: 0, lines: [`v${vm.id} ${vm.hostname}: backup, recorded → done, nothing has to go`],
		});
		expect(await findRecord(world, record)).toMatchObject({state: 'done', volid: expect.stringContaining('shared:backup/'), note: 'before the move'});
	});

	test('watches scheduled backups that run, and leaves it to their own task to start them', async () => {
		const [running, waiting] = [await addReady(world), await addReady(world)];
		const {record} = await ask(world, running);
		await run('schedule_backup');
		const {record: other} = await ask(world, waiting);
		await endTasks(world);
		expect(await run('backup_status')).toMatchObject({processed: 1, errors: 0, lines: [expect.stringContaining(`${running.hostname}: scheduled backup, recorded → done`)]});
		expect(await findRecord(world, record)).toMatchObject({state: 'done', localDate});
		expect(await findRecord(world, other)).toMatchObject({state: 'waiting'});
	});

	test('starts none of those that wait for a slot', async () => {
		const [first, second] = [await addReady(world), await addReady(world)];
		await ask(world, first);
		const {operation} = await ask(world, second);
		await run('schedule_backup');
		expect(await world.store.read.operations.find(operation.id)).toMatchObject({state: 'running', slot: {key: 'backup:fra1/pve1', limit: 1}});
		await endTasks(world);
		await run('backup_status');
		expect(world.tasks('vzdump')).toBe(1);
	});

	test('writes a failure with its cause', async () => {
		const vm = await addReady(world);
		world.fault({kind: 'full', storage: 'shared'});
		const {record} = await ask(world, vm, 'backup');
		await run('backup_status');
		await endTasks(world);
		expect(await run('backup_status')).toMatchObject({processed: 0, errors: 1, message: expect.stringContaining('No space left on device')});
		expect(await findRecord(world, record)).toMatchObject({state: 'failed', cause: expect.stringContaining('No space left on device')});
	});

	test('ends the record of a backup whose operation is over without it, so that none runs for ever', async () => {
		const vm = await addReady(world);
		const {record, operation} = await ask(world, vm, 'backup');
		await world.store.write(async tables => {
			await tables.backups.set(record.id, {state: 'running'});
			await tables.operations.finish(operation.id, 'cancelled', 1, 'reset by anna');
		});
		expect((await run('backup_status')).lines).toEqual([`${vm.hostname}  b${record.id}: failed, its operation was ended: reset by anna`]);
		expect(await findRecord(world, record)).toMatchObject({state: 'failed', cause: 'its operation was ended: reset by anna'});
	});

	test('finds what was made outside and notes what is gone, for all VMs with one look at the storage', async () => {
		const [vm, other, third] = [await addReady(world), await addReady(world), await addReady(world)];
		const {record} = await backUp(world, vm);
		world.server.cluster.backups.length = 0;
		const volid = addOutside(other);
		world.requests();
		expect((await run('backup_status')).lines).toEqual([
			`${vm.hostname}  b${record.id} ${record.volid} is gone`,
			`${other.hostname}  b${record.id + 1} ${volid} found: it was made outside`,
		]);
		expect(world.requests().filter(({path}) => path.includes('/content'))).toHaveLength(1);
		expect([await states(vm), await states(other), await states(third)]).toEqual([['scheduled removed'], ['foreign done'], []]);
		expect((await run('backup_status')).lines).toEqual([]);
	});

	test('believes a storage that shows again what it had not shown', async () => {
		const vm = await addReady(world);
		const {record} = await backUp(world, vm);
		const hidden = world.server.cluster.backups.splice(0);
		await run('backup_status');
		world.server.cluster.backups.push(...hidden);
		world.pass(1000);
		expect((await run('backup_status')).lines).toEqual([`${vm.hostname}  b${record.id} ${record.volid} is there again`]);
		expect(await findRecord(world, record)).toMatchObject({state: 'done', volid: record.volid});
	});

	test('takes no backup for a VM\'s own that is older than the VM: its number was another one\'s; nor an empty one', async () => {
		const vm = await addReady(world);
		addOutside(vm, {ctime: Math.floor(vm.createdAt / 1000) - 60});
		addOutside(vm, {size: 0});
		expect((await run('backup_status')).lines).toEqual([]);
		expect(await states(vm)).toEqual([]);
	});

	test('leaves a VM alone whose backup is being made, though the cluster\'s clock is behind ours and its volume seems to be an older one', async () => {
		const vm = await addReady(world);
		world.pass(600_000);
		const {record} = await ask(world, vm, 'backup');
		await run('backup_status');
		addOutside(vm, {ctime: Math.floor(vm.createdAt / 1000) + 60});
		expect((await run('backup_status')).lines).toEqual([]);
		expect(await states(vm)).toEqual(['manual running']);
		await endTasks(world);
		await run('backup_status');
		expect(await findRecord(world, record)).toMatchObject({state: 'done'});
		expect(await states(vm)).toEqual(expect.arrayContaining(['manual done', 'foreign done']));
	});

	test('takes what a silent node may have on a storage of its own for neither there nor gone', async () => {
		const vm = await addReady(world);
		const {record} = await backUp(world, vm);
		Object.assign(world.server.cluster.storages.find(({id}) => id === 'shared')!, {isShared: false});
		world.server.cluster.backups.length = 0;
		world.fault({kind: 'node-down', node: 'pve3'});
		await world.proxmox.getVersion();
		world.server.cluster.advance(world.server.cluster.now + 600_000);
		await run('backup_status');
		expect(await findRecord(world, record)).toMatchObject({state: 'done'});
	});

	test('says that a storage cannot be listed, and fails no backup for it', async () => {
		const vm = await addReady(world);
		const {record} = await backUp(world, vm);
		world.fault({
			kind: 'status', path: '/content$', status: 500, text: 'mount error',
		});
		expect(await run('backup_status')).toMatchObject({errors: 1, lines: [expect.stringMatching(/^fra1 {2}its backups cannot be listed: .*mount error/)]});
		expect(await findRecord(world, record)).toMatchObject({state: 'done'});
	});
});
