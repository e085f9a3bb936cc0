import {expect, test} from 'vitest';
import {taskNames} from '../../source/domain/task.js';
import {createShell, order} from './shell.js';

test('status --json has exactly the keys of its contract', async () => {
	const {cronsole} = createShell();
	await cronsole('vm create', {stdin: order()});
	const report = (await cronsole('status --json')).json();
	expect(Object.keys(report)).toEqual(['now', 'version', 'database', 'hold', 'scheduler', 'tasks', 'vms', 'installs', 'clusters', 'incidents']);
	expect(report).toMatchObject({
		now: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), hold: null, scheduler: {leader: null, standby: 0},
		vms: {
			ready: 0, inWork: 1, needsAttention: 0, suspended: 0, removed: 0,
		}, installs: {
			pending: 0, running: 0, failed: 0, done: 0, dropped: 0,
		}, clusters: [{name: 'fra1', version: null}], incidents: [],
	});
	expect(report.tasks.map(({name}: {name: string}) => name)).toEqual(taskNames);
	expect(report.tasks[0]).toMatchObject({
		name: 'process_vms', title: 'Process VMs', intervalSeconds: 60, intervalFrom: 'default', paused: false, lastRun: null, skipped: 0, nextDueAt: report.now, lock: null,
	});
});

test('status says loudly that nobody leads, in the zone of the config', async () => {
	const {cronsole} = createShell();
	const {code, out} = await cronsole('status');
	expect(code).toBe(0);
	expect(out).toContain('NOBODY LEADS');
	expect(out).toMatch(/\d\d:\d\d:\d\d CES?T\n/);
	expect(out).toMatch(/process_vms +Process VMs +1m +– +– +never ran +due +free/);
	await expect(cronsole('status --exit-code')).resolves.toMatchObject({code: 2});
});

test('without a terminal the console is its first view and how to get it', async () => {
	const {cronsole, asked} = createShell();
	expect((await cronsole('')).out).toContain('This is no terminal');
	expect((await cronsole('--json')).json()).toHaveProperty('tasks');
	await cronsole('--watch', {isTerminal: true});
	expect(asked.console).toMatchObject({watch: true});
});

test('a run by hand is recorded with who asked, and its tally is printed', async () => {
	const {cronsole} = createShell();
	const {code, json} = await cronsole('--run-task=removeOldSnapshots --json');
	expect(code).toBe(0);
	expect(json()).toMatchObject({
		run: {
			task: 'remove_snapshots', trigger: 'manual', by: 'anna', result: 'ok', processed: 0, errors: 0,
		}, items: [],
	});
	expect((await cronsole('--task=remove_snapshots')).out).toMatch(/^remove_snapshots: nothing to do, in \d/);
	const {tasks} = (await cronsole('--list --json')).json();
	expect(tasks[1]).toMatchObject({name: 'remove_snapshots', lastRun: {trigger: 'manual', by: 'anna', result: 'ok'}});
});

test('a hold stops runs by hand with exit code 75 and its reason', async () => {
	const {cronsole} = createShell();
	expect((await cronsole(['hold', '--reason', 'new switch', '--for', '2h'])).out).toBe('nothing new starts for 2h: new switch; what runs inside Proxmox is watched\n');
	await expect(cronsole('--run-task=process_vms')).resolves.toMatchObject({code: 75, err: expect.stringContaining('new switch')});
	await expect(cronsole('--force --yes')).resolves.toMatchObject({code: 75});
	await expect(cronsole('task run process_vms')).resolves.toMatchObject({code: 75, err: expect.stringContaining('new switch')});
	expect((await cronsole('status --json')).json().hold).toMatchObject({by: 'anna', reason: 'new switch', until: expect.any(String)});
	expect((await cronsole('hold off --json')).json()).toMatchObject({changed: true});
	expect((await cronsole('hold off --json')).json()).toEqual({changed: false, message: 'there is no hold'});
});

test('--force runs every task once', async () => {
	const {cronsole} = createShell();
	const {code, json} = await cronsole('--force --yes --json');
	expect(code).toBe(0);
	expect(json().runs.map(({task}: {task: string}) => task)).toEqual(taskNames);
	expect((await cronsole('--list --json')).json().tasks.every(({lastRun}: {lastRun: unknown}) => lastRun !== null)).toBe(true);
	const asked = await cronsole('--force', {isTerminal: true, ask: async () => 'n'});
	expect(asked.code).toBe(2);
	await expect(cronsole('--force', {isTerminal: true, ask: async () => 'y'})).resolves.toMatchObject({code: 0});
});

