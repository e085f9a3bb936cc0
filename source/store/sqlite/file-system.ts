import {existsSync, statfsSync} from 'node:fs';
import {dirname} from 'node:path';
import {StoreUnusable} from '../store.js';

/** Magic numbers of file systems whose locks or shared memory cannot be relied on, from linux/magic.h. */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
	[0x69_69, 'nfs'],
	[0x51_7B, 'smb'],
	[0xFF_53_4D_42, 'cifs'],
	[0xFE_53_4D_42, 'smb'],
	[0x01_02_19_97, '9p'],
	[0x65_73_55_46, 'fuse'],
	[0x53_46_41_4F, 'afs'],
	[0x6B_41_46_53, 'afs'],
	[0x73_75_72_45, 'coda'],
	[0x56_4C, 'ncp'],
	[0x00_C3_64_00, 'ceph'],
	[0x0B_D0_0B_D0, 'lustre'],
	[0x78_6F_42_56, 'vboxsf'],
]);

/** Magic numbers of file systems that the kernel makes up: no file can be made there. */
const pretendedFileSystems: ReadonlyMap<number, string> = new Map([
	[0x9F_A0, 'proc'],
	[0x62_65_65_72, 'sysfs'],
	[0x00_27_E0_EB, 'cgroup'],
	[0x63_67_72_70, 'cgroup'],
]);

/** The folder itself, or the nearest one above it that is there. */
const nearest = (folder: string): string => existsSync(folder) ? folder : nearest(dirname(folder));

/** The name of that type of file system, if it is one that SQLite's locks cannot live on. */
export const findNetworkFileSystem = (type: number): string | undefined => networkFileSystems.get(type);

/** Throws where the folder lies, or would lie, on a file system that several processes cannot safely share a database on. */
export const refuseNetworkFileSystem = (folder: string): void => {
	const {type} = statfsSync(nearest(folder));
	const network = findNetworkFileSystem(type);
	const pretended = pretendedFileSystems.get(type);

	if (network !== undefined || pretended !== undefined) {
		throw new StoreUnusable(
			network === undefined ? `The folder ${folder} lies on ${pretended}: no file can be made there.` : `The folder ${folder} lies on ${network}: a database there would be damaged by several processes.`,
			'Keep the database on a disk of this machine (ext4, xfs, btrfs, zfs).',
		);
	}
};
