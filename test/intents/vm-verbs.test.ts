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

const start = async (more = '') => {
	const world = await createWorld(more);
	return {...world, world, vm: await deploy(world)};
};

const needAttention = async ({store}: World, id: number) => store.write(async tables => tables.vms.setAttention(id, {reason: 'the disk is full', since: 1000, command: 'df'}));

describe.each(['start', 'stop', 'shutdown', 'reboot'] as const)('%s', verb => {
	test('is asked for with its activity row, and is the same operation when it is sent twice', async () => {
		const {intents, as, store, vm} = await start();
		const first = await intents.powerVm('whmcs-1', verb);
		expect(first).toMatchObject({
			changed: true, message: `web1.example.net: ${verb} asked for`, subject: {id: vm.id}, operation: {
				kind: verb, state: 'waiting', requestedBy: 'anna', params: {},
			},
		});
		await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: ${verb} asked for`);
		const again = await as('ben').powerVm('whmcs-1', verb);
		expect(again).toMatchObject({changed: false, message: `web1.example.net: ${verb} is asked for already, by anna`, operation: {id: first.operation!.id}});
		await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: ${verb} asked for`);
	});

	test('waits for the present operation', async () => {
		const {intents, world} = await start();
		const {operation} = await intents.resetPassword('whmcs-1');
		await begin(world, operation!);
		await expect(intents.powerVm('whmcs-1', verb)).resolves.toMatchObject({message: `web1.example.net: ${verb} asked for after the present operation`, operation: {state: 'waiting'}});
	});

	test('is refused where the VM needs a person, is removed or there is none', async () => {
		const {intents, store, world, vm} = await start();
		await needAttention(world, vm.id);
		expect(await refusalOf(intents.powerVm('whmcs-1', verb))).toMatchObject({
			code: 'not-allowed', message: `vm ${verb} is refused for web1.example.net: it needs attention`, hint: `\`cronsole vm explain v${vm.id}\` says why; then retry, terminate or reset it`,
		});
		await intents.resetVm('whmcs-1', 'removed', 'gone');
		expect(await refusalOf(intents.powerVm('whmcs-1', verb))).toMatchObject({code: 'not-allowed', hint: 'order it anew under the same reference'});
		expect(await refusalOf(intents.powerVm('whmcs-2', verb))).toMatchObject({code: 'unknown'});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(0);
	});
});

test('a read-only session asks for nothing', async () => {
	const {as, store, vm} = await start();
	const reader = as('ben', true);
	const before = await lastActivity(store);
	const asked = [
		async () => reader.powerVm('whmcs-1', 'stop'),
		async () => reader.changeVm('whmcs-1', {package: 'kvm-m'}, {isPlan: false, allowDataLoss: false}),
		async () => reader.reinstallVm('whmcs-1', 'debian-12'),
		async () => reader.resetPassword('whmcs-1'),
		async () => reader.suspendVm('whmcs-1', 'manual'),
		async () => reader.unsuspendVm('whmcs-1', 'manual'),
		async () => reader.terminateVm('whmcs-1'),
		async () => reader.unterminateVm('whmcs-1'),
		async () => reader.resetVm('whmcs-1', 'ready', 'x'),
		async () => reader.retryVm('whmcs-1'),
		async () => reader.backUpVm('whmcs-1', null),
		async () => reader.restoreBackup('whmcs-1', 'b1', {mail: true}),
		async () => reader.removeBackup('whmcs-1', 'b1'),
		async () => reader.scheduleBackup('whmcs-1', null),
		async () => reader.takeSnapshot('whmcs-1', {name: null, note: null}),
		async () => reader.keepSnapshot('whmcs-1', 'a1', true),
		async () => reader.rollBackVm('whmcs-1', 'a1'),
		async () => reader.removeSnapshot('whmcs-1', 'a1'),
	];
	for (const ask of asked) {
		expect((await refusalOf(ask())).code).toBe('read-only');
	}

	await expect(lastActivity(store)).resolves.toBe(before);
	await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(0);
	await expect(reader.resolveVm('whmcs-1')).resolves.toMatchObject({id: vm.id});
});

describe('reinstall', () => {
	test('copies the template\'s place, and is one wish when it is sent twice', async () => {
		const {intents} = await start();
		const first = await intents.reinstallVm('whmcs-1', 'ubuntu-24');
		expect(first).toMatchObject({
			message: 'web1.example.net: reinstall from ubuntu-24 asked for',
			operation: {
				kind: 'reinstall', params: {
					template: {
						name: 'ubuntu-24', vmid: 9001, clone: 'linked', storage: null,
					},
				},
			},
		});
		await expect(intents.reinstallVm('whmcs-1', 'ubuntu-24')).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
		await expect(intents.reinstallVm('whmcs-1', 'debian-12')).resolves.toMatchObject({changed: true, message: 'web1.example.net: reinstall from debian-12 asked for after the present operation'});
	});

	test.each([
		['alma-9', 'not-allowed', 'template: alma-9 does not lie on fra1', 'it lies on ams1'],
		['ubunut-24', 'unknown', 'template: there is no ubunut-24', 'did you mean ubuntu-24?'],
		['constructor', 'unknown', 'template: there is no constructor', 'there is debian-12, ubuntu-24, alma-9'],
		['\u{1B}[2Jx\n', 'unknown', 'template: there is no x', 'there is debian-12'],
	])('a template %j that does not lie on its cluster is refused', async (template, code, message, hint) => {
		const {intents} = await start();
		const refusal = await refusalOf(intents.reinstallVm('whmcs-1', template));
		expect(refusal).toMatchObject({code, message});
		expect(refusal.hint).toContain(hint);
	});
});

