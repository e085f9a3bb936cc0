import {describe, expect, test} from 'vitest';
import {createFaults} from '../../source/simulation/faults.js';
import {createMachine, type Machine} from './support/machine.js';

type Row = Record<string, string | number>;

const vm = '/nodes/pve1/qemu/101';

const withVm = (isRunning = false): Machine => {
	const machine = createMachine();
	machine.clone(101);
	if (isRunning) {
		machine.finish('POST', `${vm}/status/start`);
	}

	return machine;
};

describe('a rule', () => {
	test('lets some pass first, fires so many times, and goes', () => {
		const faults = createFaults();
		faults.command({
			add: {
				kind: 'drop', method: 'PUT', skip: 1, count: 2,
			},
		});
		const hits = Array.from({length: 5}, () => faults.take('drop', {method: 'PUT'}) !== undefined);

		expect(hits).toEqual([false, true, true, false, false]);
		expect(faults.take('drop', {method: 'GET'})).toBeUndefined();
		expect(faults.list()).toEqual([]);
	});

	test('fits by path, node, VM, storage and type together', () => {
		const faults = createFaults();
		faults.command({
			set: [{
				kind: 'status', path: String.raw`/qemu/\d+/clone$`, node: 'pve1', vmid: 101,
			}],
		});

		expect(faults.find('status', {path: '/nodes/pve1/qemu/9000/clone', node: 'pve1', vmids: [9000, 101]})).toBeDefined();
		expect(faults.find('status', {path: '/nodes/pve1/qemu/9000/clone', node: 'pve1', vmids: [9000, 102]})).toBeUndefined();
		expect(faults.find('status', {path: '/nodes/pve1/qemu/9000/clone/x', node: 'pve1', vmids: [101]})).toBeUndefined();
	});

	test('is refused when it is none, and cleared by its number or with all others', () => {
		const faults = createFaults();
		expect(() => faults.command({add: {kind: 'nonsense'}})).toThrow('unknown kind');
		expect(() => faults.command({add: {kind: 'drop', count: 'many'}})).toThrow('count');
		expect(() => faults.command({})).toThrow('say');
		const {id} = faults.command({add: {kind: 'drop'}});
		faults.command({add: {kind: 'slow', ms: 5}});
		faults.command({clear: id as number});
		expect(faults.list()).toMatchObject([{kind: 'slow', ms: 5}]);
		faults.command({clear: true});
		expect(faults.list()).toEqual([]);
	});
});

describe('a task under a fault', () => {
	test('fails with the text, and what it did is undone', () => {
		const {fault, finish, refused} = createMachine();
		fault({
			kind: 'fail-task', type: 'qmclone', text: 'I/O error', count: 1,
		});
		expect(finish('POST', '/nodes/pve1/qemu/9000/clone', {newid: 101, full: 1})).toBe('clone failed: I/O error');
		expect(refused('GET', `${vm}/config`).status).toBe(500);
		expect(finish('POST', '/nodes/pve1/qemu/9000/clone', {newid: 101, full: 1})).toBe('OK');
	});

	test('ends with warnings and has done its work', () => {
		const {fault, finish, call} = withVm();
		fault({kind: 'warnings', type: 'qmstart', vmid: 101});
		expect(finish('POST', `${vm}/status/start`)).toBe('WARNINGS: 1');
		expect(call<Row>('GET', `${vm}/status/current`).status).toBe('running');
	});

	test('vanishes: a UPID, and no such task, and no effect', () => {
		const {fault, call, refused, pass} = withVm();
		fault({kind: 'vanish', type: 'qmstart', count: 1});
		const upid = call<string>('POST', `${vm}/status/start`);
		pass(10_000);
		expect(refused('GET', `/nodes/pve1/tasks/${upid}/status`).errors).toEqual({upid: 'no such task'});
		expect(call<Row[]>('GET', '/cluster/tasks').map(row => row.upid)).not.toContain(upid);
		expect(call<Row>('GET', `${vm}/status/current`).status).toBe('stopped');
	});

	test('finds its storage full', () => {
		const {fault, finish} = withVm();
		fault({kind: 'full', storage: 'local-lvm'});
		expect(finish('POST', '/nodes/pve1/qemu/9000/clone', {newid: 102, full: 1})).toMatch(/^clone failed: lvcreate .*threshold\.$/);
		fault({kind: 'full', storage: 'shared'});
		expect(finish('POST', '/nodes/pve1/vzdump', {vmid: 101, storage: 'shared'})).toBe('job errors');
	});
});

