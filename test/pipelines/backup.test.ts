import {describe, expect, test} from 'vitest';
import {type ClientErrorKind, ClientError} from '../../source/clients/client-error.js';
import {
	addReady,
	ask,
	backUp,
	findRecord,
	localDate,
	volumes,
	withStorage,
} from './backup-world.js';
import {changes, createWorld, type World} from './world.js';

const hour = 3_600_000;

const failedStep = async (world: World, vm: {readonly id: number}) => (await world.steps(vm)).find(({outcome}) => outcome === 'failed');

describe('a backup', () => {
	test('is made on the node where the VM is, looked at, and recorded with its volume and size', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.requests();
		const {move, record} = await backUp(world, vm);
		expect(move).toMatchObject({outcome: 'done'});
		expect(record).toMatchObject({
			kind: 'scheduled', localDate, state: 'done', storage: 'shared', attempts: 1, cause: null,
		});
		expect(record.sizeBytes).toBeGreaterThan(0);
		expect(volumes(world, vm)).toEqual([record.volid]);
		const calls = world.requests();
		expect(changes(calls)).toEqual(['POST /nodes/pve1/vzdump']);
		// Without `remove=0` Proxmox would rotate by the storage's own rules.
		expect(calls.find(({method}) => method === 'POST')?.params).toMatchObject({
			vmid: String(vm.vmid), storage: 'shared', mode: 'snapshot', compress: 'zstd', remove: '0', 'notes-template': `cronsole scheduled ${localDate}`,
		});
		expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	});

	test('by hand bears the person\'s note, word for word', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		const {record} = await backUp(world, vm, {kind: 'backup', note: 'before {{vmid}}'});
		expect(record).toMatchObject({kind: 'manual', state: 'done', note: 'before {{vmid}}'});
		expect(world.server.cluster.backups.at(-1)?.notes).toBe('before { {vmid}}');
	});

	test('of a VM that was moved is made where it is now', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		(await world.guest(vm)).node = 'pve2';
		expect(await backUp(world, vm)).toMatchObject({move: {outcome: 'done'}, record: {state: 'done'}});
		expect(await world.vm(vm)).toMatchObject({node: 'pve2'});
	});

	test('whose call is answered with "OK" alone was not made: the VM left that node between the look and the call', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		const guest = await world.guest(vm);
		const proxmox = {
			...world.proxmox,
			async getVmConfig(place: Parameters<typeof world.proxmox.getVmConfig>[0]) {
				const config = await world.proxmox.getVmConfig(place);
				guest.node = 'pve3';
				return config;
			},
		};
		expect(await backUp(world, vm, {own: {proxmox}})).toMatchObject({move: {outcome: 'done'}, record: {state: 'done'}});
		expect(changes(world.requests()).slice(-2)).toEqual(['POST /nodes/pve1/vzdump', 'POST /nodes/pve3/vzdump']);
		expect(world.tasks('vzdump')).toBe(1);
	});

	test('that ends with warnings is good, and keeps them', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.fault({kind: 'warnings', type: 'vzdump'});
		expect((await backUp(world, vm)).record).toMatchObject({state: 'done', cause: 'WARNINGS: 1: something was not as it should be'});
	});

	test('waits for one of its node\'s slots, and a whole day may pass', async () => {
		const world = await createWorld();
		const [first, second, other] = [await addReady(world), await addReady(world), await addReady(world, {}, 'pve2')];
		const own = {settings: withStorage(world)};
		await Promise.all([first, second, other].map(async vm => ask(world, vm, 'backup')));
		expect(await world.move(first, own)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('waiting: the backup')});
		expect(await world.move(second, own)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('waiting: a backup slot on fra1/pve1')});
		expect(await world.operation(second)).toMatchObject({slot: {key: 'backup:fra1/pve1', limit: 1}, attempt: 0});
		expect(await world.move(other, own)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('waiting: the backup')});
		world.pass(24 * hour);
		expect(await world.move(second, own)).toMatchObject({outcome: 'waiting'});
		expect(world.tasks('vzdump')).toBe(2);
	});

	test('waits while the VM is locked, whether that is seen before or inside its task, and counts no attempt', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		const guest = await world.guest(vm);
		const settings = withStorage(world);
		const blind = {
			...world.proxmox,
			async getVmConfig(place: Parameters<typeof world.proxmox.getVmConfig>[0]) {
				const {lock: _, ...config} = await world.proxmox.getVmConfig(place);
				return config;
			},
		};
		guest.config.lock = 'snapshot';
		const {record} = await ask(world, vm);
		expect(await world.move(vm, {settings})).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (snapshot)')});
		expect(world.tasks('vzdump')).toBe(0);
		const inside = async () => (await world.operation(vm)).waitingFor?.startsWith('the backup failed: VM is locked') ?? false;
		while (!await inside()) {
			world.pass(10 * 60_000);
			expect(await world.move(vm, {settings, proxmox: blind})).toMatchObject({outcome: 'waiting'});
		}

		expect(await world.operation(vm)).toMatchObject({attempt: 0});
		delete guest.config.lock;
		expect(await world.drive(vm, undefined, {settings})).toMatchObject({outcome: 'done'});
		expect(await findRecord(world, record)).toMatchObject({state: 'done', attempts: 1});
	});
});

