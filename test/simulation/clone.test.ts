import {describe, expect, test} from 'vitest';
import {createMachine} from './support/machine.js';

type Config = Record<string, string | number>;

describe('a full clone', () => {
	test('makes its target at once, locked, and unlocks it when its 20 s have gone', () => {
		const {call, refused, pass, exitOf} = createMachine();
		const upid = call<string>('POST', '/nodes/pve1/qemu/9000/clone', {newid: 101, full: 1, name: 'web1.example.net'});

		expect(upid).toMatch(/^UPID:pve1:[\dA-F]{8}:[\dA-F]{8,9}:[\dA-F]{8}:qmclone:9000:cronsole@pve!ops:$/);
		expect(call<Config>('GET', '/nodes/pve1/qemu/101/config')).toMatchObject({lock: 'clone', name: 'web1.example.net'});
		expect(refused('PUT', '/nodes/pve1/qemu/101/config', {cores: 2})).toMatchObject({status: 500, reason: 'VM is locked (clone)'});
		pass(19_000);
		expect(exitOf(upid)).toBeUndefined();
		pass(1100);
		expect(exitOf(upid)).toBe('OK');
		expect(call<Config>('GET', '/nodes/pve1/qemu/101/config')).not.toHaveProperty('lock');
	});

	test('tells its progress as Proxmox does', () => {
		const {call, pass, logOf} = createMachine();
		const upid = call<string>('POST', '/nodes/pve1/qemu/9000/clone', {newid: 101, full: 1});
		pass(6500);

		const log = logOf(upid);
		expect(log[0]).toBe('creating a clone of VM 9000 with ID 101');
		expect(log).toContain('create full clone of drive scsi0 (local-lvm:base-9000-disk-0)');
		expect(log.at(-1)).toBe('transferred 1.2 GiB of 4.0 GiB (30.00%)');
		pass(15_000);
		expect(logOf(upid).at(-1)).toBe('TASK OK');
	});

	test('copies description, onboot, tags and firewall, and has MAC addresses of its own', () => {
		const {call, clone} = createMachine();
		clone(101);
		call('PUT', '/nodes/pve1/qemu/101/config', {description: 'mine', onboot: 1, tags: 'b,A'});
		call('PUT', '/nodes/pve1/qemu/101/firewall/options', {enable: 1, policy_in: 'DROP'});
		const upid = call<string>('POST', '/nodes/pve1/qemu/101/clone', {newid: 102});
		const before = call<Config>('GET', '/nodes/pve1/qemu/101/config');
		const copy = call<Config>('GET', '/nodes/pve1/qemu/102/config');

		expect(upid).toContain(':qmclone:101:');
		expect(copy).toMatchObject({
			description: 'mine', onboot: 1, tags: 'a;b', name: 'Copy-of-VM-Copy-of-VM-debian-12', scsi0: 'local-lvm:vm-102-disk-0,size=4G',
		});
		expect(copy.net0).toMatch(/^virtio=BC:24:11(?::[\dA-F]{2}){3},bridge=vmbr0$/);
		expect(copy.net0).not.toBe(before.net0);
		expect(copy.smbios1).not.toBe(before.smbios1);
	});

	test('has the firewall of its source when it is done', () => {
		const {call, clone, finish} = createMachine();
		clone(101);
		call('PUT', '/nodes/pve1/qemu/101/firewall/options', {enable: 1});
		call('POST', '/nodes/pve1/qemu/101/firewall/ipset', {name: 'ipfilter-net0'});
		call('POST', '/nodes/pve1/qemu/101/firewall/ipset/ipfilter-net0', {cidr: '10.0.0.5'});
		finish('POST', '/nodes/pve1/qemu/101/clone', {newid: 102});

		expect(call('GET', '/nodes/pve1/qemu/102/firewall/options')).toMatchObject({enable: 1});
		expect(call('GET', '/nodes/pve1/qemu/102/firewall/ipset/ipfilter-net0')).toMatchObject([{cidr: '10.0.0.5'}]);
	});
});

