import {describe, expect, test} from 'vitest';
import {findFindings, isSaid, type FindingsInput} from '../../source/domain/findings.js';
import {type Run} from '../../source/domain/run.js';
import {resolveTaskStates} from '../../source/domain/task-state.js';
import {panelTrouble} from '../../source/domain/panel-trouble.js';

const minute = 60_000;
const now = 1_000_000_000;

const run = (result: Run['result'], id: number): Run => ({
	id, task: 'process_vms', trigger: 'schedule', by: 'scheduler', startedAt: now - (id * minute), finishedAt: now - (id * minute) + 1, result,
	processed: 0, errors: 0, waiting: 0, needsAttention: 0, message: result === 'failed' ? 'the disk is full' : null,
});

const well: FindingsInput = {
	now, hold: null, leadingSince: now - (60 * minute), tasks: resolveTaskStates({}, []), lastRuns: resolveTaskStates({}, []).map(({name}) => ({...run('ok', 1), task: name})),
	recentRuns: [run('ok', 1), run('failed', 2), run('failed', 3)], leases: [], clusters: [], maintenance: [], workByCluster: [], vms: [], installs: [], pools: [], dns: {debts: [], zones: []}, backups: {failed: [], unprotected: []}, mail: [], traffic: [], timezone: 'UTC', destroys: [], database: {restored: null, copy: null},
};

const cluster = (state: FindingsInput['clusters'][number]['state'], nodesDown: readonly string[] = [], error: string | null = 'connection refused') =>
	({
		name: 'fra1', state, version: null, error, since: 1, checkedAt: 1, nodesDown, foreignInstallation: null,
	});

const vm = (own: Partial<FindingsInput['vms'][number]['vm']> = {}) => ({
	vm: {
		id: 101, hostname: 'web1.example.net', cluster: 'fra1', node: 'pve2', needsAttention: null, ...own,
	},
});

const pool = (name: string, own: Partial<FindingsInput['pools'][number]>): FindingsInput['pools'][number] => ({
	pool: name, free: 5, alertBelow: 5, waiting: 0, ...own,
});

const owner = {
	host: 'ops1', pid: 977, instance: 'x', kind: 'daemon',
} as const;

