import {describe, expect, test} from 'vitest';
import {createMachine, type Machine} from './support/machine.js';

type Row = Record<string, string | number>;

const vm = '/nodes/pve1/qemu/101';
const order = {vmid: 101, storage: 'shared', remove: 0};

const withVm = (): Machine => {
	const machine = createMachine();
	machine.clone(101, {name: 'web1'});
	return machine;
};

const contentOf = ({call}: Machine) => call<Row[]>('GET', '/nodes/pve1/storage/shared/content', {content: 'backup', vmid: 101});

describe('a backup', () => {
	test('locks its VM for 20 s and then lies on the storage', () => {
		const machine = withVm();
		const {call, refused, pass, exitOf, logOf} = machine;
		const upid = call<string>('POST', '/nodes/pve1/vzdump', {...order, 'notes-template': '{{guestname}} nightly'});
		pass(10_000);
		expect(refused('PUT', `${vm}/config`, {cores: 2}).reason).toBe('VM is locked (backup)');
		expect(call<Row[]>('GET', '/cluster/resources', {type: 'vm'}).find(({vmid}) => vmid === 101)).toMatchObject({lock: 'backup'});
		expect(exitOf(upid)).toBeUndefined();
		pass(10_100);
		expect(exitOf(upid)).toBe('OK');
		expect(contentOf(machine)).toMatchObject([{
			vmid: 101, format: 'vma.zst', notes: 'web1 nightly', volid: expect.stringMatching(/^shared:backup\/vzdump-qemu-101-\d{4}(?:_\d\d){2}-\d\d(?:_\d\d){2}\.vma\.zst$/) as string,
		}]);
		expect(logOf(upid).some(line => /^INFO: {2}75% \(3\.0 GiB of 4\.0 GiB\) in \d+s, read: /.test(line))).toBe(true);
		expect(logOf(upid).at(-2)).toBe('INFO: Backup job finished successfully');
	});

	test('ordered from a node without the VM says OK and does nothing', () => {
		const machine = withVm();
		expect(machine.call('POST', '/nodes/pve2/vzdump', order)).toBe('OK');
		machine.pass(60_000);
		expect(contentOf(machine)).toEqual([]);
	});

	test('of what is not there fails only in its task', () => {
		const {finish} = withVm();
		expect(finish('POST', '/nodes/pve1/vzdump', {vmid: 998, storage: 'shared'})).toBe('job errors');
		expect(finish('POST', '/nodes/pve1/vzdump', {vmid: 101, storage: 'nosuch'})).toBe('could not get storage information for \'nosuch\': storage \'nosuch\' does not exist');
	});

	test('stands in line behind another one of its node', () => {
		const {call, clone, pass, exitOf, logOf} = withVm();
		clone(102);
		const upids = [101, 102].map(vmid => call<string>('POST', '/nodes/pve1/vzdump', {...order, vmid}));
		pass(20_100);
		expect(upids.map(upid => exitOf(upid))).toEqual(['OK', undefined]);
		expect(logOf(upids[1]!)[0]).toBe('INFO: trying to get global lock - waiting...');
		pass(20_100);
		expect(exitOf(upids[1]!)).toBe('OK');
	});

	test('lets older ones go as it is told, but no protected one', () => {
		const machine = withVm();
		const {finish, call, pass} = machine;
		for (let made = 0; made < 3; made++) {
			finish('POST', '/nodes/pve1/vzdump', order);
			pass(1000);
		}

		const [oldest] = contentOf(machine);
		call('PUT', `/nodes/pve1/storage/shared/content/${oldest!.volid}`, {protected: 1});
		finish('POST', '/nodes/pve1/vzdump', {
			vmid: 101, storage: 'shared', remove: 1, 'prune-backups': 'keep-last=1',
		});
		expect(contentOf(machine)).toHaveLength(2);
		expect(contentOf(machine)[0]).toMatchObject({volid: oldest!.volid, protected: 1});
	});

	test('is removed, unless it is protected', () => {
		const machine = withVm();
		const {finish, call} = machine;
		finish('POST', '/nodes/pve1/vzdump', order);
		const path = `/nodes/pve1/storage/shared/content/${contentOf(machine)[0]!.volid}`;
		call('PUT', path, {protected: 1, notes: 'keep'});
		expect(call('GET', path)).toMatchObject({protected: 1, notes: 'keep'});
		expect(finish('DELETE', path)).toMatch(/^cannot remove protected volume 'backup\/vzdump-qemu-101-.+' on 'shared'$/);
		call('PUT', path, {protected: 0});
		expect(finish('DELETE', path)).toBe('OK');
		expect(contentOf(machine)).toEqual([]);
	});

	test('that is stopped leaves nothing and no lock behind', () => {
		const machine = withVm();
		const {call, pass, exitOf} = machine;
		const upid = call<string>('POST', '/nodes/pve1/vzdump', order);
		pass(5000);
		call('DELETE', `/nodes/pve1/tasks/${upid}`);
		expect(exitOf(upid)).toBe('interrupted by signal');
		expect(call<Row>('GET', `${vm}/config`)).not.toHaveProperty('lock');
		pass(60_000);
		expect(contentOf(machine)).toEqual([]);
	});
});

