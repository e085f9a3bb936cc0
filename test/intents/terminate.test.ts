import {describe, expect, test} from 'vitest';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	order,
	refusalOf,
	type World,
} from './world.js';

const grace = 'terminate: {grace: 3d}\n';

const start = async (more = '') => {
	const world = await createWorld(more);
	const vm = await deploy(world, {package: 'kvm-l'});
	const listOpen = async () => world.store.read.operations.listOpen(vm.id);
	return {
		...world, world, vm, listOpen,
	};
};

const needAttention = async ({store}: World, id: number) => store.write(async tables => tables.vms.setAttention(id, {reason: 'the disk is full', since: 1000, command: 'df'}));

/** Has the scheduler begin a termination and cut the VM off. */
const cutOff = async (world: World, operation: {readonly id: number; readonly vmId: number}, wasRunning = true) => {
	await begin(world, operation);
	await world.store.write(async tables => {
		const vm = await tables.vms.get(operation.vmId);
		await tables.operations.note(operation.id, {formerStatus: vm.status, wasRunning});
		await tables.vms.enter(vm, 'terminate', 3000);
		await tables.operations.advance((await tables.operations.find(operation.id))!, 'cut_off', {
			operationId: operation.id, operation: 'terminate', outcome: 'done', reason: null, attempt: 1, startedAt: 1, durationMs: 1, upid: null, log: null,
		});
	});
};

const ready = {
	now: Date.now() + 1000, tasks: ['process_vms'], clusters: ['fra1'], nodesDown: [], start: true, limit: 9,
} as const;

describe('terminate', () => {
	test('is asked for once, loudly, however often it is sent', async () => {
		const {intents, as, store, listOpen} = await start();
		const first = await intents.terminateVm('whmcs-1');
		expect(first).toMatchObject({changed: true, message: 'web1.example.net: termination asked for', operation: {kind: 'terminate', state: 'waiting', requestedBy: 'anna'}});
		await expect(lastActivity(store)).resolves.toBe('warning anna web1.example.net: termination asked for');
		await expect(as('ben').terminateVm('whmcs-1')).resolves.toMatchObject({
			changed: false, message: 'web1.example.net is being terminated already, asked for by anna', operation: {id: first.operation!.id},
		});
		await expect(listOpen()).resolves.toHaveLength(1);
	});

	test('ends what is open after its present step, with the records that it would have completed, and runs next', async () => {
		const {intents, world, store, listOpen} = await start();
		const {operation, backup} = await intents.backUpVm('whmcs-1', null);
		await begin(world, operation!);
		await intents.changeVm('whmcs-1', {package: 'kvm-m'}, {isPlan: false, allowDataLoss: false});
		const {message, operation: termination} = await intents.terminateVm('whmcs-1');
		expect(message).toBe('web1.example.net: termination asked for after the present step');
		await expect(listOpen()).resolves.toMatchObject([{kind: 'terminate'}]);
		await expect(store.read.operations.find(operation!.id)).resolves.toMatchObject({state: 'cancelled', message: 'anna terminated the VM'});
		await expect(store.read.backups.find(backup.id)).resolves.toMatchObject({state: 'failed', cause: 'anna terminated the VM'});
		await expect(store.read.operations.listReady(ready)).resolves.toMatchObject([{id: termination!.id}]);
	});

	test('of a VM that needs a person takes that need away, so that it runs', async () => {
		const {intents, world, store, vm} = await start();
		const {operation} = await intents.powerVm('whmcs-1', 'start');
		await begin(world, operation!);
		await needAttention(world, vm.id);
		await expect(store.read.operations.listReady(ready)).resolves.toEqual([]);
		const {operation: termination, subject} = await intents.terminateVm('whmcs-1');
		expect(subject.needsAttention).toBeNull();
		await expect(store.read.operations.listReady(ready)).resolves.toMatchObject([{id: termination!.id}]);
	});

	test('of an order that was never begun ends the order', async () => {
		const {intents, store} = await createWorld();
		const {vm} = await intents.createVm(order());
		await expect(intents.terminateVm('whmcs-1')).resolves.toMatchObject({message: 'web1.example.net: termination asked for'});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{kind: 'terminate'}]);
	});

	test('that failed goes on, as the same operation', async () => {
		const {intents, world, store, vm} = await start();
		const {operation} = await intents.terminateVm('whmcs-1');
		await cutOff(world, operation!);
		await needAttention(world, vm.id);
		await store.write(async tables => tables.vms.enter(await tables.vms.get(vm.id), 'error_terminate', 4000));
		await expect(intents.terminateVm('whmcs-1')).resolves.toMatchObject({
			changed: true, message: 'web1.example.net: its termination is tried again', operation: {id: operation!.id}, subject: {status: 'terminate', needsAttention: null},
		});
		await expect(intents.terminateVm('whmcs-1')).resolves.toMatchObject({changed: false});
	});

	test('of a VM that was removed is so already', async () => {
		const {intents} = await start();
		await intents.resetVm('whmcs-1', 'removed', 'it is gone');
		await expect(intents.terminateVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net was removed already', operation: null});
	});

	test('refuses everything else meanwhile', async () => {
		const {intents} = await start();
		await intents.terminateVm('whmcs-1');
		const hint = 'order it anew once it is removed';
		expect(await refusalOf(intents.powerVm('whmcs-1', 'start'))).toMatchObject({message: 'vm start is refused for web1.example.net: it is being terminated', hint});
		expect(await refusalOf(intents.backUpVm('whmcs-1', null))).toMatchObject({code: 'not-allowed', hint});
		expect(await refusalOf(intents.suspendVm('whmcs-1', 'abuse'))).toMatchObject({code: 'not-allowed', hint});
	});
});

