import {expect, test} from 'vitest';
import {
	createWorld,
	lastActivity,
	order,
	refusalOf,
} from './world.js';

test('a VM is resolved by reference, hostname, our id and VMID; a bare number is not', async () => {
	const {intents, store} = await createWorld();
	const {vm} = await intents.createVm(order());
	await store.write(async tables => tables.vms.reserveVmid(vm, [10_000, 10_010], new Set()));
	for (const ref of ['whmcs-1', 'web1.example.net', 'WEB1.EXAMPLE.NET', `v${vm.id}`, 'fra1/10000']) {
		await expect(intents.resolveVm(ref)).resolves.toMatchObject({id: vm.id});
	}

	expect(await refusalOf(intents.resolveVm('10000'))).toMatchObject({code: 'ambiguous', hint: 'write v10000 for our id, or CLUSTER/10000 for a VMID'});
	expect(await refusalOf(intents.resolveVm('web2.example.net'))).toMatchObject({code: 'unknown', hint: 'did you mean web1.example.net?'});
});

test('a REF that means two VMs lists them', async () => {
	const {intents} = await createWorld();
	const {vm: one} = await intents.createVm(order({reference: 'shop.example.net', hostname: 'a.example.net'}));
	const {vm: two} = await intents.createVm(order({reference: 'r2', hostname: 'shop.example.net'}));
	const refusal = await refusalOf(intents.resolveVm('shop.example.net'));
	expect(refusal.code).toBe('ambiguous');
	expect(refusal.message).toContain(`v${one.id} (shop.example.net, a.example.net, creation)`);
	expect(refusal.message).toContain(`v${two.id} (r2, shop.example.net, creation)`);
});

test('a retry resets the count, takes the attention away and starts the step\'s time anew', async () => {
	const {intents, store} = await createWorld();
	const {vm, operation} = await intents.createVm(order());
	await store.write(async tables => {
		await tables.operations.begin(operation!.id, 1000);
		await tables.operations.postpone(operation!.id, {attempt: 20, nextAttemptAt: Date.now() + 300_000, waitingFor: 'the next attempt'});
		await tables.vms.setAttention(vm.id, {reason: 'the template is gone', since: 1000, command: 'cronsole check'});
	});
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true, subject: {needsAttention: null}});
	const [now] = await store.read.operations.listOpen(vm.id);
	expect(now).toMatchObject({
		id: operation!.id, state: 'running', attempt: 0, nextAttemptAt: null, waitingFor: null,
	});
	expect(now!.stepSince).toBeGreaterThan(1000);
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: try again from creation; it needed attention: the template is gone');
	await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false});
});

test('a pause with the same words changes nothing, with others it does', async () => {
	const {intents, as, store} = await createWorld();
	await expect(intents.pauseTask('process_vms', {reason: 'upgrade', forMs: null})).resolves.toMatchObject({changed: true});
	await expect(as('ben').pauseTask('process_vms', {reason: 'upgrade', forMs: null})).resolves.toMatchObject({changed: false, message: 'process_vms is paused already, by anna: upgrade'});
	await expect(as('ben').pauseTask('process_vms', {reason: 'disks', forMs: 3_600_000})).resolves.toMatchObject({changed: true});
	const [setting] = await store.read.taskSettings.list(Date.now());
	expect(setting!.paused).toMatchObject({by: 'ben', reason: 'disks'});
	await expect(intents.resumeTask('process_vms')).resolves.toMatchObject({changed: true});
	await expect(lastActivity(store)).resolves.toBe('info anna process_vms: resumed; ben had paused it');
	await expect(intents.resumeTask('process_vms')).resolves.toMatchObject({changed: false});
});

test('a spell must last, and its reason is one safe line', async () => {
	const {intents, store} = await createWorld();
	expect(await refusalOf(intents.hold({reason: null, forMs: 0}))).toMatchObject({code: 'invalid'});
	await intents.hold({reason: 'a\nb\u{1B}[31m', forMs: null});
	expect((await store.read.taskSettings.findHold(Date.now()))?.reason).toBe('a ⏎ b');
});

test('an interval is whole seconds, wins over the file and can be taken back', async () => {
	const {intents, store} = await createWorld();
	await expect(intents.setTaskInterval('process_vms', 300)).resolves.toMatchObject({changed: true, message: 'the interval of process_vms is 5m; the config says 2m'});
	expect((await store.read.taskSettings.list(Date.now())).find(({task}) => task === 'process_vms')).toMatchObject({intervalSeconds: 300, intervalSetBy: 'anna'});
	await expect(intents.setTaskInterval('process_vms', 300)).resolves.toMatchObject({changed: false});
	await expect(intents.setTaskInterval('process_vms', null)).resolves.toMatchObject({changed: true, message: 'the interval of process_vms is 2m, as the config says'});
	await expect(intents.setTaskInterval('process_vms', 0)).resolves.toMatchObject({changed: true, message: 'the interval of process_vms is off; the config says 2m'});
	expect(await refusalOf(intents.setTaskInterval('process_vms', 1.5))).toMatchObject({code: 'invalid'});
	expect(await refusalOf(intents.setTaskInterval('process_vms', -1))).toMatchObject({code: 'invalid'});
});