describe('clones side by side', () => {
	test('three of a template get along on one storage and the fourth times out at the storage lock', () => {
		const {call, pass, exitOf, refused} = createMachine();
		const upids = [101, 102, 103, 104].map(newid => call<string>('POST', '/nodes/pve1/qemu/9000/clone', {newid, full: 1}));
		pass(9000);
		expect(upids.map(upid => exitOf(upid))).toEqual([undefined, undefined, undefined, undefined]);
		pass(1100);

		expect(exitOf(upids[3]!)).toBe('clone failed: can\'t lock file \'/var/lock/pve-manager/pve-storage-local-lvm\' - got timeout');
		expect(refused('GET', '/nodes/pve1/qemu/104/config').reason).toContain('does not exist');
		pass(10_000);
		expect(upids.slice(0, 3).map(upid => exitOf(upid))).toEqual(['OK', 'OK', 'OK']);
	});

	test('two of a running VM do not: the second waits one second and fails', () => {
		const {call, clone, finish, pass, exitOf} = createMachine();
		clone(101);
		finish('POST', '/nodes/pve1/qemu/101/status/start');
		const [first, second] = [102, 103].map(newid => call<string>('POST', '/nodes/pve1/qemu/101/clone', {newid}));
		pass(1100);

		expect(exitOf(second!)).toBe('can\'t lock file \'/var/lock/qemu-server/lock-101.conf\' - got timeout');
		expect(exitOf(first!)).toBeUndefined();
	});
});

describe('a clone is refused', () => {
	test.each([
		[{newid: 9000}, 500, 'unable to create VM 9000: config file already exists'],
		[{newid: 101, storage: 'local-lvm', full: 0}, 500, 'parameter \'storage\' not allowed for linked clones'],
		[{newid: 101, full: 1, storage: 'nope'}, 500, 'storage \'nope\' does not exist'],
		[{newid: 101, target: 'pve9'}, 500, 'no such cluster node \'pve9\''],
		[{newid: 101, full: 1, target: 'pve2'}, 500, 'can\'t clone VM to node \'pve2\' (VM uses local storage)'],
		[{
			newid: 101, full: 1, target: 'pve2', storage: 'local-lvm',
		}, 500, 'can\'t clone to non-shared storage \'local-lvm\''],
		[{newid: 101, pool: 'nopool'}, 403, 'Permission check failed (pool \'nopool\' does not exist)'],
	])('%j', (parameters, status, reason) => {
		expect(createMachine().refused('POST', '/nodes/pve1/qemu/9000/clone', parameters as Record<string, string | number>)).toMatchObject({status, reason});
	});

	test('with a text for each bad parameter', () => {
		expect(createMachine().refused('POST', '/nodes/pve1/qemu/9000/clone', {newid: 5, name: 'bad_name', foo: 'bar'})).toEqual({
			status: 400,
			reason: 'Parameter verification failed.',
			errors: {
				newid: 'invalid format - value does not look like a valid VM ID\n',
				name: 'invalid format - value does not look like a valid DNS name\n',
				foo: 'property is not defined in schema and the schema does not allow additional properties',
			},
		});
	});
});

test('a template with linked clones on shared storage cannot be removed', () => {
	const {finish, clone, call} = createMachine();
	clone(101, {storage: 'shared'});
	expect(finish('POST', '/nodes/pve1/qemu/101/template')).toBe('OK');
	expect(finish('POST', '/nodes/pve1/qemu/101/clone', {newid: 102})).toBe('OK');

	expect(call<Config>('GET', '/nodes/pve1/qemu/102/config').scsi0).toBe('shared:101/base-101-disk-0.qcow2/102/vm-102-disk-0.qcow2,size=4G');
	expect(finish('DELETE', '/nodes/pve1/qemu/101')).toBe('base volume \'shared:101/base-101-disk-0.qcow2\' is still in use by linked cloned');
});

test('the same seed gives the same cluster and another seed another one', () => {
	const mac = (seed: number) => createMachine(seed).call<Config>('GET', '/nodes/pve1/qemu/9000/config').net0;

	expect(mac(7)).toBe(mac(7));
	expect(mac(7)).not.toBe(mac(8));
});
