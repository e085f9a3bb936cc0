import {describe, expect, test} from 'vitest';
import {planImport, type ImportedGuest, type OwnSide} from '../../source/domain/import-plan.js';
import {pool} from '../pipelines/settings.js';

const config = {
	name: 'Shop.example.net', cores: 2, sockets: 1, memory: '2048', boot: 'order=scsi0;net0', onboot: 1, ide2: 'local-lvm:vm-101-cloudinit,media=cdrom,size=4M',
	scsi0: 'local-lvm:vm-101-disk-0,iops_rd=500,mbps_wr=80,size=20G', scsi1: 'ceph:vm-101-disk-1,size=50G,mbps_rd=40',
	net0: 'virtio=bc:24:11:00:00:01,bridge=vmbr0,tag=7,rate=12.5', ipconfig0: 'ip=203.0.113.15/24,gw=203.0.113.1', ciuser: 'ada', sshkeys: 'ssh-ed25519%20AAAA%20ada%0A',
};

const guest = (own: Partial<ImportedGuest> = {}, changes: ImportedGuest['config'] = {}): ImportedGuest => ({
	cluster: 'fra1', node: 'pve2', vmid: 101, name: 'Shop.example.net', isRunning: true, isTemplate: false, ...own, config: {...config, ...changes},
});

const own: OwnSide = {
	installation: 'feedf00d', vms: [{
		id: 7, hostname: 'old.example.net', cluster: 'fra1', vmid: 5000,
	}], addresses: [{address: '203.0.113.16', pool: 'fra1-v4', vmId: 7}],
};

const settings = {pools: [pool({vlan: 7}), pool({name: 'elsewhere', cluster: 'ams1'})]};

const plan = (changes: ImportedGuest['config'] = {}, guestOwn: Partial<ImportedGuest> = {}) => planImport(guest(guestOwn, changes), settings, own);

describe('taking a VM over', () => {
	test('writes it as it is: its package, its card, its address with its pool', () => {
		expect(plan()).toEqual({
			hostname: 'shop.example.net', user: 'ada', sshKeys: ['ssh-ed25519 AAAA ada'], mac: 'BC:24:11:00:00:01',
			package: {
				cores: 2, sockets: 1, memoryMib: 2048, diskGib: 20, diskReadIops: 500, diskWriteMBps: 80, additionalDiskGib: 50, additionalDiskStorage: 'ceph',
				additionalDiskReadMBps: 40, networkMbps: 100, bridge: 'vmbr0', vlan: 7, model: 'virtio', ipv4: 1, ipv6: 0, onboot: true,
			},
			addresses: [{
				family: 4, address: '203.0.113.15', prefix: 24, gateway: '203.0.113.1', pool: 'fra1-v4',
			}],
			problems: [], warnings: [],
		});
	});

	test('takes Proxmox\'s defaults where the configuration says nothing, and leaves open what has none', () => {
		const {package: wanted} = planImport({...guest(), config: {scsi0: 'local:vm-101-disk-0,size=4608M', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0'}}, settings, own);
		expect(wanted).toEqual({
			cores: 1, sockets: 1, memoryMib: 512, diskGib: 4, bridge: 'vmbr0', vlan: 0, model: 'virtio', ipv4: 0, ipv6: 0, onboot: false,
		});
	});

	test('finds the addresses of both families on every card', () => {
		const {addresses, package: wanted} = plan({ipconfig0: 'ip=203.0.113.15/24,gw=203.0.113.1,ip6=2001:DB8:0::5/64,gw6=2001:db8::1', ipconfig1: 'ip=203.0.113.17/24', ipconfig2: 'ip=dhcp,ip6=auto'});
		expect(addresses).toEqual([
			{
				family: 4, address: '203.0.113.15', prefix: 24, gateway: '203.0.113.1', pool: 'fra1-v4',
			},
			{
				family: 6, address: '2001:db8::5', prefix: 64, gateway: '2001:db8::1', pool: null,
			},
			{
				family: 4, address: '203.0.113.17', prefix: 24, gateway: null, pool: 'fra1-v4',
			},
		]);
		expect(wanted).toMatchObject({ipv4: 2, ipv6: 0});
	});

	test.each([
		['a template', {}, {isTemplate: true}, 'it is a template'],
		['a VM that is ours already', {description: 'cronsole:feedf00d:v7'}, {vmid: 5000}, 'it is v7 old.example.net already'],
		['one that bears the stamp of another of ours', {description: 'cronsole:feedf00d:v7'}, {}, 'it bears our stamp of v7: remove'],
		['one that bears the stamp of one that was removed', {description: 'mine\ncronsole:feedf00d:v6'}, {}, 'it bears our stamp of v6, which was removed: remove'],
		['one of another installation', {description: 'cronsole:deadbeef:v3'}, {}, 'it bears the stamp of another installation, deadbeef: remove'],
		['one without a disk', {scsi0: undefined, scsi1: undefined}, {}, 'it has no disk to boot from'],
		['one that is locked', {lock: 'backup'}, {}, 'it is locked (backup): try again'],
		['one whose address another VM holds', {ipconfig0: 'ip=203.0.113.16/24'}, {}, 'its address 203.0.113.16 is held by v7'],
	])('is refused for %s', (_, changes, guestOwn, problem) => {
		expect(plan(changes, guestOwn).problems).toEqual([expect.stringContaining(problem)]);
	});

	test.each([
		['that no address is known', {ipconfig0: 'ip=dhcp'}, 'cloud-init names no address of it: none is reserved'],
		['of an address in no pool', {ipconfig0: 'ip=198.51.100.7/24'}, '198.51.100.7 lies in no pool'],
		['of a card on another network than the address\'s pool', {net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr1,tag=7'}, '203.0.113.15 lies in the pool fra1-v4, which is on vmbr0 in VLAN 7; its network card is not'],
		['that cloud-init cannot tell the guest anything', {ide2: undefined}, 'it has no cloud-init drive'],
		['of disks that nobody will look after', {scsi2: 'ceph:vm-101-disk-2,size=5G'}, 'scsi2 stay as they are'],
		['of cards that nobody will look after', {net1: 'virtio=BC:24:11:00:00:02,bridge=vmbr9'}, 'net1 stay as they are'],
		['of its protection', {protection: 1}, 'it is protected'],
	])('warns %s', (_, changes, warning) => {
		expect(plan(changes)).toMatchObject({problems: [], warnings: [expect.stringContaining(warning)]});
	});

	test('has no hostname from a name that is none', () => {
		expect(plan({}, {name: 'my_vm'}).hostname).toBeNull();
		expect(plan({}, {name: null}).hostname).toBeNull();
	});
});