test('a run is asked for once while the request is open, and not during a hold', async () => {
	const {intents, as, store} = await createWorld();
	const first = await intents.requestRun('process_vms');
	await expect(as('ben').requestRun('process_vms')).resolves.toMatchObject({id: first.id, requestedBy: 'anna'});
	await expect(store.read.runRequests.listOpen()).resolves.toHaveLength(1);
	await intents.hold({reason: 'new switch', forMs: null});
	expect(await refusalOf(intents.requestRun('remove_snapshots'))).toMatchObject({code: 'held', message: 'nothing runs: anna ordered a hold: new switch'});
	await intents.endHold();
	await expect(intents.requestRun('remove_snapshots')).resolves.toMatchObject({refusal: null});
});

test('a live lock goes only by force, and never a VM\'s lease', async () => {
	const {intents, store} = await createWorld();
	const session = await store.sessions.start({
		kind: 'run', actor: 'ben', address: null, isReadOnly: false,
	});
	await store.leases.acquire('task:process_vms', session.id, 60_000);
	await store.leases.acquire('vm:101', session.id, 60_000);
	await expect(intents.clearLocks(null, false)).resolves.toEqual([]);
	expect(await refusalOf(intents.clearLocks('process_vms', false))).toMatchObject({code: 'confirmation'});
	expect(await refusalOf(intents.clearLocks('vm:101', true))).toMatchObject({code: 'not-allowed'});
	expect(await refusalOf(intents.clearLocks('proces_vms', true))).toMatchObject({code: 'unknown', hint: 'did you mean process_vms?'});
	await expect(intents.clearLocks(null, true)).resolves.toMatchObject([{name: 'task:process_vms', stale: false}]);
	expect((await store.leases.list()).map(({name}) => name)).toEqual(['vm:101']);
	await expect(lastActivity(store)).resolves.toContain('warning anna process_vms: cleared the LIVE lock of ');
	await expect(intents.clearLocks('processVirtualMachines', false)).resolves.toEqual([]);
});

test('a stale lock is cleared without force', async () => {
	const {intents, store} = await createWorld();
	const session = await store.sessions.start({
		kind: 'run', actor: 'ben', address: null, isReadOnly: false,
	});
	// Its owner lives, but has not renewed it.
	await store.leases.acquire('task:backup_status', session.id, 1);
	await expect.poll(async () => (await store.leases.list()).find(({name}) => name === 'task:backup_status')?.stale).toBe(true);
	await expect(intents.clearLocks(null, false)).resolves.toMatchObject([{name: 'task:backup_status', stale: true}]);
});

test('an incident is acknowledged, and again only with something new to say', async () => {
	const {intents, store} = await createWorld();
	const {opened} = await store.write(async tables => tables.incidents.reconcile([{
		key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 cannot be reached', command: 'cronsole check', affects: 3,
	}], Date.now()));
	const {id} = opened[0]!;
	await expect(intents.acknowledge(id, 'on it', 3_600_000)).resolves.toMatchObject({changed: true, subject: {acknowledged: {by: 'anna', note: 'on it'}}});
	await expect(intents.acknowledge(id, 'on it', null)).resolves.toMatchObject({changed: false});
	expect(await refusalOf(intents.acknowledge(id + 1, null, null))).toMatchObject({code: 'unknown'});
	await store.write(async tables => tables.incidents.reconcile([], Date.now()));
	await expect(intents.acknowledge(id, 'late', null)).resolves.toMatchObject({changed: false});
});

test('maintenance is for clusters of the config; one that it has lost can still be ended', async () => {
	const {intents, settings, store} = await createWorld();
	const place = {cluster: 'fra1', node: 'pve1'};
	expect(await refusalOf(intents.startMaintenance({cluster: 'fra3', node: null}, {reason: null, forMs: null}))).toMatchObject({code: 'unknown', hint: 'did you mean fra1?'});
	expect(await refusalOf(intents.startMaintenance({cluster: 'fra1', node: 'a b'}, {reason: null, forMs: null}))).toMatchObject({code: 'invalid'});
	await expect(intents.startMaintenance(place, {reason: 'disks', forMs: null})).resolves.toMatchObject({changed: true});
	await expect(intents.startMaintenance(place, {reason: null, forMs: null})).resolves.toMatchObject({changed: false});
	(settings as {clusters: unknown}).clusters = [];
	await expect(intents.endMaintenance(place)).resolves.toMatchObject({changed: true});
	await expect(store.read.clusters.listMaintenance(Date.now())).resolves.toEqual([]);
});
