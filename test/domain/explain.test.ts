import {expect, test} from 'vitest';
import {type Circumstances, explain} from '../../source/domain/explain.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';

const vm: Vm = {
	id: 101, reference: 'whmcs-1', hostname: 'web1.example.net', cluster: 'fra1', node: 'pve1', wantedNode: null, overrides: {}, resumes: false, vmid: 10_000,
	status: 'set_ip', remoteStatus: 'unknown', packageName: 'kvm-s', package: {},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: null,
	}, client: {name: 'Ada', email: 'ada@example.org'},
	user: 'root', password: null, sshKeys: [], backup: null, timezone: null, mail: true, mac: null,
	suspended: [], needsAttention: null, order: {}, createdAt: 0, removedAt: null, version: 1,
};

const operation: Operation = {
	id: 1, vmId: 101, kind: 'create', task: 'process_vms', params: {}, requestedBy: 'anna', requestedAt: 1000, state: 'running', startedAt: 2000, finishedAt: null, attempt: 0, nextAttemptAt: null,
	waitingFor: null, stepSince: 3000, remoteTaskId: null, slot: null, pausedByNode: null, message: null, position: null, notes: {},
};

const well: Circumstances = {
	now: 10_000, hold: null, hasLeader: true, clusters: [], maintenance: [], tasks: [],
};

const spell = {
	by: 'anna', reason: 'disks', since: 5000, until: null,
};
const task = {
	name: 'process_vms', intervalSeconds: 60, intervalFrom: 'default', intervalSetBy: null, fileIntervalSeconds: 60, paused: null,
} as const;
const health = {
	name: 'fra1', state: 'unreachable', version: null, error: 'connect ECONNREFUSED', since: 4000, checkedAt: 9000, nodesDown: [], foreignInstallation: null,
} as const;

type Facts = readonly [vm: Partial<Vm>, operation: Partial<Operation>, circumstances: Partial<Circumstances>];

const cases: ReadonlyArray<readonly [what: string, facts: Facts, waitsFor: string | null, command: string | null]> = [
	['one that is worked on', [{}, {}, {}], null, null],
	['one that waits for its clone', [{}, {waitingFor: 'the clone'}, {}], 'the clone', null],
	['one whose step failed', [{}, {attempt: 2, waitingFor: 'the next attempt', nextAttemptAt: 15_000}, {}], 'the next attempt', 'cronsole vm retry v101'],
	['one that was not begun', [{}, {state: 'waiting'}, {}], 'its turn', null],
	[
		'one that needs a person, whatever else holds',
		[{needsAttention: {reason: 'the template is gone', since: 6000, command: 'cronsole check'}}, {}, {hold: spell, hasLeader: false}],
		'a person: the template is gone',
		'cronsole check',
	],
	['one under a hold', [{}, {}, {hold: spell}], 'the end of the hold by anna: disks', 'cronsole hold off'],
	[
		'one whose cluster is in maintenance',
		[{}, {}, {maintenance: [{...spell, cluster: 'fra1', node: null}]}],
		'the end of the maintenance of fra1 by anna: disks',
		'cronsole maintenance off fra1',
	],
	[
		'one whose node is in maintenance',
		[{}, {}, {maintenance: [{...spell, cluster: 'fra1', node: 'pve1'}]}],
		'the end of the maintenance of fra1/pve1 by anna: disks',
		'cronsole maintenance off fra1/pve1',
	],
	['one beside a node in maintenance', [{}, {}, {maintenance: [{...spell, cluster: 'fra1', node: 'pve2'}]}], null, null],
	['one whose cluster is gone', [{}, {}, {clusters: [health]}], 'fra1: unreachable: connect ECONNREFUSED', 'cronsole check'],
	[
		'one whose cluster is only observed, with what would be sent',
		[{}, {waitingFor: 'would send: POST /nodes/pve1/qemu/9000/clone'}, {clusters: [{...health, state: 'observed', error: null}]}],
		'fra1 is only observed: would send: POST /nodes/pve1/qemu/9000/clone',
		null,
	],
	['one on a cluster that is only observed, of which nothing is known yet', [{}, {}, {clusters: [{...health, state: 'observed', error: null}]}], 'fra1 is only observed: nothing is changed there', null],
	[
		'one on whose cluster another installation works',
		[{}, {}, {
			clusters: [{
				...health, state: 'degraded', error: 'VM 5003 on pve2 bears the stamp of another installation, deadbeef', foreignInstallation: 'deadbeef',
			}],
		}],
		'fra1: nothing is changed there: VM 5003 on pve2 bears the stamp of another installation, deadbeef',
		'cronsole check',
	],
	['one whose node does not answer', [{}, {pausedByNode: 'pve1'}, {}], 'the node pve1, which does not answer', 'cronsole check'],
	['one whose task is paused', [{}, {state: 'waiting'}, {tasks: [{...task, paused: spell}]}], 'Process VMs, paused by anna: disks', 'cronsole task resume process_vms'],
	[
		'one whose task is off',
		[{}, {state: 'waiting'}, {tasks: [{...task, intervalSeconds: 0}]}],
		'Process VMs, which is switched off (interval 0)',
		'cronsole task interval process_vms default',
	],
	[
		'one without a leader',
		[{}, {waitingFor: 'the clone'}, {hasLeader: false}],
		'somebody who leads: nobody does',
		'cronsole --daemon, or once: cronsole --run-task=process_vms',
	],
];

test.each(cases)('%s says what it waits for and which command helps', (_what, [vmFacts, operationFacts, circumstances], waitsFor, command) => {
	expect(explain({...vm, ...vmFacts}, {...operation, ...operationFacts}, {...well, ...circumstances})).toMatchObject({waitsFor, command, next: expect.stringContaining('set_ip → clone')});
});

test('one with nothing under way says how it is', () => {
	expect(explain({...vm, status: 'ready'}, null, well)).toEqual({
		doing: 'nothing: it is ready', waitsFor: null, since: null, next: null, command: null,
	});
	expect(explain({...vm, status: 'removed'}, null, well).doing).toBe('nothing: it was removed');
	expect(explain({...vm, status: 'ready', suspended: ['abuse']}, null, well).doing).toBe('nothing: it is suspended (abuse)');
});

test('a termination names what takes it back, as long as its grace lasts, and is no second try', () => {
	const termination: Operation = {
		...operation, kind: 'terminate', position: 'cut_off', waitingFor: 'the end of the grace', nextAttemptAt: 15_000,
	};
	const ending: Vm = {...vm, status: 'terminate'};
	expect(explain(ending, termination, well)).toMatchObject({waitsFor: 'the end of the grace', next: 'cut_off → grace_over', command: 'cronsole vm unterminate v101'});
	expect(explain(ending, {...termination, position: 'dns_removed', waitingFor: 'the destroy'}, well)).toMatchObject({waitsFor: 'the destroy', command: null});
});

test('a suspended VM names what lifts its suspension', () => {
	expect(explain({...vm, status: 'ready', suspended: ['abuse', 'overdue']}, null, well).command).toBe('cronsole vm unsuspend v101 --reason abuse');
});

test('who was given up on is at no further attempt', () => {
	const given: Vm = {...vm, needsAttention: {reason: 'the template is gone', since: 6000, command: 'cronsole check'}};
	expect(explain(given, {...operation, attempt: 2}, well).doing).not.toContain('attempt');
});
