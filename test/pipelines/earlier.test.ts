import {
	describe,
	expect,
	test,
	vi,
} from 'vitest';
import {ClientError, type ClientErrorKind} from '../../source/clients/client-error.js';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {LockLost} from '../../source/store/leases.js';
import {
	ask,
	dyingAt,
	moveOn,
	offVm,
	runningVm,
	settle,
} from './asked.js';
import {changes, createWorld, type World} from './world.js';

const minute = 60_000;

/** What the intent of a termination writes. */
const terminate = async (world: World, vm: Pick<Vm, 'id'>): Promise<Operation> => {
	await world.store.write(async ({operations}) => operations.cancelOpen(vm.id, world.clock.now(), 'anna terminated the VM'));
	return ask(world, vm, 'terminate');
};

const left = async ({store}: World, {id, vmId}: Operation) => (await store.read.remoteTasks.listLeft(vmId, id)).map(({type, state}) => `${type} ${state}`);

describe('what an earlier operation left in the cluster', () => {
	test('a clone that still runs is waited for before anything is done to its VM, and without holding anything up', async () => {
		const world = await createWorld({}, {speed: 60});
		const {vm} = await world.order();
		await world.move(vm);
		const operation = await terminate(world, vm);
		world.requests();
		expect(await world.move(vm)).toEqual({
			outcome: 'waiting', steps: 0, line: `v${vm.id} ${vm.hostname}: waiting: what an earlier operation began: the clone`,
		});
		const task = (await world.store.read.remoteTasks.listRunning())[0]!;
		expect(await world.operation(vm)).toMatchObject({
			id: operation.id, state: 'running', position: null, attempt: 0, remoteTaskId: task.id, nextAttemptAt: null,
		});
		expect(changes(world.requests())).toEqual([]);
		expect((await world.vm(vm)).status).toBe('terminate');
		expect(await left(world, operation)).toEqual(['qmclone running']);

		// However it ends.
		await world.store.write(async ({remoteTasks}) => remoteTasks.finish(task.id, 'clone failed: no space', world.clock.now()));
		expect((await world.operation(vm)).remoteTaskId).toBeNull();
		await world.move(vm);
		expect(await left(world, operation)).toEqual([]);
	});

	test('a call that may still arrive is waited for; once it can no longer, its intent is forgotten and the work begins', async () => {
		const world = await createWorld();
		const vm = await runningVm(world);
		await ask(world, vm, 'shutdown');
		await expect(world.move(vm, {proxmox: dyingAt(world, 'shutdownVm', false)})).rejects.toThrow(LockLost);
		const operation = await terminate(world, vm);
		expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('what an earlier operation began: the shutdown')});
		const [intent] = await world.store.read.remoteTasks.listLeft(vm.id, operation.id);
		const {nextAttemptAt} = await world.operation(vm);
		expect(nextAttemptAt).toBe(intent!.deadlineAt + world.settings.clusters[0]!.timeoutMs);
		world.pass(nextAttemptAt! - world.clock.now() - 1000);
		await world.move(vm);
		expect(await left(world, operation)).toEqual(['qmshutdown intent']);
		expect(world.tasks('qmstop')).toBe(0);
		world.pass(1000);
		await world.move(vm);
		expect(await left(world, operation)).toEqual([]);
		expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
	});

	test('an intent of a clock that was far ahead is not waited for until then', async () => {
		const world = await createWorld();
		const vm = await runningVm(world);
		world.pass(1000 * minute);
		await ask(world, vm, 'shutdown');
		await expect(world.move(vm, {proxmox: dyingAt(world, 'shutdownVm', false)})).rejects.toThrow(LockLost);
		world.pass(-1000 * minute);
		await terminate(world, vm);
		expect(await settle(world, vm)).toMatchObject({status: 'removed', needsAttention: null});
		expect(world.tasks('qmshutdown')).toBe(0);
	});

	test('what an operation of its own began is its own affair', async () => {
		const world = await createWorld({}, {speed: 60});
		const {vm} = await world.order();
		await world.move(vm);
		expect(await world.operation(vm)).toMatchObject({waitingFor: 'the clone'});
		expect(await world.move(vm)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('clone, waiting: the clone')});
	});
});

/** Everything that is known of a VM and its operation. */
const known = async (world: World, {id, vmId}: Operation) => ({
	operation: await world.store.read.operations.find(id),
	vm: await world.vm({id: vmId}),
	steps: await world.steps({id: vmId}),
	left: await world.store.read.remoteTasks.listLeft(vmId, 0),
});

