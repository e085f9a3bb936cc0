import {describe, expect, test} from 'vitest';
import {createMachine, type Machine} from './support/machine.js';

type Config = Record<string, string | number>;

const path = '/nodes/pve1/qemu/101/config';

const withVm = (isRunning = false): Machine => {
	const machine = createMachine();
	machine.clone(101);
	if (isRunning) {
		machine.finish('POST', '/nodes/pve1/qemu/101/status/start');
	}

	return machine;
};

describe('a configuration', () => {
	test('reads back as Proxmox keeps it', () => {
		const {call} = withVm();
		call('PUT', path, {
			memory: 2048, cores: 2, tags: 'Web,b;B', cipassword: 'secret', sshkeys: encodeURIComponent('ssh-ed25519 AAAA ada@home'), net0: 'virtio,bridge=vmbr0,firewall=1,rate=12.5', nameserver: '1.1.1.1 9.9.9.9',
		});

		const config = call<Config>('GET', path);
		expect(config).toMatchObject({
			memory: '2048', cores: 2, tags: 'b;web', cipassword: '**********', sshkeys: 'ssh-ed25519%20AAAA%20ada%40home',
		});
		expect(config.net0).toMatch(/^virtio=BC:24:11(?::[\dA-F]{2}){3},bridge=vmbr0,firewall=1,rate=12.5$/);
		expect(config.digest).toMatch(/^[\da-f]{40}$/);
	});

	test('gets a new MAC address when a change leaves it out, and keeps one that is said', () => {
		const {call} = withVm();
		const before = call<Config>('GET', path).net0 as string;
		call('PUT', path, {net0: `${before},rate=5`});
		expect(call<Config>('GET', path).net0).toBe(`${before},rate=5`);
		call('PUT', path, {net0: 'virtio,bridge=vmbr0'});
		expect(call<Config>('GET', path).net0).not.toBe(before);
	});

	test('keeps the size of a disk whose options change', () => {
		const {call} = withVm();
		call('PUT', path, {scsi0: 'local-lvm:vm-101-disk-0,mbps_rd=50,iops_wr=500'});
		expect(call<Config>('GET', path).scsi0).toBe('local-lvm:vm-101-disk-0,mbps_rd=50,iops_wr=500,size=4G');
	});

	test('that does not fit a running VM waits until it starts again', () => {
		const {call, finish} = withVm(true);
		call('PUT', path, {cores: 4, ipconfig0: 'ip=10.0.0.5/24,gw=10.0.0.1'});

		expect(call<Config>('GET', path)).toMatchObject({cores: 4});
		expect(call<Config>('GET', path, {current: 1})).toMatchObject({cores: 1, ipconfig0: 'ip=10.0.0.5/24,gw=10.0.0.1'});
		expect(call<Config[]>('GET', '/nodes/pve1/qemu/101/pending')).toContainEqual({key: 'cores', value: 1, pending: 4});
		finish('POST', '/nodes/pve1/qemu/101/status/reboot');
		expect(call<Config>('GET', path, {current: 1})).toMatchObject({cores: 4});
	});

	test('changes in the background under a task of its own', () => {
		const {finish, call} = withVm();
		expect(finish('POST', path, {cores: 3})).toBe('OK');
		expect(call<Config>('GET', path).cores).toBe(3);
	});

	test('loses what is deleted', () => {
		const {call} = withVm();
		call('PUT', path, {delete: 'ipconfig0,agent'});
		expect(call<Config>('GET', path)).not.toHaveProperty('agent');
		expect(call<Config>('GET', path)).not.toHaveProperty('ipconfig0');
	});
});

describe('a change is refused', () => {
	const unknown = 'property is not defined in schema and the schema does not allow additional properties';
	test.each<[Record<string, string | number>, number, string, Record<string, string>?]>([
		[{digest: '0'.repeat(40), cores: 1}, 500, 'checksum mismatch (file change by other user?)'],
		[{}, 500, 'no options specified'],
		[{args: '-no-hpet'}, 500, 'only root can set \'args\' config'],
		[{delete: 'foo'}, 400, 'Parameter verification failed.', {delete: 'unknown option \'foo\''}],
		[{onboot: 'true'}, 400, 'Parameter verification failed.', {onboot: 'type check (\'boolean\') failed - got \'true\''}],
		[{cores: '2.5'}, 400, 'Parameter verification failed.', {cores: 'type check (\'integer\') failed - got \'2.5\''}],
		[{cores: 0}, 400, 'Parameter verification failed.', {cores: 'value must have a minimum value of 1'}],
		[{nonsense: 1}, 400, 'Parameter verification failed.', {nonsense: unknown}],
		[{net0: 'virtio,bogus=1'}, 400, 'Parameter verification failed.', {net0: `invalid format - format error\nnet0.bogus: ${unknown}\n`}],
		[{sshkeys: 'ssh-ed25519 AAAA'}, 400, 'Parameter verification failed.', {sshkeys: 'invalid format - invalid urlencoded string: ssh-ed25519 AAAA\n'}],
	])('%j', (parameters, status, reason, errors = {}) => {
		expect(withVm().refused('PUT', path, parameters)).toEqual({status, reason, errors});
	});
});

