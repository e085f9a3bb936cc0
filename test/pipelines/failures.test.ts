import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {createWorld, outcomes, type World} from './world.js';

const hour = 3_600_000;

/** A VM that was just cloned. */
const cloned = async (world: World) => {
	const {vm} = await world.order();
	await world.drive(vm, ({status}) => status === 'set_ip');
	const stop = new AbortController();
	const context = await world.context(vm);
	await world.drive(vm, ({status}) => status !== 'set_ip', {
		store: {
			...context.store,
			async write(change) {
				const result = await context.store.write(change);
				const {status} = await world.vm(vm);
				if (status === 'migrated') {
					stop.abort();
				}

				return result;
			},
		},
		signal: stop.signal,
	});
	expect(await world.vm(vm)).toMatchObject({status: 'migrated'});
	return vm;
};

const failedRows = async (world: World, vm: {readonly id: number}) => outcomes(await world.steps(vm)).filter(line => line.includes('failed'));

test('a transient failure is counted, logged and tried again later', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({
		kind: 'status', method: 'PUT', path: '/config$', status: 500, text: 'can\'t lock file \'/var/lock/qemu-server/lock-5000.conf\' - got timeout', count: 2,
	});
	expect(await world.move(vm)).toMatchObject({outcome: 'failed', steps: 0});
	const operation = await world.operation(vm);
	expect(operation).toMatchObject({attempt: 1, state: 'running', waitingFor: expect.stringMatching(/^attempt 2 of 20 after: .*got timeout/)});
	expect(operation.nextAttemptAt! - world.clock.now()).toBeGreaterThan(1000);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(await failedRows(world, vm)).toHaveLength(2);
	expect((await world.steps(vm)).find(({to, outcome}) => to === 'set_cpu_ram' && outcome === 'done')).toMatchObject({attempt: 3});
	expect(world.judged).toEqual([]);
});

test('after the last attempt the VM needs a person, and nothing is tried any more', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	const settings = {...world.settings, scheduler: {...world.settings.scheduler, maxAttempts: 3}};
	world.fault({
		kind: 'status', method: 'PUT', path: '/config$', status: 500, text: 'got timeout',
	});
	expect(await world.drive(vm, undefined, {settings})).toMatchObject({outcome: 'attention'});
	expect(await world.vm(vm)).toMatchObject({status: 'migrated', needsAttention: {reason: expect.stringContaining('given up after 3 attempts'), command: 'cronsole vm retry v101'}});
	expect(await failedRows(world, vm)).toHaveLength(3);
	const [last] = (await world.store.read.activity.list({limit: 1}));
	expect(last).toMatchObject({level: 'error', subject: 'vm1.example.net', message: expect.stringContaining('needs attention at CPU and RAM')});
	world.requests();
	expect(await world.move(vm)).toMatchObject({outcome: 'attention', steps: 0});
	expect(world.requests()).toEqual([]);
});

test('a locked VM is waited for without an attempt; after three hours a person gets the unlock command', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({kind: 'locked', vmid: 5000});
	expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('VM is locked (backup)')});
	expect(await world.operation(vm)).toMatchObject({attempt: 0, waitingFor: expect.stringContaining('VM is locked (backup)')});
	expect(await failedRows(world, vm)).toEqual([]);
	expect(await world.drive(vm)).toMatchObject({outcome: 'attention'});
	const {needsAttention} = await world.vm(vm);
	expect(needsAttention).toMatchObject({reason: expect.stringContaining('for three hours'), command: 'ssh root@pve1 qm unlock 5000 && cronsole vm retry v101'});
	expect(needsAttention!.since - (await world.operation(vm)).stepSince!).toBeGreaterThanOrEqual(3 * hour);
});

test('an unlocked VM goes on', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({kind: 'locked', vmid: 5000});
	await world.move(vm);
	world.clearFaults();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test.each([
	['rejected', 400, 'Parameter verification failed.', 'cronsole vm retry v101'],
	['denied', 403, 'Permission check failed (/vms/5000, VM.Config.CPU)', 'cronsole check && cronsole vm retry v101'],
])('what is %s on one VM needs a person at once', async (kind, status, text, command) => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({
		kind: 'status', method: 'PUT', path: '/config$', status, text, count: 1,
	});
	expect(await world.move(vm)).toMatchObject({outcome: 'attention'});
	expect(await world.vm(vm)).toMatchObject({needsAttention: {command}});
	expect(world.judged.map(error => error.kind)).toEqual(kind === 'denied' ? ['denied'] : []);
	expect(await failedRows(world, vm)).toHaveLength(1);
});