describe('a restore', () => {
	const withBackup = () => {
		const machine = withVm();
		machine.call('PUT', `${vm}/firewall/options`, {enable: 1});
		machine.finish('POST', '/nodes/pve1/vzdump', order);
		return {...machine, archive: String(contentOf(machine)[0]!.volid)};
	};

	test('in place takes 30 s, brings the old configuration back and destroys the snapshots', () => {
		const {call, finish, pass, exitOf, logOf, archive} = withBackup();
		call('PUT', `${vm}/config`, {cores: 8});
		finish('POST', `${vm}/snapshot`, {snapname: 'later'});
		const upid = call<string>('POST', '/nodes/pve1/qemu', {vmid: 101, archive, force: 1});
		pass(29_000);
		expect(exitOf(upid)).toBeUndefined();
		expect(call<Row>('GET', `${vm}/config`).lock).toBe('create');
		pass(1100);
		expect(exitOf(upid)).toBe('OK');
		expect(logOf(upid)).toContain('progress 100% (read 4294967296 bytes, duration 30 sec)');
		expect(call<Row>('GET', `${vm}/config`)).toMatchObject({cores: 1, name: 'web1'});
		expect(call<Row[]>('GET', `${vm}/snapshot`).map(({name}) => name)).toEqual(['current']);
	});

	test('is refused over a VM without force, of nothing, and with disks of its own', () => {
		const {refused, archive} = withBackup();
		expect(refused('POST', '/nodes/pve1/qemu', {vmid: 101, archive}).reason).toBe('unable to restore VM 101 - VM 101 already exists on node \'pve1\'');
		expect(refused('POST', '/nodes/pve1/qemu', {vmid: 111, archive: 'shared:backup/x'}).reason).toBe('volume \'shared:backup/x\' does not exist');
		expect(refused('POST', '/nodes/pve1/qemu', {vmid: 111, archive, scsi0: 'local-lvm:8'}).errors).toEqual({scsi0: 'option conflicts with option \'archive\''});
	});

	test('fails in its task while the VM runs', () => {
		const {finish, archive} = withBackup();
		finish('POST', `${vm}/status/start`);
		expect(finish('POST', '/nodes/pve1/qemu', {vmid: 101, archive, force: 1})).toBe('unable to restore VM 101 - vm is running');
	});

	test('as a unique copy has other MAC addresses, its own volumes and the firewall', () => {
		const {finish, call, archive} = withBackup();
		expect(finish('POST', '/nodes/pve2/qemu', {
			vmid: 102, archive, unique: 1, storage: 'local-lvm', start: 1,
		})).toBe('OK');
		const copy = call<Row>('GET', '/nodes/pve2/qemu/102/config');
		expect(copy.scsi0).toBe('local-lvm:vm-102-disk-0,size=4G');
		expect(copy.net0).not.toBe(call<Row>('GET', `${vm}/config`).net0);
		expect(call('GET', '/nodes/pve2/qemu/102/firewall/options')).toMatchObject({enable: 1});
		expect(call<Row>('GET', '/nodes/pve2/qemu/102/status/current').status).toBe('running');
	});
});

describe('a pool', () => {
	test('takes a VM once, and goes when it is empty', () => {
		const {call, refused, finish} = withVm();
		call('POST', '/pools', {poolid: 'cust-1', comment: 'Customer'});
		call('PUT', '/pools', {poolid: 'cust-1', vms: '101'});
		expect(refused('PUT', '/pools', {poolid: 'cust-1', vms: '101'}).reason).toBe('update pools failed: VM 101 is already a pool member');
		expect(refused('DELETE', '/pools', {poolid: 'cust-1'}).reason).toBe('delete pool failed: pool \'cust-1\' is not empty (contains VM 101)');
		expect(refused('POST', '/pools', {poolid: 'cust-1'}).reason).toBe('create pool failed: pool \'cust-1\' already exists');
		finish('DELETE', vm);
		call('DELETE', '/pools', {poolid: 'cust-1'});
		expect(call('GET', '/pools')).toEqual([]);
	});
});