/** A cluster in which somebody ends the VM's operation just before that call does what it does then. */
const overtakenAt = (world: World, vm: Pick<Vm, 'id'>, call: keyof Proxmox, then?: () => never) => {
	const after: {known?: Awaited<ReturnType<typeof known>>} = {};
	const proxmox: Proxmox = {
		...world.proxmox,
		async [call](...given: unknown[]) {
			const operation = await world.operation(vm);
			if (operation.state === 'running') {
				await world.store.write(async ({operations}) => operations.cancelOpen(vm.id, world.clock.now(), 'anna terminated the VM'));
				after.known = await known(world, operation);
			}

			return then ? then() : (world.proxmox[call] as (...given: unknown[]) => Promise<unknown>)(...given);
		},
	};
	return {proxmox, after};
};

const failWith = (kind: ClientErrorKind) => (): never => {
	throw new ClientError('no', {peer: 'fra1', kind, node: 'pve1'});
};

describe('an operation that was ended while its step runs', () => {
	test.each([
		['has found nothing to do', 'start', 'getVmStatus', undefined],
		['would begin a task', 'stop', 'getVmConfig', undefined],
		['fails, and would be tried again', 'stop', 'getVmConfig', failWith('transient')],
		['finds the VM locked', 'stop', 'getVmConfig', failWith('locked')],
		['is refused, which would end it as failed', 'stop', 'getVmConfig', failWith('rejected')],
		['would need a person', 'suspend', 'getVmConfig', failWith('rejected')],
		['misses its VM', 'suspend', 'getVmConfig', failWith('missing')],
		['does not know what came of its call', 'suspend', 'getVmConfig', failWith('unknown-outcome')],
		['meets a surprise', 'stop', 'getVmConfig', (): never => {
			throw new TypeError('a surprise');
		}],
	] as const)('writes nothing any more, and begins nothing, where that step %s', async (_, kind, call, then) => {
		const world = await createWorld();
		const vm = await runningVm(world);
		const operation = await ask(world, vm, kind);
		const {proxmox, after} = overtakenAt(world, vm, call, then);
		world.requests();
		const log = vi.fn();
		expect(await moveOn(world, operation, {proxmox, log})).toMatchObject({outcome: 'busy', line: expect.stringContaining('anna terminated the VM')});
		expect(after.known).toMatchObject({operation: {state: 'cancelled'}, vm: {needsAttention: null}});
		expect(await known(world, operation)).toEqual(after.known);
		expect(changes(world.requests())).toEqual([]);
		expect(log).not.toHaveBeenCalled();
	});

	test('whose cluster turns out to be in trouble writes nothing of that either', async () => {
		const world = await createWorld();
		const vm = await runningVm(world);
		const operation = await ask(world, vm, 'stop');
		const {proxmox, after} = overtakenAt(world, vm, 'getVmConfig', failWith('unknown-outcome'));
		world.verdict = 'cluster';
		expect(await moveOn(world, operation, {proxmox})).toMatchObject({outcome: 'busy'});
		expect(await known(world, operation)).toEqual(after.known);
	});

	test('while its call was under way: the task is noted all the same, and the next operation waits for it', async () => {
		const world = await createWorld({}, {speed: 30});
		const vm = await runningVm(world);
		const operation = await ask(world, vm, 'shutdown');
		const {proxmox} = overtakenAt(world, vm, 'shutdownVm');
		expect(await moveOn(world, operation, {proxmox})).toMatchObject({outcome: 'busy'});
		const next = await ask(world, vm, 'terminate');
		expect(await left(world, next)).toEqual(['qmshutdown running']);
		expect(await moveOn(world, next)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('what an earlier operation began: the shutdown')});
	});
});

test('where a missing VM cannot be looked for, that is what has failed: it is tried again, and nobody is called', async () => {
	const world = await createWorld();
	const vm = await offVm(world);
	const operation = await ask(world, vm, 'suspend');
	const proxmox: Proxmox = {...world.proxmox, getVmConfig: async () => failWith('missing')(), listResources: async () => failWith('transient')()};
	expect(await moveOn(world, operation, {proxmox})).toMatchObject({outcome: 'failed'});
	expect(await world.operation(vm)).toMatchObject({state: 'running', attempt: 1, nextAttemptAt: expect.any(Number)});
	expect((await world.vm(vm)).needsAttention).toBeNull();
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'done'});
});
