import {describe, expect, test} from 'vitest';
import {updateRules} from '../../source/simulation/config-rules.js';
import {integer, required, text} from '../../source/simulation/rules.js';
import {verify} from '../../source/simulation/verify.js';

const problems = (name: string, value: string, release: '9.2' | '8.4' = '9.2') => verify(updateRules, {node: 'pve1', vmid: '101', [name]: value}, release)[name];

describe('property strings', () => {
	test.each([
		['net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,rate=12.5,tag=100,link_down=0,mtu=1500'],
		['net31', 'model=virtio,macaddr=BC:24:11:00:00:01'],
		['scsi0', 'local-lvm:vm-101-disk-0,size=20G,iothread=1,discard=on,ssd=1,mbps_rd=100,mbps_wr_max=200,iops_rd=1000,iops_rd_max_length=60'],
		['scsi1', 'file=local-lvm:32,format=raw'],
		['ide2', 'local-lvm:cloudinit,media=cdrom'],
		['ipconfig0', 'ip=10.0.0.5/24,gw=10.0.0.1,ip6=2001:db8::5/64,gw6=2001:db8::1'],
		['ipconfig0', 'ip=dhcp,ip6=auto'],
		['agent', 'enabled=1,fstrim_cloned_disks=1'],
		['agent', '1'],
		['memory', '2048'],
		['boot', 'order=scsi0;ide2;net0'],
		['startup', 'order=1,up=30,down=60'],
		['nameserver', '1.1.1.1 2606:4700::1111'],
		['tags', 'a;B-c,d_e'],
	])('%s=%s is right', (name, value) => {
		expect(problems(name, value)).toBeUndefined();
	});

	test.each([
		['net0', 'bridge=vmbr0', 'net0.model: property is missing'],
		['net0', 'virtio=01:00:00:00:00:01', 'unicast MAC address'],
		['net0', 'virtio,tag=5000', 'net0.tag: value must have a maximum value of 4094'],
		['net0', 'virtio,rate=fast', 'type check (\'number\') failed - got \'fast\''],
		['net32', 'virtio', 'not defined in schema'],
		['scsi0', 'size=20G', 'scsi0.file: property is missing'],
		['scsi31', 'local-lvm:1', 'not defined in schema'],
		['virtio0', 'local-lvm:1,ssd=1', 'virtio0.ssd: property is not defined'],
		['ipconfig0', 'gw=10.0.0.1', 'missing property - \'gw\' requires this property'],
		['ipconfig0', 'ip=10.0.0.5', 'IPv4 network configuration'],
		['ipconfig0', 'ip=10.0.0.5/33', 'IPv4 network configuration'],
		['memory', '8', 'value must have a minimum value of 16'],
		['tags', '-a', 'invalid characters in tag'],
		['ostype', 'beos', 'value \'beos\' does not have a value in the enumeration'],
		['description', 'x'.repeat(8193), 'value may only be 8192 characters long'],
	])('%s=%s is not', (name, value, problem) => {
		expect(problems(name, value)).toContain(problem);
	});
});

test('each release knows its own parameters', () => {
	expect(problems('allow-ksm', '1')).toBeUndefined();
	expect(problems('allow-ksm', '1', '8.4')).toContain('not defined in schema');
	expect(problems('scsi0', 'local-lvm:1,heads=4')).toContain('not defined in schema');
	expect(problems('scsi0', 'local-lvm:1,heads=4', '8.4')).toBeUndefined();
});

test('what is required and what requires another is asked for by name', () => {
	const rules = {newid: required(integer(100)), notes: text({requires: 'storage'}), storage: text()};
	expect(verify(rules, {notes: 'x'}, '9.2')).toEqual({newid: 'property is missing and it is not optional', storage: 'missing property - \'notes\' requires this property'});
});