test('a task is paused, resumed and given another interval, and says so where it was so', async () => {
	const {cronsole} = createShell();
	expect((await cronsole('task pause processVirtualMachines --for 2h --json')).json()).toMatchObject({changed: true});
	expect((await cronsole('task list --json')).json().tasks[0]).toMatchObject({paused: true, nextDueAt: null});
	expect((await cronsole('task pause process_vms --json')).json()).toMatchObject({changed: false});
	expect((await cronsole('task resume process_vms')).out).toBe('process_vms runs again\n');
	expect((await cronsole('task interval process_vms 5m')).out).toBe('the interval of process_vms is 5m; the config says 1m\n');
	expect((await cronsole('task list --json')).json().tasks[0]).toMatchObject({intervalSeconds: 300, intervalFrom: 'set', intervalSetBy: 'anna'});
	expect((await cronsole('--list')).out).toContain('5m, set by anna; file: 1m');
	expect((await cronsole('task interval process_vms default --json')).json()).toMatchObject({changed: true});
	expect((await cronsole('task interval process_vms default --json')).json()).toMatchObject({changed: false});
	await expect(cronsole('task run process_vms')).resolves.toMatchObject({code: 0, err: expect.stringContaining('nobody leads')});
});

test('a cluster and a node go into maintenance and come back', async () => {
	const {cronsole} = createShell();
	expect((await cronsole('maintenance on fra1 --reason disks')).out).toBe('fra1 is in maintenance: disks: its work waits\n');
	expect((await cronsole('maintenance on fra1/pve2')).code).toBe(0);
	expect((await cronsole('status --json')).json().clusters).toMatchObject([{name: 'fra1', state: 'maintenance'}]);
	expect((await cronsole('maintenance off fra1 --json')).json()).toMatchObject({changed: true});
	expect((await cronsole('maintenance off fra1 --json')).json()).toMatchObject({changed: false});
});

test('a live lock is refused without force; a free one says so', async () => {
	const {cronsole, openStore} = createShell();
	const store = await openStore();
	const session = await store.sessions.start({
		kind: 'run', actor: 'ben', address: null, isReadOnly: false,
	});
	await store.leases.acquire('task:process_vms', session.id, 60_000);
	expect((await cronsole('lock list --json')).json()).toMatchObject({locks: [{name: 'task:process_vms', stale: false, owner: {pid: process.pid, instance: session.id}}]});
	await expect(cronsole('--run-task=process_vms')).resolves.toMatchObject({code: 75});
	await expect(cronsole('--clear-locks')).resolves.toMatchObject({code: 0, out: 'no lock is stale: nothing was cleared\n'});
	await expect(cronsole('--clear-locks=process_vms')).resolves.toMatchObject({code: 2, err: expect.stringContaining('is not stale')});
	await expect(cronsole('--clear-locks=process_vms --force')).resolves.toMatchObject({code: 0, out: expect.stringContaining('cleared task:process_vms: LIVE')});
	await expect(cronsole('lock clear process_vms')).resolves.toMatchObject({code: 0, out: 'the lock process_vms is free already\n'});
	expect((await cronsole('activity --level warning --json')).json().activity.at(-1)).toMatchObject({
		actor: 'anna', address: '192.0.2.7', level: 'warning', subject: 'process_vms', message: expect.stringContaining('LIVE lock'),
	});
	await store.sessions.end(session.id);
});

test('pools, addresses, installs and incidents are lists under their plural', async () => {
	const {cronsole} = createShell();
	expect((await cronsole('pool list --json')).json()).toMatchObject({
		pools: [{
			name: 'fra1-v4', total: 10, used: 0, free: 10,
		}],
	});
	expect((await cronsole('address list --json')).json()).toEqual({addresses: []});
	expect((await cronsole('install list --json')).json()).toEqual({installs: []});
	expect((await cronsole('incident list --json')).json()).toEqual({incidents: []});
	expect((await cronsole('pool list')).out).toMatch(/fra1-v4 +fra1 +203\.0\.113\.10/);
});
