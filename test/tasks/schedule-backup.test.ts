import {
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {type Backup} from '../../source/domain/backup.js';
import {weekdays, type Package} from '../../source/domain/package.js';
import {type Vm} from '../../source/domain/vm.js';
import {scheduleBackup} from '../../source/tasks/schedule-backup.js';
import {type TaskContext} from '../../source/tasks/task.js';
import {addReady, withStorage} from '../pipelines/backup-world.js';
import {createWorld, type World} from '../pipelines/world.js';
import {noInstalls} from '../support/installing.js';
import {createRuns, endTasks} from './backup-runs.js';

const minute = 60_000;
const dayMs = 24 * 60 * minute;
const nightly: Package = {backups: 2, backupDays: [...weekdays], backupAt: '03:00'};

let world: World;
let today: string;

// It is noon.
beforeEach(async () => {
	world = await createWorld();
	world.pass(dayMs - ((world.clock.now() - (dayMs / 2)) % dayMs));
	today = new Date(world.clock.now()).toISOString().slice(0, 10);
});

const records = async (vm: Pick<Vm, 'id'>): Promise<readonly Backup[]> => world.store.read.backups.list(vm.id);
const states = async (vm: Pick<Vm, 'id'>) => (await records(vm)).map(({localDate, state, attempts}) => `${localDate} ${state} ${attempts}`);

describe('schedule_backup', () => {
	test('asks for a backup of a VM whose time has come, moves it on, and asks no second time that day', async () => {
		const vm = await addReady(world, nightly);
		const run = await createRuns(world);
		expect(await run('schedule_backup')).toMatchObject({
			processed: 0, errors: 0, waiting: 1, lines: [expect.stringContaining(`${vm.hostname}: scheduled backup, asked → backed_up, waiting: the backup`)],
		});
		expect(await states(vm)).toEqual([`${today} running 1`]);
		const [operation] = await world.store.read.operations.listOpen(vm.id);
		expect(operation).toMatchObject({
			kind: 'scheduled-backup', task: 'schedule_backup', params: {localDate: today}, requestedBy: 'schedule_backup',
		});
		await endTasks(world);
		expect(await run('schedule_backup')).toMatchObject({processed: 1, errors: 0, waiting: 0});
		expect(await run('schedule_backup')).toMatchObject({processed: 0, waiting: 0, lines: []});
		expect(await states(vm)).toEqual([`${today} done 1`]);
		world.pass(dayMs);
		await run('schedule_backup');
		expect(await states(vm)).toHaveLength(2);
	});

	test('leaves out who needs a person, is not ready, has no schedule, no backups or no time yet; a suspended VM is backed up', async () => {
		const left = [await addReady(world, nightly), await addReady(world, nightly), await addReady(world, {}), await addReady(world, {...nightly, backups: 0}), await addReady(world, {...nightly, backupAt: '23:00'})];
		const off = await addReady(world, nightly);
		const suspended = await addReady(world, nightly);
		await world.store.write(async ({vms}) => {
			await vms.setAttention(left[0]!.id, {reason: 'the pool is empty', since: 1, command: 'cronsole pool list'});
			await vms.enter(left[1]!, 'change_package', 1);
			await vms.set(off.id, {backup: {}});
			await vms.set(suspended.id, {suspended: ['overdue']});
		});
		const run = await createRuns(world);
		await run('schedule_backup');
		for (const vm of [...left, off]) {
			expect(await records(vm)).toEqual([]);
		}

		expect(await states(suspended)).toEqual([`${today} running 1`]);
	});

	test('takes the oldest good backup first, and before it who never had one; a node\'s slot bounds how many run', async () => {
		const [recent, old, never] = [await addReady(world, nightly), await addReady(world, nightly), await addReady(world, nightly)];
		for (const [vm, age] of [[recent, 1], [old, 5]] as const) {
			await world.store.write(async ({backups}) => backups.sync(vm.id, 'shared', [{
				volid: `shared:backup/${vm.id}`, sizeBytes: 1, createdAt: world.clock.now() - (age * dayMs), note: null,
			}], 1));
		}

		const run = await createRuns(world);
		expect(await run('schedule_backup')).toMatchObject({waiting: 3});
		const underWay = await world.store.read.operations.listUnderWay(['schedule_backup']);
		expect(underWay.map(({vmId}) => vmId)).toEqual([never.id, old.id, recent.id]);
		expect(world.tasks('vzdump')).toBe(1);
	});

	test('tries a failed one again after a quarter of an hour, three times that day and no more', async () => {
		const vm = await addReady(world, nightly);
		const run = await createRuns(world);
		world.fault({kind: 'full', storage: 'shared'});
		for (let attempt = 1; attempt <= 3; attempt++) {
			await run('schedule_backup');
			await endTasks(world);
			expect(await run('schedule_backup')).toMatchObject({errors: 1, message: expect.stringContaining('No space left on device')});
			expect(await states(vm)).toEqual([`${today} failed ${attempt}`]);
			world.pass(14 * minute);
			expect(await run('schedule_backup')).toMatchObject({waiting: 0, lines: []});
			world.pass(minute);
		}

		world.pass(60 * minute);
		expect(await run('schedule_backup')).toMatchObject({waiting: 0, lines: []});
		expect(await states(vm)).toEqual([`${today} failed 3`]);
		expect(world.tasks('vzdump')).toBe(3);
	});

	test('tells once a run, with how many, where a cluster has no storage for backups', async () => {
		const vm = await addReady(world, nightly);
		await addReady(world, nightly);
		const run = await createRuns(world, {clusters: withStorage(world, null).clusters});
		expect(await run('schedule_backup')).toMatchObject({errors: 0, waiting: 2, lines: [expect.stringMatching(/^fra1 {2}2 due backups are left out: the config names no storage/)]});
		expect(await records(vm)).toEqual([]);
	});

	test('leaves the VMs of a cluster in maintenance for a later run', async () => {
		const vm = await addReady(world, nightly);
		await world.store.write(async ({clusters}) => clusters.setMaintenance({
			cluster: 'fra1', node: null, by: 'anna', reason: null, since: 1, until: null,
		}));
		const run = await createRuns(world);
		expect(await run('schedule_backup')).toMatchObject({waiting: 1, lines: ['fra1  1 due backups are left out: it cannot be worked on now']});
		expect(await records(vm)).toEqual([]);
	});

	test('asks for none while the one of the day before has not ended', async () => {
		const vm = await addReady(world, nightly);
		const run = await createRuns(world);
		await run('schedule_backup');
		world.pass(dayMs);
		expect(await run('schedule_backup')).toMatchObject({waiting: 1});
		expect(await states(vm)).toEqual([`${today} running 1`]);
	});

	test('that is killed has written an operation with its record, or neither', async () => {
		const vm = await addReady(world, nightly);
		const {store, clock, settings: _, proxmox} = world;
		const fenced = await world.fenced({id: 0});
		const run = async (write: TaskContext['store']['write']) => scheduleBackup.run({
			store: {...fenced, write}, settings: withStorage(world), clock, signal: new AbortController().signal, readerOf: () => proxmox,
			moveOn: async () => ({outcome: 'waiting', steps: 0, line: ''}), payDns: async () => undefined, ...noInstalls, listReady: async () => [], report: () => undefined,
		});
		const die = new Error('killed');
		expect(await run(async change => store.write(async tables => {
			await change({
				...tables, backups: {
					...tables.backups, async add() {
						throw die;
					},
				},
			});
			throw die;
		}))).toMatchObject({errors: 1, message: 'killed'});
		expect(await store.read.operations.listOpen(vm.id)).toEqual([]);
		expect(await records(vm)).toEqual([]);
		await run(fenced.write);
		const [operation] = await store.read.operations.listOpen(vm.id);
		expect(await store.read.backups.findByOperation(operation!.id)).toMatchObject({state: 'waiting', localDate: today});
	});
});
