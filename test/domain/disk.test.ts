import {expect, test} from 'vitest';
import {
	additionalDiskKey,
	findBootDisk,
	findDisk,
	hasCloudInitDrive,
	parseGib,
} from '../../source/domain/disk.js';

test('sizes are read in every unit', () => {
	expect(['4G', '512M', '1T', '1048576K', '1073741824', '1.5G'].map(size => parseGib(size))).toEqual([4, 0.5, 1024, 1, 1, 1.5]);
	expect(parseGib('big')).toBeUndefined();
	expect(parseGib(undefined)).toBeUndefined();
});

test('the boot disk is the first real disk of the boot order', () => {
	const config = {
		boot: 'order=ide2;virtio0;net0', ide2: 'local:iso/a.iso,media=cdrom', virtio0: 'ceph:vm-1-disk-0,size=8G', scsi0: 'ceph:vm-1-disk-1,size=4G',
	};
	expect(findBootDisk(config)).toMatchObject({key: 'virtio0', storage: 'ceph', gib: 8});
	expect(findBootDisk({scsi0: 'local-lvm:vm-1-disk-0,size=4G'})?.key).toBe('scsi0');
	expect(findBootDisk({ide2: 'local-lvm:vm-1-cloudinit,media=cdrom'})).toBeUndefined();
});

test('the additional disk never takes the place of a CD-ROM or the boot disk', () => {
	expect(additionalDiskKey({scsi0: 'a:b,size=4G'})).toBe('scsi1');
	expect(additionalDiskKey({scsi0: 'a:b', scsi1: 'a:vm-1-cloudinit,media=cdrom'})).toBe('scsi2');
	expect(additionalDiskKey({boot: 'order=scsi1', scsi1: 'a:b,size=4G'})).toBe('scsi2');
	expect(additionalDiskKey({scsi0: 'a:b', scsi1: 'a:vm-1-cloudinit,media=cdrom', scsi2: 'a:c,size=9G'})).toBe('scsi2');
});

test('a key without a volume is no disk', () => {
	expect(findDisk({scsi1: 'none,media=cdrom', net0: 'virtio=a:b'}, 'scsi1')).toBeUndefined();
	expect(findDisk({net0: 'virtio=a:b'}, 'net0')).toBeUndefined();
});

test('a cloud-init drive is told from a disk', () => {
	expect(hasCloudInitDrive({ide2: 'local-lvm:vm-9000-cloudinit,media=cdrom,size=4M'})).toBe(true);
	expect(hasCloudInitDrive({ide2: 'shared:9000/vm-9000-cloudinit.qcow2,media=cdrom'})).toBe(true);
	expect(hasCloudInitDrive({ide2: 'none,media=cdrom', description: 'cloudinit'})).toBe(false);
});
