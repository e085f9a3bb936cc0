import {describe, expect, test} from 'vitest';
import {classifyFailure, isSuccess, parseUpid} from '../../source/domain/proxmox-texts.js';

describe('what a text of Proxmox means', () => {
	test.each([
		['can\'t lock file \'/var/lock/qemu-server/lock-101.conf\' - got timeout', 'transient'],
		['clone failed: cfs-lock \'storage-shared\' error: got lock request timeout', 'transient'],
		['can\'t lock file \'/var/lock/pve-manager/pve-storage-local-lvm\' - got timeout', 'transient'],
		['VM quit/powerdown failed - got timeout', 'transient'],
		['checksum mismatch (file change by other user?)', 'transient'],
		['detected modified configuration - file changed by other user? Try again.', 'transient'],
		['VM 301 already running', 'transient'],
		['unexpected status', 'transient'],
		['interrupted by signal', 'transient'],
		['migration aborted', 'transient'],
		['', 'transient'],
		['VM is locked (clone)', 'locked'],
		['CT 105 is locked (backup)', 'locked'],
		['Configuration file \'nodes/pve1/qemu-server/999.conf\' does not exist', 'missing'],
		['no such task', 'missing'],
		['disk \'scsi5\' does not exist', 'missing'],
		['cluster not ready - no quorum?', 'no-quorum'],
		['cfs-lock \'firewall-vm-101\' error: no quorum!', 'no-quorum'],
		['clone failed: unable to open file \'/etc/pve/nodes/pve1/qemu-server/102.conf.tmp.81\' - Permission denied', 'no-quorum'],
		['Permission check failed (/vms/101, VM.PowerMgmt)', 'denied'],
		['unable to create VM 101: config file already exists', 'rejected'],
		['disk image \'/mnt/shared/images/101/vm-101-disk-1.raw\' already exists', 'rejected'],
		['snapshot name \'before\' already used', 'rejected'],
		['shrinking disks is not supported', 'rejected'],
		['parameter \'storage\' not allowed for linked clones', 'rejected'],
		['can\'t clone to non-shared storage \'local-lvm\'', 'rejected'],
		['no such cluster node \'pve9\'', 'rejected'],
		['you can\'t start a vm if it\'s a template', 'rejected'],
		['only root can set \'args\' config', 'rejected'],
		['can\'t remove VM 110 - protection mode enabled', 'rejected'],
	] as const)('%s', (text, kind) => {
		expect(classifyFailure(text)).toBe(kind);
	});

	test('a task that went well, also with warnings', () => {
		expect(['OK', 'WARNINGS: 2', 'WARNINGS: many', 'ok', 'job errors', ''].map(text => isSuccess(text))).toEqual([true, true, false, false, false, false]);
	});
});

describe('a UPID', () => {
	test('names its node, its start and who started it', () => {
		expect(parseUpid('UPID:pve-1:00000110:000275B9:6B01D027:qmclone:100:root@pam!full:')).toEqual({
			node: 'pve-1', startTime: 1_795_280_935, type: 'qmclone', id: '100', user: 'root@pam!full',
		});
		expect(parseUpid('UPID:n:00000110:1000275B9:6B01D027:vzdump::root@pam:')).toMatchObject({node: 'n', id: '', user: 'root@pam'});
	});

	test.each([
		'',
		'OK',
		'UPID:',
		'UPID:../x:00000110:000275B9:6B01D027:qmclone:100:root@pam:',
		'UPID:pve1:00000110:000275B9:6B01D027:qmclone:100:root@pam',
		'x UPID:pve1:00000110:000275B9:6B01D027:qmclone:100:root@pam:',
	])('“%s” is none', text => {
		expect(parseUpid(text)).toBeUndefined();
	});
});