const table: ReadonlyArray<readonly [string, Partial<FindingsInput>, ReadonlyArray<Readonly<Record<string, unknown>>>]> = [
	['nothing, where all is well', {}, []],
	['one cause for a cluster that cannot be reached, with all that waits for it',
		{clusters: [cluster('unreachable')], workByCluster: [{cluster: 'fra1', count: 500}]},
		[{
			key: 'cluster:fra1:unreachable', severity: 'critical', cause: 'fra1 cannot be reached: connection refused', affects: 500,
		}]],
	['a cluster that refuses the token', {clusters: [cluster('denied')]}, [{key: 'cluster:fra1:denied', command: 'cronsole check'}]],
	['a cluster without quorum', {clusters: [cluster('no-quorum')]}, [{key: 'cluster:fra1:no-quorum', severity: 'critical'}]],
	['a node that does not answer, with its VMs', {clusters: [cluster('degraded', ['pve2'])], vms: [vm(), vm({id: 102}), vm({id: 103, node: 'pve1'})]}, [{key: 'node:fra1/pve2:down', severity: 'warning', affects: 2}]],
	['nothing of a cluster in maintenance', {
		clusters: [cluster('unreachable')], maintenance: [{
			cluster: 'fra1', node: null, by: 'anna', reason: null, since: 1, until: null,
		}],
	}, []],
	['nothing of a node in maintenance', {
		clusters: [cluster('degraded', ['pve2'])], maintenance: [{
			cluster: 'fra1', node: 'pve2', by: 'anna', reason: null, since: 1, until: null,
		}],
	}, []],
	['nothing of a cluster that is only observed', {clusters: [cluster('observed', [], null)]}, []],
	['a VM that needs a person, with the command that helps',
		{vms: [vm({needsAttention: {reason: 'the pool is empty', since: 1, command: 'cronsole pool list'}})]},
		[{
			key: 'vm:101:attention', cause: 'web1.example.net (v101): the pool is empty', command: 'cronsole pool list', affects: 1,
		}]],
	['a stale lock of a task', {
		leases: [{
			name: 'task:restore_backup', owner, acquiredAt: 1, renewedAt: 1, stale: true, fence: 3,
		}],
	}, [{key: 'lock:task:restore_backup:stale', command: 'cronsole --clear-locks=restore_backup'}]],
	['no lease of a VM, which the next go takes over', {
		leases: [{
			name: 'vm:101', owner, acquiredAt: 1, renewedAt: 1, stale: true, fence: 3,
		}],
	}, []],
	['a task that is overdue', {lastRuns: well.lastRuns.map(last => last.task === 'process_vms' ? {...last, startedAt: now - (7 * minute)} : last)}, [{key: 'task:process_vms:overdue'}]],
	['no task that runs as overdue', {
		lastRuns: well.lastRuns.map(last => last.task === 'process_vms' ? {...last, startedAt: now - (7 * minute)} : last),
		leases: [{
			name: 'task:process_vms', owner, acquiredAt: 1, renewedAt: 1, stale: false, fence: 3,
		}],
	}, []],
	['a task that failed three times in a row', {recentRuns: [run('failed', 1), run('failed', 2), run('failed', 3)]}, [{key: 'task:process_vms:failing', severity: 'critical', cause: 'Process VMs failed 3 times or more in a row: the disk is full'}]],
	['no failing task while one of the last three went well', {recentRuns: [run('failed', 1), run('failed', 2), run('ok', 3), run('failed', 4)]}, []],
	['a pool that runs low, worse where nothing is free or orders wait, with those',
		{pools: [pool('a', {free: 4}), pool('b', {free: 0}), pool('c', {free: 5}), pool('d', {free: 0, alertBelow: 0}), pool('e', {free: 1, alertBelow: 0, waiting: 3})]},
		[
			{key: 'pool:a:low', severity: 'warning', affects: 1},
			{key: 'pool:b:low', severity: 'critical', affects: 1},
			{
				key: 'pool:e:low', severity: 'critical', affects: 3, cause: 'addresses free in the pool e: 1 (orders wait for one)',
			},
		]],
	['a cluster on which another installation works, with what hangs on it',
		{clusters: [{...cluster('degraded', [], 'VM 5003 on pve2 bears the stamp of another installation, deadbeef'), foreignInstallation: 'deadbeef'}], workByCluster: [{cluster: 'fra1', count: 3}]},
		[{
			key: 'cluster:fra1:foreign', severity: 'critical', affects: 3, command: 'cronsole check',
			cause: expect.stringMatching(/^nothing is changed on fra1: VM 5003 on pve2 bears the stamp of another installation, deadbeef; give each installation .* or remove the stamp from that VM's description$/),
		}]],
	['a cluster that cannot be reached, rather than what was seen on it before', {clusters: [{...cluster('unreachable'), foreignInstallation: 'deadbeef'}]}, [{key: 'cluster:fra1:unreachable'}]],
	['as many destroys in an hour as there may be, with the terminations that wait',
		{
			destroys: [{
				cluster: 'fra1', count: 10, limit: 10, terminations: 2,
			}, {
				cluster: 'ams1', count: 9, limit: 10, terminations: 5,
			}],
		},
		[{
			key: 'cluster:fra1:destroys', severity: 'critical', cause: '10 VMs destroyed on fra1 within an hour: further terminations wait', command: 'cronsole vm list --state terminate', affects: 2,
		}]],
	['a database that was restored, and a daily copy that was not made',
		{database: {restored: 'this database is the copy of 2026-11-21 03:00 UTC', copy: 'the disk is full'}},
		[{key: 'database:restored', severity: 'critical', command: 'cronsole db accept'}, {key: 'database:copy', severity: 'warning', cause: 'the daily copy of the database was not made: the disk is full'}]],
	['a failed install',
		{
			installs: [{
				id: 7, domain: 'shop.example.org', state: 'failed', cause: 'no database', panel: 'web1',
			}, {
				id: 8, domain: 'x.example.org', state: 'pending', cause: null, panel: 'web1',
			}],
		},
		[{key: 'install:7:failed', cause: 'shop.example.org: the install failed: no database', command: 'cronsole install retry 7'}]],
	['a panel that cannot be used, once for all installs that wait for it',
		{
			installs: [7, 8].map(id => ({
				id, domain: `shop${id}.example.org`, state: 'pending', cause: panelTrouble('web2', 'connection refused'), panel: 'web2',
			})),
		},
		[{
			key: 'panel:web2:trouble', severity: 'critical', cause: 'panel web2: connection refused', command: 'cronsole check', affects: 2,
		}]],
];

describe('the incidents are', () => {
	test.each(table)('%s', (_title, input, expected) => {
		const findings = findFindings({...well, ...input});
		expect(findings).toHaveLength(expected.length);
		expect(findings).toMatchObject(expected);
	});

	test('said already where the open ones are the same, in whatever order', () => {
		const found = findFindings({...well, pools: [pool('a', {free: 4}), pool('b', {free: 0})]});
		expect(isSaid(found, found.toReversed())).toBe(true);
		expect(isSaid(found, found.slice(1))).toBe(false);
		expect(isSaid(found, found.map(finding => ({...finding, affects: 2})))).toBe(false);
		expect(isSaid([], found)).toBe(false);
	});
});