test('a change whose answer is lost is looked at, and found to be there', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({
		kind: 'lost-answer', method: 'PUT', path: '/config$', count: 1,
	});
	await world.drive(vm, ({status}) => status !== 'migrated');
	expect(outcomes(await world.steps(vm)).filter(line => line.startsWith('set_cpu_ram'))).toEqual([expect.stringContaining('failed'), 'set_cpu_ram skipped: no change']);
});

test.each([
	['no quorum', {kind: 'no-quorum'}, 'fra1 has no quorum', null],
	['a refused token', {kind: 'revoked-token'}, 'fra1 refuses the token', null],
	['an unreachable cluster', {kind: 'drop'}, 'fra1 unreachable', null],
	['an unreachable node', {kind: 'proxy-refused', node: 'pve1'}, 'fra1/pve1 unreachable', 'pve1'],
] as const)('%s pauses the work and counts nothing against the VM', async (_, rule, waitingFor, pausedByNode) => {
	const world = await createWorld();
	const vm = await cloned(world);
	const before = await world.steps(vm);
	world.fault(rule);
	world.verdict = pausedByNode === null ? 'cluster' : 'node';
	expect(await world.move(vm)).toMatchObject({outcome: 'paused', steps: 0, line: expect.stringContaining(waitingFor)});
	expect(world.judged).toHaveLength(1);
	expect(await world.operation(vm)).toMatchObject({
		attempt: 0, waitingFor, pausedByNode, state: 'running',
	});
	expect(await world.steps(vm)).toEqual(before);

	world.clearFaults();
	world.pass(9 * hour);
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
});

test('where the cluster is well after all, the trouble counts as the VM\'s own', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	world.fault({kind: 'proxy-refused', node: 'pve1', count: 1});
	expect(await world.move(vm)).toMatchObject({outcome: 'failed'});
	expect(await world.operation(vm)).toMatchObject({attempt: 1, pausedByNode: null});
});

test('a surprise needs a person, with its message, and stays with that VM', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	const foreignAddresses = {
		async list(): Promise<ReadonlySet<string>> {
			throw new TypeError('cannot read\u{1B}[31m this');
		},
	};
	expect(await world.move(vm, {foreignAddresses})).toMatchObject({outcome: 'attention', line: 'v101 vm1.example.net: creation → set_ip, needs attention: unexpected: cannot read this'});
});

test('a lost lease goes up to whoever held it, and nothing is written', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	await world.store.leases.clear(`vm:${vm.id}`, true);
	await expect(world.move(vm)).rejects.toThrow(LockLost);
	expect(await world.vm(vm)).toMatchObject({status: 'migrated', needsAttention: null});
});

test('a VM that somebody else moved on meanwhile is left to them', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	const proxmox = {
		...world.proxmox,
		async getVmConfig(place: {readonly node: string; readonly vmid: number}) {
			const {id} = await world.operation(vm);
			await world.store.write(async ({vms}) => vms.advance(await vms.get(vm.id), 'set_network', {
				operationId: id, operation: 'create', outcome: 'done', reason: null, attempt: 1, startedAt: 0, durationMs: 0, upid: null, log: null,
			}));
			return world.proxmox.getVmConfig(place);
		},
	};
	expect(await world.move(vm, {proxmox})).toMatchObject({outcome: 'busy'});
	expect(await world.vm(vm)).toMatchObject({status: 'set_network', needsAttention: null});
});

test('the step of an operation that was ended meanwhile is not completed', async () => {
	const world = await createWorld();
	const vm = await cloned(world);
	const before = await world.steps(vm);
	const proxmox = {
		...world.proxmox,
		async getVmConfig(place: {readonly node: string; readonly vmid: number}) {
			const {id} = await world.operation(vm);
			await world.store.write(async ({operations}) => operations.finish(id, 'cancelled', world.clock.now(), 'anna terminated the VM'));
			return world.proxmox.getVmConfig(place);
		},
	};
	expect(await world.move(vm, {proxmox})).toMatchObject({outcome: 'busy', line: expect.stringContaining('anna terminated the VM')});
	expect(await world.vm(vm)).toMatchObject({status: 'migrated', needsAttention: null});
	expect(await world.steps(vm)).toEqual(before);
});

test('between two steps it stops when it is told to', async () => {
	const world = await createWorld();
	const {vm} = await world.order();
	expect(await world.move(vm, {signal: AbortSignal.abort()})).toMatchObject({outcome: 'busy', steps: 0});
	await world.move(vm);
	world.requests();
	expect(await world.move(vm, {signal: AbortSignal.abort()})).toMatchObject({outcome: 'waiting', steps: 0});
	expect(world.requests()).toEqual([]);
	expect(await world.operation(vm)).toMatchObject({state: 'running'});
});
