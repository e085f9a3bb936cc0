import {expect, test} from 'vitest';
import {type Store} from '../../source/store/store.js';
import {config, createShell, order} from './shell.js';

const insertInstall = async (store: Store, domain: string) => store.write(async tables => tables.installs.insert({
	reference: `ref-${domain}`, panel: 'web1', application: 'wordpress', domain, account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: Date.now(),
}));

const vmKeys = ['id', 'reference', 'hostname', 'cluster', 'node', 'vmid', 'status', 'remoteStatus', 'suspended', 'operation', 'needsAttention', 'addresses', 'package'];

test('a VM has the keys of its contract, its operation exactly those', async () => {
	const {cronsole, openStore} = createShell();
	const {id} = (await cronsole('vm create --json', {stdin: order()})).json();
	const store = await openStore();
	const vm = (await store.read.vms.findByReference('whmcs-1'))!;
	await store.write(async tables => {
		await tables.vms.setAttention(vm.id, {reason: 'the template is gone', since: Date.now(), command: 'cronsole check'});
		await tables.stepLog.addFailure(vm.id, {
			operationId: 1, operation: 'create', from: 'creation', to: 'set_ip', outcome: 'failed', reason: 'no address', attempt: 1, startedAt: Date.now(), durationMs: 12, upid: null, log: null,
		});
	});
	const shown = (await cronsole(['vm', 'show', id, '--json'])).json();
	const [listed] = (await cronsole('vm list --json')).json().vms;
	for (const one of [shown, listed]) {
		expect(Object.keys(one)).toEqual(expect.arrayContaining(vmKeys));
		expect(Object.keys(one.operation)).toEqual(['id', 'kind', 'state', 'step', 'of', 'attempt', 'nextAttemptAt', 'waitingFor']);
		expect(one.needsAttention).toEqual({reason: 'the template is gone', since: expect.stringMatching(/Z$/), command: 'cronsole check'});
	}

	expect(listed).toEqual(Object.fromEntries(Object.entries(shown).filter(([key]) => key !== 'steps')));
	expect(Object.keys(shown.steps[0])).toEqual(expect.arrayContaining(['operation', 'from', 'to', 'outcome', 'reason', 'attempt', 'startedAt', 'durationMs', 'upid']));
	expect((await cronsole('status --json')).json().vms).toMatchObject({needsAttention: 1, inWork: 0});
	expect((await cronsole('vm list --state needsAttention --json')).json().vms).toHaveLength(1);
});

test('a name that two VMs answer to lists them both', async () => {
	const {cronsole} = createShell();
	await cronsole('vm create', {stdin: order()});
	await cronsole('vm create', {stdin: order({reference: 'web1.example.net', hostname: 'web2.example.net'})});
	const {code, err} = await cronsole('vm show web1.example.net');
	expect(code).toBe(2);
	expect(err).toMatch(/may be v\d+ \(web1\.example\.net, web2\.example\.net, creation\), v\d+ \(whmcs-1, web1\.example\.net, creation\)\n/);
	await expect(cronsole('vm show web2.example.net')).resolves.toMatchObject({code: 0});
});

test('installs are listed, shown, dropped, taken back and retried, twice each', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	const install = await insertInstall(store, 'shop.example.org');
	const {id} = install;
	const [row] = (await cronsole('install list --json')).json().installs;
	expect(Object.keys(row)).toEqual(expect.arrayContaining(['id', 'reference', 'state', 'domain', 'cause', 'attempt', 'startsAt']));
	expect(row).toMatchObject({
		state: 'pending', cause: null, attempt: 0, startsAt: expect.stringMatching(/Z$/),
	});
	for (const [verb, changed] of [['drop', true], ['drop', false], ['undrop', true], ['undrop', false], ['retry', false]] as const) {
		expect(await cronsole(`install ${verb} ${id} --json`).then(({code, json}) => [code, json().changed])).toEqual([0, changed]);
	}

	await store.write(async tables => tables.installs.change((await tables.installs.find(id))!, {state: 'failed', cause: 'the panel said no', attempt: 20}, Date.now()));
	expect((await cronsole('install list --state failed --json')).json().installs).toMatchObject([{cause: 'the panel said no', startsAt: null}]);
	expect((await cronsole('install list --state done --json')).json()).toEqual({installs: []});
	expect((await cronsole(`install retry ${id} --json`)).json()).toMatchObject({changed: true, install: {state: 'pending', attempt: 0}});
	expect((await cronsole('status --json')).json().installs).toEqual({
		pending: 1, running: 0, failed: 0, done: 0, dropped: 0,
	});
	await store.write(async tables => tables.installs.change((await tables.installs.find(id))!, {state: 'running'}, Date.now()));
	await expect(cronsole(`install drop ${id}`)).resolves.toMatchObject({code: 0, out: expect.stringContaining('border')});
	await expect(cronsole(`install show ${id}`)).resolves.toMatchObject({code: 0, out: expect.stringContaining('state      running')});
});

