import {describe, expect, test} from 'vitest';
import {truthOf} from '../../source/simulation/truth.js';
import {createMachine, type Machine} from './support/machine.js';

type Row = Record<string, string | number>;

const vm = '/nodes/pve1/qemu/101';

const withVm = (isRunning = false, pve: '9.2' | '8.4' = '9.2'): Machine => {
	const machine = createMachine(1, pve);
	machine.clone(101);
	if (isRunning) {
		machine.finish('POST', `${vm}/status/start`);
	}

	return machine;
};

describe('power', () => {
	test('a guest goes down within 5 s of being asked', () => {
		const {call, pass, exitOf} = withVm(true);
		const upid = call<string>('POST', `${vm}/status/shutdown`);
		pass(5000);
		expect(exitOf(upid)).toBe('OK');
		expect(call<Row>('GET', `${vm}/status/current`)).toMatchObject({status: 'stopped', uptime: 0});
	});

	test('a paused guest does not hear it', () => {
		const {finish} = withVm(true);
		finish('POST', `${vm}/status/suspend`);
		expect(finish('POST', `${vm}/status/shutdown`, {timeout: 7})).toBe('VM quit/powerdown failed - got timeout');
		expect(finish('POST', `${vm}/status/shutdown`, {timeout: 7, forceStop: 1})).toBe('OK');
	});

	test('what is running cannot be started, a template never, and the stopped cannot be rebooted', () => {
		const {finish, refused} = withVm(true);
		expect(finish('POST', `${vm}/status/start`)).toBe('VM 101 already running');
		expect(finish('POST', '/nodes/pve1/qemu/9000/status/start')).toBe('you can\'t start a vm if it\'s a template');
		expect(finish('POST', `${vm}/status/stop`)).toBe('OK');
		expect(finish('POST', `${vm}/status/stop`)).toBe('OK');
		expect(refused('POST', `${vm}/status/reboot`)).toMatchObject({status: 500, reason: 'VM 101 not running'});
	});

	test('a stop waits for a shutdown unless it overrules it', () => {
		const {call, finish, pass, exitOf, logOf} = withVm(true);
		finish('POST', `${vm}/status/suspend`);
		const shutdown = call<string>('POST', `${vm}/status/shutdown`);
		const waiting = call<string>('POST', `${vm}/status/stop`);
		pass(5000);
		expect([exitOf(waiting), logOf(waiting)]).toEqual([undefined, ['trying to acquire lock...']]);
		const overruling = call<string>('POST', `${vm}/status/stop`, {'overrule-shutdown': 1});
		pass(5000);
		expect([exitOf(shutdown), exitOf(waiting), exitOf(overruling)]).toEqual(['unexpected status', 'OK', 'OK']);
	});
});

describe('counters', () => {
	test('run while the VM runs, and begin anew when it starts again', () => {
		const {call, finish, pass} = withVm(true);
		pass(600_000);
		const {netin: first = 0, uptime} = call<Row>('GET', `${vm}/status/current`);
		expect([Number(first) > 0, uptime]).toEqual([true, expect.closeTo(600, -1)]);
		finish('POST', `${vm}/status/stop`);
		expect(call<Row>('GET', `${vm}/status/current`).netin).toBe(0);
		finish('POST', `${vm}/status/start`);
		pass(1000);
		expect(Number(call<Row>('GET', `${vm}/status/current`).netin)).toBeLessThan(Number(first) / 10);
	});

	test.each([['9.2', 60, 1440, 60], ['8.4', 70, 70, 1800]] as const)('agree with the graphs of %s', (pve, hourRows, dayRows, dayStep) => {
		const {call, pass} = withVm(true, pve);
		pass(1_800_000);
		const rows = call<Row[]>('GET', `${vm}/rrddata`, {timeframe: 'hour', cf: 'AVERAGE'});
		const volume = rows.reduce((sum, row) => sum + (Number(row.netin ?? 0) * 60), 0);
		const counter = Number(call<Row>('GET', `${vm}/status/current`).netin);

		expect(rows).toHaveLength(hourRows);
		expect(rows[0]).toEqual({time: rows[0]!.time});
		expect(Math.abs(volume - counter) / counter).toBeLessThan(0.05);
		expect(rows.some(row => 'memhost' in row)).toBe(pve === '9.2');
		const day = call<Row[]>('GET', `${vm}/rrddata`, {timeframe: 'day'});
		expect([day.length, Number(day[1]!.time) - Number(day[0]!.time)]).toEqual([dayRows, dayStep]);
	});

	test('add up to the truth over all starts', () => {
		const {call, finish, pass, cluster} = withVm(true);
		pass(600_000);
		finish('POST', `${vm}/status/stop`);
		finish('POST', `${vm}/status/start`);
		pass(300_000);
		const {bytes} = (truthOf(cluster) as {vms: Array<{vmid: number; bytes: {in: number}}>}).vms.find(({vmid}) => vmid === 101)!;
		const rows = call<Row[]>('GET', `${vm}/rrddata`, {timeframe: 'hour'});
		const volume = rows.reduce((sum, row) => sum + (Number(row.netin ?? 0) * 60), 0);

		expect(bytes.in).toBeGreaterThan(Number(call<Row>('GET', `${vm}/status/current`).netin) * 2);
		expect(Math.abs(volume - bytes.in) / bytes.in).toBeLessThan(0.15);
	});

	test('are refused for a span that nobody keeps', () => {
		expect(withVm().refused('GET', `${vm}/rrddata`, {timeframe: 'decade'}).errors).toEqual({timeframe: 'value \'decade\' does not have a value in the enumeration \'hour, day, week, month, year\''});
	});
});