describe('unterminate', () => {
	test('within the grace puts the VM back where it stood, starts it if it ran, and with its node', async () => {
		const {intents, world, store, vm, listOpen} = await start(grace);
		const {operation, message} = await intents.terminateVm('whmcs-1');
		expect(message).toBe(`web1.example.net: termination asked for; for 3d it can be taken back: cronsole vm unterminate v${vm.id}`);
		await cutOff(world, operation!);
		const back = await intents.unterminateVm('whmcs-1');
		expect(back).toMatchObject({
			changed: true, message: 'web1.example.net: the termination is taken back', subject: {status: 'ready', resumes: true}, operation: {kind: 'unsuspend'},
		});
		await expect(store.read.operations.find(operation!.id)).resolves.toMatchObject({state: 'cancelled', message: 'anna took it back'});
		await expect(lastActivity(store)).resolves.toBe('warning anna web1.example.net: the termination is taken back');
		await expect(listOpen()).resolves.toHaveLength(1);
		await expect(intents.unterminateVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net is not being terminated'});
	});

	test('of one that was off leaves it off', async () => {
		const {intents, world} = await start(grace);
		const {operation} = await intents.terminateVm('whmcs-1');
		await cutOff(world, operation!, false);
		await expect(intents.unterminateVm('whmcs-1')).resolves.toMatchObject({subject: {status: 'ready', resumes: false}});
	});

	test('before anything was done only ends the termination, and goes on with what it had ended', async () => {
		const {intents, store} = await createWorld(grace);
		const {vm} = await intents.createVm(order());
		await intents.terminateVm('whmcs-1');
		await expect(intents.unterminateVm('whmcs-1')).resolves.toMatchObject({changed: true, subject: {status: 'creation'}, operation: {kind: 'create'}});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{kind: 'create', state: 'waiting'}]);
	});

	test('of a VM in the middle of a change goes on with that change', async () => {
		const {intents, world, store, vm, listOpen} = await start(grace);
		const {operation: change} = await intents.changeVm('whmcs-1', {package: 'kvm-m'}, {isPlan: false, allowDataLoss: false});
		await begin(world, change!);
		await store.write(async tables => {
			await tables.vms.enter(vm, 'change_package', 3000);
			await tables.operations.note(change!.id, {wasRunning: true});
		});
		const {operation} = await intents.terminateVm('whmcs-1');
		await cutOff(world, operation!, false);
		await expect(intents.unterminateVm('whmcs-1')).resolves.toMatchObject({subject: {status: 'change_package'}, operation: {kind: 'change', params: change!.params, notes: {}}});
		await expect(listOpen()).resolves.toMatchObject([{kind: 'change', notes: {wasRunning: true}}, {kind: 'unsuspend'}]);
	});

	test('is refused once the grace is over, and without one', async () => {
		const {intents, world, store, vm} = await start(grace);
		const {operation} = await intents.terminateVm('whmcs-1');
		await cutOff(world, operation!);
		await store.write(async tables => tables.operations.advance((await tables.operations.find(operation!.id))!, 'grace_over', {
			operationId: operation!.id, operation: 'terminate', outcome: 'done', reason: null, attempt: 1, startedAt: 1, durationMs: 1, upid: null, log: null,
		}));
		expect(await refusalOf(intents.unterminateVm('whmcs-1'))).toMatchObject({code: 'not-allowed', message: 'vm unterminate is refused for web1.example.net: the grace is over'});
		await expect(store.read.vms.get(vm.id)).resolves.toMatchObject({status: 'terminate'});
		const {intents: others} = await start();
		await others.terminateVm('whmcs-1');
		expect(await refusalOf(others.unterminateVm('whmcs-1'))).toMatchObject({message: 'vm unterminate is refused for web1.example.net: the grace is over'});
	});
});
