import {parseProperties, type Properties} from './property-string.js';

/** A VM's configuration as Proxmox answers it. */
export type GuestConfig = Readonly<Record<string, string | number | undefined>>;

/** A disk of a VM: its key in the configuration, where it lies, how large it is. */
export type Disk = {
	readonly key: string;
	readonly storage: string;
	/** GiB; undefined where the configuration does not say. */
	readonly gib: number | undefined;
	readonly properties: Properties;
};

const gibibytes: Readonly<Record<string, number>> = {
	'': 1 / (1024 ** 3), K: 1 / (1024 ** 2), M: 1 / 1024, G: 1, T: 1024,
};

/** GiB of `4G`, `512M`, or bytes. */
export const parseGib = (size: string | undefined): number | undefined => {
	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([GKMT]?)$/.exec(size ?? '') ?? [];
	return amount === undefined ? undefined : Number(amount) * gibibytes[unit]!;
};

const isDrive = (key: string): boolean => /^(?:ide|sata|scsi|virtio)\d+$/.test(key);

/** The disk under that key; undefined where there is none, or a CD-ROM. */
export const findDisk = (config: GuestConfig, key: string): Disk | undefined => {
	const properties = parseProperties(String(config[key] ?? ''));
	const volume = properties.get('') ?? properties.get('file') ?? '';
	return !isDrive(key) || !volume.includes(':') || properties.get('media') === 'cdrom'
		? undefined
		: {
			key, storage: volume.split(':', 1)[0]!, gib: parseGib(properties.get('size')), properties,
		};
};

/** The disk that the VM boots from: the first one of its boot order, else `scsi0` or the first of its kind. */
export const findBootDisk = (config: GuestConfig): Disk | undefined => {
	const order = /order=([^,]+)/.exec(String(config.boot ?? ''))?.[1]?.split(';') ?? [];
	return [...order, String(config.bootdisk ?? ''), 'scsi0', 'virtio0', 'sata0', 'ide0']
		.map(key => findDisk(config, key))
		.find(disk => disk !== undefined);
};

/** The key that the additional disk has, or will have: the first of `scsi1`, `scsi2`, … that is no CD-ROM and not booted from. */
export const additionalDiskKey = (config: GuestConfig): string => {
	const boot = findBootDisk(config)?.key;
	const keys = Array.from({length: 30}, (_, index) => `scsi${index + 1}`);
	return keys.find(key => key !== boot && (config[key] === undefined || findDisk(config, key) !== undefined)) ?? 'scsi30';
};

/** Whether the VM has a drive on which cloud-init's data is written. */
export const hasCloudInitDrive = (config: GuestConfig): boolean =>
	Object.entries(config).some(([key, value]) => isDrive(key) && /cloudinit\b/.test(String(value).split(',', 1)[0]!));