describe('snapshots', () => {
	test('hang on each other, come back and go', () => {
		const {call, finish} = withVm();
		finish('POST', `${vm}/snapshot`, {snapname: 'before', description: 'first'});
		call('PUT', `${vm}/config`, {cores: 4});
		finish('POST', `${vm}/snapshot`, {snapname: 'after'});
		expect(call<Row[]>('GET', `${vm}/snapshot`).find(({name}) => name === 'current')).toMatchObject({parent: 'after', running: 0});
		expect(finish('POST', `${vm}/snapshot`, {snapname: 'before'})).toBe('snapshot name \'before\' already used');
		expect(finish('POST', `${vm}/snapshot/before/rollback`)).toBe('OK');
		expect(call<Row>('GET', `${vm}/config`).cores).toBe(1);
		expect(finish('DELETE', `${vm}/snapshot/before`)).toBe('OK');
		expect(call<Row[]>('GET', `${vm}/snapshot`).find(({name}) => name === 'after')).not.toHaveProperty('parent');
		expect(finish('DELETE', `${vm}/snapshot/before`)).toBe('snapshot \'before\' does not exist');
	});

	test('refuse names that are reserved or no names', () => {
		const {refused} = withVm();
		expect(refused('POST', `${vm}/snapshot`, {snapname: 'current'})).toMatchObject({status: 500, reason: 'unable to use snapshot name \'current\' (reserved name)'});
		expect(refused('POST', `${vm}/snapshot`, {snapname: '9 bad'}).errors).toEqual({snapname: 'invalid format - invalid configuration ID \'9 bad\'\n'});
	});
});

describe('migration', () => {
	test('moves a stopped VM with its local disks, and its task stays with the old node', () => {
		const {finish, refused, call} = withVm();
		expect(finish('POST', `${vm}/migrate`, {target: 'pve2'})).toBe('OK');
		expect(refused('GET', `${vm}/config`)).toMatchObject({status: 500, reason: 'Configuration file \'nodes/pve1/qemu-server/101.conf\' does not exist'});
		expect(call<Row>('GET', '/nodes/pve2/qemu/101/config')).not.toHaveProperty('lock');
		expect(call<Row[]>('GET', '/nodes/pve1/tasks', {typefilter: 'qmigrate'})).toHaveLength(1);
	});

	test('needs to be told of running VMs and of their local disks', () => {
		const {finish, refused, call} = withVm(true);
		expect(refused('POST', `${vm}/migrate`, {target: 'pve2'}).reason).toBe('can\'t migrate running VM without --online');
		expect(refused('POST', `${vm}/migrate`, {target: 'pve1'}).errors).toEqual({target: 'target is local node.'});
		expect(finish('POST', `${vm}/migrate`, {target: 'pve2', online: 1})).toBe('migration aborted');
		expect(call<Row>('GET', `${vm}/config`)).not.toHaveProperty('lock');
		expect(finish('POST', `${vm}/migrate`, {target: 'pve2', online: 1, 'with-local-disks': 1})).toBe('OK');
		expect(call<Row>('GET', '/nodes/pve2/qemu/101/status/current')).toMatchObject({status: 'running', uptime: 0});
	});
});

describe('removal', () => {
	test('spares what runs and what is protected', () => {
		const {finish, refused, call} = withVm(true);
		expect(refused('DELETE', vm).reason).toBe('VM 101 is running - destroy failed');
		finish('POST', `${vm}/status/stop`);
		call('PUT', `${vm}/config`, {protection: 1});
		expect(refused('DELETE', vm).reason).toBe('can\'t remove VM 101 - protection mode enabled');
		call('PUT', `${vm}/config`, {protection: 0});
		expect(finish('DELETE', vm, {purge: 1})).toBe('OK');
		expect(call('GET', '/cluster/nextid', {vmid: 101})).toBe('101');
	});
});

test('what is new has no status until the next broadcast', () => {
	const {call, pass} = createMachine();
	pass(3000);
	call('POST', '/nodes/pve1/qemu/9000/clone', {newid: 101, full: 1, name: 'web1'});
	const row = () => call<Row[]>('GET', '/cluster/resources', {type: 'vm'}).find(({vmid}) => vmid === 101);

	expect(row()).toEqual({
		id: 'qemu/101', type: 'qemu', vmid: 101, node: 'pve1', status: 'unknown', lock: 'clone',
	});
	pass(10_000);
	expect(row()).toMatchObject({status: 'stopped', name: 'web1'});
});

test('the next free VMID is text, and the same for two who ask', () => {
	const {call, refused} = withVm();
	expect([call('GET', '/cluster/nextid'), call('GET', '/cluster/nextid')]).toEqual(['100', '100']);
	expect(refused('GET', '/cluster/nextid', {vmid: 101}).errors).toEqual({vmid: 'VM 101 already exists'});
});