describe('a cluster under a fault', () => {
	test('has a VM locked until the fault goes', () => {
		const {fault, refused, finish, call, cluster} = withVm();
		const id = fault({kind: 'locked', vmid: 101, text: 'snapshot'});
		expect(refused('PUT', `${vm}/config`, {cores: 2}).reason).toBe('VM is locked (snapshot)');
		expect(finish('POST', `${vm}/status/start`)).toBe('VM is locked (snapshot)');
		expect(call<Row>('GET', `${vm}/config`).lock).toBe('snapshot');
		cluster.faults.command({clear: id});
		expect(finish('POST', `${vm}/status/start`)).toBe('OK');
	});

	test('is without quorum: each part says so in its own words, and stop still works', () => {
		const {fault, refused, finish, call} = withVm(true);
		fault({kind: 'no-quorum'});
		expect(call<Row[]>('GET', '/cluster/status')[0]).toMatchObject({quorate: 0});
		expect(refused('PUT', `${vm}/config`, {cores: 2}).reason).toMatch(/^unable to open file '\/etc\/pve\/nodes\/pve1\/qemu-server\/101\.conf\.tmp\.\d+' - Permission denied$/);
		expect(refused('POST', '/nodes/pve1/qemu/9000/clone', {newid: 102}).reason).toBe('cluster not ready - no quorum?');
		expect(refused('POST', `${vm}/status/start`).reason).toBe('cluster not ready - no quorum?');
		expect(refused('PUT', `${vm}/firewall/options`, {enable: 0}).reason).toBe('cfs-lock \'firewall-vm-101\' error: no quorum!');
		expect(refused('POST', '/pools', {poolid: 'zz'}).reason).toBe('create pool failed: cfs-lock \'file-user_cfg\' error: no quorum!');
		expect(finish('POST', `${vm}/snapshot`, {snapname: 'x1'})).toMatch(/Permission denied$/);
		expect(finish('POST', '/nodes/pve1/vzdump', {vmid: 101, storage: 'shared'})).toBe('job errors');
		expect(finish('POST', `${vm}/status/stop`)).toBe('OK');
	});

	test('loses a node with its tasks, whose locks stay, and its VMs keep their last values for 5 min', () => {
		const {fault, refused, call, pass, exitOf, cluster} = withVm(true);
		pass(30_000);
		const upid = call<string>('POST', '/nodes/pve1/vzdump', {vmid: 101, storage: 'shared'});
		pass(5000);
		const id = fault({kind: 'node-down', node: 'pve1'});
		pass(1000);
		const row = () => call<Row[]>('GET', '/cluster/resources', {type: 'vm'}).find(({vmid}) => vmid === 101);

		expect(refused('GET', `${vm}/config`)).toMatchObject({status: 595, reason: 'Connection refused'});
		expect(call<Row[]>('GET', '/nodes').find(({node}) => node === 'pve1')).toMatchObject({status: 'offline'});
		expect(call<Row[]>('GET', '/nodes').find(({node}) => node === 'pve1')).not.toHaveProperty('uptime');
		expect(call<Row[]>('GET', '/cluster/tasks').find(task => task.upid === upid)).toMatchObject({status: 'unexpected status'});
		expect(call('GET', `${vm}/firewall/rules`)).toEqual([]);
		expect(row()).toMatchObject({status: 'running', lock: 'backup'});
		pass(310_000);
		expect(row()).toEqual({
			id: 'qemu/101', type: 'qemu', vmid: 101, node: 'pve1', status: 'unknown', lock: 'backup',
		});
		cluster.faults.command({clear: id});
		pass(1000);
		expect(exitOf(upid)).toBe('unexpected status');
		expect(call<Row>('GET', `${vm}/status/current`)).toMatchObject({status: 'stopped', lock: 'backup'});
		const gaps = call<Row[]>('GET', `${vm}/rrddata`, {timeframe: 'hour'}).filter(sample => Object.keys(sample).length === 1);
		expect(gaps.some(({time}) => Number(time) * 1000 > cluster.now - 300_000)).toBe(true);
	});

	test('denies a privilege, and says so in the list of permissions', () => {
		const {fault, refused, call} = withVm();
		fault({kind: 'denied', text: 'VM.PowerMgmt'});
		expect(refused('POST', `${vm}/status/start`)).toMatchObject({status: 403, reason: 'Permission check failed (/vms/101, VM.PowerMgmt)'});
		expect(call<Record<string, Row>>('GET', '/access/permissions')['/vms']).not.toHaveProperty('VM.PowerMgmt');
		fault({kind: 'denied', path: '/storage$', text: 'Datastore.Audit'});
		expect(refused('GET', '/nodes/pve1/storage').status).toBe(403);
	});

	test('has its datacenter firewall off', () => {
		const {fault, call} = createMachine();
		expect(call<Row>('GET', '/cluster/firewall/options').enable).toBe(1);
		fault({kind: 'firewall-off'});
		expect(call<Row>('GET', '/cluster/firewall/options').enable).toBe(0);
	});
});