describe('a disk', () => {
	test('grows, also by a difference', () => {
		const {finish, call} = withVm();
		expect(finish('PUT', '/nodes/pve1/qemu/101/resize', {disk: 'scsi0', size: '20G'})).toBe('OK');
		expect(finish('PUT', '/nodes/pve1/qemu/101/resize', {disk: 'scsi0', size: '+512M'})).toBe('OK');
		expect(call<Config>('GET', path).scsi0).toBe('local-lvm:vm-101-disk-0,size=20992M');
	});

	test('never shrinks, and one that is not there does not grow; only the task says so', () => {
		const {finish} = withVm();
		expect(finish('PUT', '/nodes/pve1/qemu/101/resize', {disk: 'scsi0', size: '1G'})).toBe('shrinking disks is not supported');
		expect(finish('PUT', '/nodes/pve1/qemu/101/resize', {disk: 'scsi5', size: '9G'})).toBe('disk \'scsi5\' does not exist');
		expect(finish('PUT', '/nodes/pve1/qemu/101/resize', {disk: 'scsi0', size: '4G'})).toBe('OK');
	});
});

describe('a disk that is taken out', () => {
	test('lies there unused until it is deleted, which a snapshot that holds it prevents', () => {
		const {call, finish, refused} = withVm();
		call('PUT', path, {scsi1: 'local-lvm:4'});
		finish('POST', '/nodes/pve1/qemu/101/snapshot', {snapname: 'before'});
		call('PUT', path, {delete: 'scsi1'});
		expect(call<Config>('GET', path)).toMatchObject({unused0: 'local-lvm:vm-101-disk-1'});
		expect(refused('PUT', path, {delete: 'unused0'}).reason).toBe('unable to delete \'local-lvm:vm-101-disk-1\' - volume is still in use (snapshot?)');
		finish('DELETE', '/nodes/pve1/qemu/101/snapshot/before');
		call('PUT', path, {delete: 'unused0'});
		expect(call<Config>('GET', path)).not.toHaveProperty('unused0');
	});
});

describe('a firewall', () => {
	const base = '/nodes/pve1/qemu/101/firewall';

	test('puts every new rule first and refuses a stale digest', () => {
		const {call, refused} = withVm();
		call('POST', `${base}/rules`, {
			type: 'in', action: 'ACCEPT', proto: 'tcp', dport: 22, enable: 1, pos: 5,
		});
		call('POST', `${base}/rules`, {type: 'in', action: 'DROP', pos: 1});
		const rules = call<Config[]>('GET', `${base}/rules`);

		expect(rules.map(({pos, action}) => [pos, action])).toEqual([[0, 'DROP'], [1, 'ACCEPT']]);
		expect(refused('PUT', `${base}/rules/0`, {enable: 1, digest: '0'.repeat(40)}).reason).toBe('detected modified configuration - file changed by other user? Try again.');
		expect(refused('POST', `${base}/rules`, {type: 'in', action: 'ACCEPT', dport: 22}).errors).toEqual({proto: 'missing property - \'dport\' requires this property'});
	});

	test('refuses an address twice in a set, and a set that is not empty to go', () => {
		const {call, refused} = withVm();
		call('POST', `${base}/ipset`, {name: 'ipfilter-net0'});
		call('POST', `${base}/ipset/ipfilter-net0`, {cidr: '10.0.0.0/24'});

		expect(refused('POST', `${base}/ipset/ipfilter-net0`, {cidr: '10.0.0.0/24'}).errors).toEqual({cidr: 'address \'10.0.0.0/24\' already exists'});
		expect(refused('DELETE', `${base}/ipset/ipfilter-net0`).reason).toBe('IPSet \'ipfilter-net0\' is not empty');
		call('DELETE', `${base}/ipset/ipfilter-net0/10.0.0.0/24`);
		call('DELETE', `${base}/ipset/ipfilter-net0`);
		expect(call('GET', `${base}/ipset`)).toEqual([]);
	});
});
