import {expect, test} from 'vitest';
import {
	formatProperties,
	isSameProperties,
	parseProperties,
	withProperties,
} from '../../source/domain/property-string.js';

const disk = 'local-lvm:vm-101-disk-0,iops_rd=500,size=4G';

test('a property string comes out as it went in', () => {
	expect(formatProperties(parseProperties(disk))).toBe(disk);
	expect(formatProperties(parseProperties('virtio=BC:24:11:00:00:01,bridge=vmbr0'))).toBe('virtio=BC:24:11:00:00:01,bridge=vmbr0');
	expect(parseProperties('').size).toBe(0);
});

test('a value with an equals sign in it is kept whole', () => {
	expect(parseProperties('serial=a=b').get('serial')).toBe('a=b');
});

test('a change stays in its place, what is new comes last, undefined leaves out', () => {
	const changed = withProperties(parseProperties(disk), {iops_rd: 900, mbps_wr: 80, size: undefined});
	expect(formatProperties(changed)).toBe('local-lvm:vm-101-disk-0,iops_rd=900,mbps_wr=80');
});

test('order and the spelling of a number make no difference', () => {
	expect(isSameProperties(parseProperties('virtio=AA,bridge=vmbr0,rate=12.50'), parseProperties('rate=12.5,bridge=vmbr0,virtio=AA'))).toBe(true);
	expect(isSameProperties(parseProperties('bridge=vmbr0'), parseProperties('bridge=vmbr0,tag=7'))).toBe(false);
	expect(isSameProperties(parseProperties('bridge=vmbr0,tag=7'), parseProperties('bridge=vmbr0,rate=7'))).toBe(false);
	expect(isSameProperties(parseProperties('bridge=vmbr0'), parseProperties('bridge=vmbr1'))).toBe(false);
});