test('a new password is one wish when it is sent twice', async () => {
	const {intents, store} = await start();
	const first = await intents.resetPassword('whmcs-1');
	expect(first).toMatchObject({changed: true, operation: {kind: 'password'}});
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: new password asked for');
	await expect(intents.resetPassword('whmcs-1')).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
});

describe('a suspension', () => {
	test('sets its flag at once, with one operation for the first reason', async () => {
		const {intents, store, vm} = await start();
		const first = await intents.suspendVm('whmcs-1', 'overdue');
		expect(first).toMatchObject({
			changed: true, message: 'web1.example.net is suspended (overdue): it is switched off', subject: {suspended: ['overdue']}, operation: {kind: 'suspend', params: {reason: 'overdue'}},
		});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: suspended: overdue');
		await expect(intents.suspendVm('whmcs-1', 'overdue')).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
		await expect(intents.suspendVm('whmcs-1', 'manual')).resolves.toMatchObject({
			changed: true, operation: null, message: 'web1.example.net is suspended (manual), as it was (overdue)', subject: {suspended: ['overdue', 'manual']},
		});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(1);
	});

	test('for abuse goes hard, also where a milder one is asking the guest still', async () => {
		const {intents, world} = await start();
		const {operation} = await intents.suspendVm('whmcs-1', 'overdue');
		await begin(world, operation!);
		await expect(intents.suspendVm('whmcs-1', 'abuse')).resolves.toMatchObject({
			operation: {kind: 'suspend', params: {reason: 'abuse'}}, message: 'web1.example.net is suspended (abuse): it is switched off after the present operation',
		});
	});

	test('sets its flag while another operation runs, so that this one ends stopped', async () => {
		const {intents, store} = await createWorld();
		const {vm} = await intents.createVm(order());
		await expect(intents.suspendVm('whmcs-1', 'abuse')).resolves.toMatchObject({changed: true, subject: {suspended: ['abuse'], status: 'creation'}, operation: {state: 'waiting'}});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toMatchObject([{kind: 'create'}, {kind: 'suspend'}]);
	});

	test('refuses start and reboot, and lets the rest be asked for', async () => {
		const {intents, vm} = await start();
		await intents.suspendVm('whmcs-1', 'overdue');
		expect(await refusalOf(intents.powerVm('whmcs-1', 'start'))).toMatchObject({
			message: 'vm start is refused for web1.example.net: it is suspended', hint: `lift every reason with \`cronsole vm unsuspend v${vm.id} --reason R\`: then it starts by itself, if it ran`,
		});
		expect(await refusalOf(intents.powerVm('whmcs-1', 'reboot'))).toMatchObject({code: 'not-allowed'});
		await expect(intents.powerVm('whmcs-1', 'stop')).resolves.toMatchObject({changed: true});
		await expect(intents.resetPassword('whmcs-1')).resolves.toMatchObject({changed: true});
	});

	test('is lifted reason by reason; the last one starts the VM again', async () => {
		const {intents, store} = await start();
		await intents.suspendVm('whmcs-1', 'overdue');
		await intents.suspendVm('whmcs-1', 'abuse');
		await expect(intents.unsuspendVm('whmcs-1', 'manual')).resolves.toMatchObject({changed: false, message: 'web1.example.net is not suspended (manual), only overdue, abuse'});
		await expect(intents.unsuspendVm('whmcs-1', 'overdue')).resolves.toMatchObject({
			changed: true, operation: null, message: 'web1.example.net is still suspended (abuse)', subject: {suspended: ['abuse']},
		});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: no longer suspended: overdue; still abuse');
		const last = await intents.unsuspendVm('whmcs-1', 'abuse');
		expect(last).toMatchObject({changed: true, operation: {kind: 'unsuspend', params: {reason: 'abuse'}}, subject: {suspended: []}});
		await expect(intents.unsuspendVm('whmcs-1', 'abuse')).resolves.toMatchObject({changed: false, message: 'web1.example.net is not suspended (abuse)', operation: {id: last.operation!.id}});
	});

	test.each(['', 'Overdue!', 'overdu', '\u{1B}]0;x\u{7}', 'a'.repeat(100_000)])('has one of three reasons: %.20j is refused', async reason => {
		const {intents, store, vm} = await start();
		for (const ask of [intents.suspendVm, intents.unsuspendVm]) {
			const refusal = await refusalOf(ask('whmcs-1', reason));
			expect(refusal.code).toBe('invalid');
			expect(refusal.message).toContain('it must be one of overdue, abuse, manual');
			expect(refusal.message.length).toBeLessThan(200);
			expect(refusal.message).not.toMatch(/\p{Control}/u);
		}

		await expect(store.read.vms.get(vm.id)).resolves.toMatchObject({suspended: []});
	});
});