describe('a backup that cannot be', () => {
	test('ends with what its log says, after one task; the VM is as it was', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.fault({kind: 'full', storage: 'shared'});
		const {move, record} = await backUp(world, vm);
		expect(move.outcome).not.toBe('done');
		expect(await world.operation(vm)).toMatchObject({state: 'failed', message: expect.stringMatching(/^the backup failed: .*No space left on device/)});
		expect(record).toMatchObject({
			state: 'failed', volid: null, attempts: 1, cause: expect.stringMatching(/^the backup failed: .*No space left on device/), finishedAt: expect.any(Number) as number,
		});
		expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
		expect(world.tasks('vzdump')).toBe(1);
		expect(await failedStep(world, vm)).toMatchObject({to: 'backed_up', upid: expect.stringContaining(':vzdump:'), log: expect.stringContaining('job errors')});
	});

	test('takes its day\'s record up anew when it is tried again', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.fault({
			kind: 'fail-task', type: 'vzdump', count: 1, text: 'interrupted by signal',
		});
		const first = await backUp(world, vm);
		expect(first.record).toMatchObject({state: 'failed', cause: expect.stringContaining('interrupted by signal')});
		const again = await backUp(world, vm);
		expect(again.record).toMatchObject({
			id: first.record.id, state: 'done', attempts: 2, cause: null,
		});
	});

	test('says what to add where the config names no storage, and asks nothing of the cluster', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		const {record} = await backUp(world, vm, {own: {settings: withStorage(world, null)}});
		expect(record).toMatchObject({state: 'failed', cause: expect.stringContaining('add `backup: {storage: NAME}`')});
		expect(world.tasks('vzdump')).toBe(0);
	});

	test('is not begun at a VM that does not bear our stamp', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		(await world.guest(vm)).config.description = 'cronsole:elsewhere:v7';
		expect((await backUp(world, vm)).record).toMatchObject({state: 'failed', cause: expect.stringContaining('another installation')});
		expect(world.tasks('vzdump')).toBe(0);
	});

	test.each([
		['is not there', (backups: World['server']['cluster']['backups']) => backups.splice(0)],
		['is empty', (backups: World['server']['cluster']['backups']) => Object.assign(backups[0]!, {size: 0})],
	])('is one that ended well but %s on the storage, after a few looks', async (_, spoil) => {
		const world = await createWorld();
		const vm = await addReady(world);
		const {record} = await ask(world, vm);
		const settings = withStorage(world);
		while ((await world.operation(vm)).position !== 'backed_up') {
			await world.move(vm, {
				settings, proxmox: {
					...world.proxmox, async getTaskLog() {
						spoil(world.server.cluster.backups);
						throw new ClientError('later', {peer: 'fra1', kind: 'transient'});
					},
				},
			});
		}

		await world.drive(vm, undefined, {settings});
		expect(await findRecord(world, record)).toMatchObject({state: 'failed', cause: expect.stringMatching(/ended well, but it is (?:not there|empty)/)});
		expect(world.tasks('vzdump')).toBe(1);
	});

	test('is one whose day was over for half a day before it could begin; one that only waited past midnight is made', async () => {
		const world = await createWorld();
		const day = new Date(world.clock.now()).toISOString().slice(0, 10);
		const [punctual, late] = [await addReady(world), await addReady(world)];
		await ask(world, punctual, 'scheduled-backup', {localDate: '2020-01-01'});
		const {record} = await ask(world, late, 'scheduled-backup', {localDate: day});
		const settings = withStorage(world);
		expect(await world.drive(punctual, undefined, {settings})).toMatchObject({outcome: 'done'});
		world.pass(36 * hour);
		await world.drive(late, undefined, {settings});
		expect(await findRecord(world, record)).toMatchObject({state: 'failed', cause: 'its day was over before it could begin'});
		expect(world.tasks('vzdump')).toBe(1);
	});
});

describe('a failed call', () => {
	test.each([
		['that may go well again is made again, within the same attempt of the day', {
			kind: 'status', method: 'POST', path: '/vzdump$', status: 500, text: 'got timeout', count: 3,
		}],
		['whose answer is lost is looked for, and its task adopted', {
			kind: 'lost-answer', method: 'POST', path: '/vzdump$', count: 1,
		}],
	] as const)('%s', async (_, rule) => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.fault(rule);
		expect((await backUp(world, vm)).record).toMatchObject({state: 'done', attempts: 1});
		expect(world.tasks('vzdump')).toBe(1);
	});

	test('to a cluster that cannot be reached pauses it, and fails nothing', async () => {
		const world = await createWorld();
		const vm = await addReady(world);
		world.fault({kind: 'drop'});
		world.verdict = 'cluster';
		const {move, record} = await backUp(world, vm);
		expect(move).toMatchObject({outcome: 'paused'});
		expect(record).toMatchObject({state: 'running'});
		expect(world.judged.map(({kind}): ClientErrorKind => kind)).toEqual(['transient']);
	});
});
