import {expect, test} from 'vitest';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	order,
	refusalOf,
	type World,
} from './world.js';

const fail = async ({store}: World, {id, vmId}: {readonly id: number; readonly vmId: number}, attempt = 1) => store.write(async tables => {
	await tables.operations.postpone(id, {attempt, nextAttemptAt: Date.now() + 300_000, waitingFor: 'a person'});
	await tables.vms.setAttention(vmId, {reason: 'the storage is full', since: 1000, command: 'df'});
});

test('a restore that failed goes on from where it stands', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await deploy(world);
	const operation = await store.write(async tables => {
		const {operation} = await tables.operations.add(vm.id, {
			kind: 'restore', params: {backupId: 1, mail: true}, requestedBy: 'anna', now: 1000,
		});
		await tables.operations.begin(operation.id, 1000);
		const begun = (await tables.operations.find(operation.id))!;
		await tables.operations.advance(begun, 'stopped', {
			operationId: begun.id, operation: 'restore', outcome: 'done', reason: null, attempt: 1, startedAt: 1, durationMs: 1, upid: null, log: null,
		});
		return operation;
	});
	await fail(world, operation);
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({
		changed: true, message: 'web1.example.net is tried again from stopped (restore)', subject: {needsAttention: null, status: 'ready'},
	});
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: try again from stopped (restore); it needed attention: the storage is full');
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{
		id: operation.id, state: 'running', position: 'stopped', attempt: 0, nextAttemptAt: null,
	}]);
});

test('a termination that failed is terminated again, its status too', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await deploy(world);
	const {operation} = await intents.terminateVm('whmcs-1');
	await begin(world, operation!);
	await fail(world, operation!);
	await store.write(async tables => tables.vms.enter(vm, 'error_terminate', 1000));
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true, subject: {status: 'terminate', needsAttention: null}});
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{id: operation!.id, attempt: 0}]);
});

test('what waits for its next attempt is tried at once; what is under way, or ready, needs none', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await deploy(world);
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net needs no retry: nothing is under way'});
	const {operation} = await intents.powerVm('whmcs-1', 'start');
	await begin(world, operation!);
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net needs no retry: it is under way'});
	await store.write(async tables => tables.operations.postpone(operation!.id, {attempt: 3, nextAttemptAt: Date.now() + 60_000, waitingFor: 'attempt 4'}));
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true});
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{attempt: 0, nextAttemptAt: null}]);
});

test('a VM that stands still on its way goes on with the operation that brought it there, and what that had to remember', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await deploy(world);
	const {operation} = await intents.changeVm('whmcs-1', {package: 'kvm-m'}, {isPlan: false, allowDataLoss: true});
	await begin(world, operation!);
	await store.write(async tables => {
		await tables.vms.enter(vm, 'change_package', 1000);
		await tables.operations.note(operation!.id, {wasRunning: true});
		await tables.operations.finish(operation!.id, 'failed', 2000, 'it was ended');
	});
	expect(await refusalOf(intents.powerVm('whmcs-1', 'start'))).toMatchObject({message: 'vm start is refused for web1.example.net: it needs attention'});
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true, message: 'web1.example.net is tried again from change_package'});
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{
		kind: 'change', state: 'waiting', params: operation!.params, notes: {wasRunning: true},
	}]);
});

test('an order whose operation is gone is deployed by a new one', async () => {
	const {intents, store} = await createWorld();
	const {vm, operation} = await intents.createVm(order());
	await store.write(async tables => tables.operations.finish(operation!.id, 'failed', 1000));
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true});
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{kind: 'create', state: 'waiting'}]);
});

test('what waits for a free address is looked at at once, and keeps waiting for it', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const {vm} = await intents.createVm(order());
	const [operation] = await store.read.operations.listOpen(vm.id);
	await begin(world, operation!);
	const waitingFor = 'a free IPv4 address in fra1-v4';
	await store.write(async ({operations}) => operations.wait(operation!.id, {
		waitingFor, nextAttemptAt: Date.now() + 60_000, remoteTaskId: null, slot: null, pausedByNode: null,
	}));
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true, message: `web1.example.net is looked at again at once; it waits for ${waitingFor}`});
	await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{nextAttemptAt: null, waitingFor, attempt: 0}]);
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false});
});