test('runs, skips, locks and incidents stand in the status with the keys of their contract', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	const session = await store.sessions.start({
		kind: 'daemon', actor: 'ben', address: null, isReadOnly: false,
	});
	await store.leases.acquire('leader', session.id, 60_000);
	await store.leases.acquire('task:process_vms', session.id, 60_000);
	await store.write(async tables => {
		const now = Date.now();
		const run = await tables.runs.start({
			task: 'process_vms', trigger: 'schedule', by: 'scheduler', startedAt: now,
		});
		await tables.runs.finish(run.id, 'failed', {
			processed: 1, errors: 2, waiting: 3, needsAttention: 4, message: 'it broke',
		}, now);
		await tables.runs.skip('process_vms', now, now);
		await tables.runs.skip('process_vms', now + 1, now);
		await tables.incidents.reconcile([{
			key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 is unreachable', command: 'cronsole check', affects: 3,
		}], now);
	});
	const {scheduler, tasks, incidents} = (await cronsole('status --json')).json();
	expect(Object.keys(scheduler.leader)).toEqual(['host', 'pid', 'kind', 'since', 'renewedAt']);
	expect(scheduler).toMatchObject({leader: {kind: 'daemon', pid: process.pid}, standby: 0});
	expect(Object.keys(tasks[0].lastRun)).toEqual(['id', 'startedAt', 'finishedAt', 'trigger', 'by', 'result', 'processed', 'errors', 'waiting', 'needsAttention', 'message']);
	expect(tasks[0]).toMatchObject({skipped: 2, lastRun: {result: 'failed', message: 'it broke', needsAttention: 4}});
	expect(Object.keys(tasks[0].lock)).toEqual(['owner', 'acquiredAt', 'renewedAt', 'stale', 'fence']);
	expect(tasks[0].lock).toMatchObject({stale: false, fence: expect.any(Number), owner: {host: expect.any(String), pid: process.pid, instance: session.id}});
	expect(incidents).toMatchObject([{
		id: expect.any(Number), severity: 'critical', cause: 'fra1 is unreachable', since: expect.stringMatching(/Z$/), affects: 3, acknowledged: null,
	}]);
	await expect(cronsole('status --exit-code')).resolves.toMatchObject({code: 2});
	expect((await cronsole(`ack ${incidents[0].id} --note known --for 4h --json`)).json()).toMatchObject({changed: true, incident: {acknowledged: {by: 'anna', note: 'known'}}});
	expect((await cronsole(`ack ${incidents[0].id} --json`)).json()).toMatchObject({changed: false});
	await expect(cronsole('status --exit-code')).resolves.toMatchObject({code: 1});
	await store.sessions.end(session.id);
});

test('a cluster that is only observed says so, in maintenance that wins', async () => {
	const {cronsole} = createShell(config.replace('vmids: [10000, 19999]', 'vmids: [10000, 19999]\n    observe: true'));
	expect((await cronsole('status --json')).json().clusters).toMatchObject([{name: 'fra1', state: 'observed'}]);
	await cronsole('maintenance on fra1 --for 2h');
	expect((await cronsole('status --json')).json().clusters).toMatchObject([{name: 'fra1', state: 'maintenance'}]);
});
