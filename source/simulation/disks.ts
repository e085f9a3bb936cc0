import {type Config, type Storage, type World} from './world.js';
import {refuse} from './refusal.js';

/** A property string taken apart; a bare value stands under ''. */
export const parseProperties = (value: string): Map<string, string> => new Map(value.split(',').filter(Boolean).map(part => {
	const at = part.indexOf('=');
	return at === -1 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
}));

export const formatProperties = (properties: ReadonlyMap<string, string>): string =>
	[...properties].map(([name, value]) => name === '' ? value : `${name}=${value}`).join(',');

const units = {
	'': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4,
} as const;

/** Bytes of `10G`; a bare number is bytes. */
export const parseSize = (size: string): number => {
	const [, amount, unit] = /^\+?([\d.]+)([GKMT]?)$/.exec(size) ?? [];
	return amount === undefined ? 0 : Math.round(Number(amount) * units[unit as keyof typeof units]);
};

/** The shortest exact form of a size: `4G`, `4M`. */
export const formatSize = (bytes: number): string => {
	const unit = (['T', 'G', 'M', 'K'] as const).find(candidate => bytes % units[candidate] === 0 && bytes > 0);
	return unit === undefined ? String(bytes) : `${bytes / units[unit]}${unit}`;
};

/** `1.2 GiB`, as progress lines have it. */
export const humanSize = (bytes: number): string => {
	const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	const power = Math.min(names.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
	return `${(bytes / (1024 ** power)).toFixed(1)} ${names[power]}`;
};

export type Disk = {
	readonly key: string;
	readonly volid: string;
	readonly storage: string;
	readonly size: number;
	readonly isCloudinit: boolean;
	readonly isCdrom: boolean;
	readonly options: ReadonlyMap<string, string>;
};

const diskKey = /^(?:ide|sata|scsi|virtio|unused|efidisk|tpmstate)\d+$/;

export const isDiskKey = (key: string): boolean => diskKey.test(key);

/** The volumes that a configuration names. */
export const disksOf = (config: Config): Disk[] => Object.entries(config).filter(([key, value]) => isDiskKey(key) && String(value).includes(':')).map(([key, value]) => {
	const options = parseProperties(String(value));
	const volid = options.get('') ?? options.get('file') ?? '';
	return {
		key,
		volid,
		storage: volid.split(':', 1)[0]!,
		size: parseSize(options.get('size') ?? '4M'),
		isCloudinit: volid.includes('-cloudinit'),
		isCdrom: options.get('media') === 'cdrom',
		options,
	};
});

export const findStorage = (world: World, id: string): Storage => world.storages.find(storage => storage.id === id) ?? refuse(`storage '${id}' does not exist`);

/** The volume's name on that storage, in the way of its type. */
export const volumeName = (storage: Storage, vmid: number, name: string): string =>
	storage.type === 'dir' ? `${storage.id}:${vmid}/${name}.qcow2` : `${storage.id}:${name}`;

/** A new volume's name that the VM does not have yet: `vm-101-disk-0`. */
export const nextVolume = (storage: Storage, vmid: number, taken: readonly string[]): string => {
	for (let index = 0; ; index++) {
		const volid = volumeName(storage, vmid, `vm-${vmid}-disk-${index}`);
		if (taken.every(other => !(other.endsWith(volid.split(':', 2)[1]!) && other.startsWith(storage.id)))) {
			return volid;
		}
	}
};

/** Takes room on a storage; throws what a full one says. */
export const allocate = (world: World, node: string, storage: Storage, volume: string, vmid: number): void => {
	if (world.faults.take('full', {node, storage: storage.id, vmids: [vmid]})) {
		throw new Error(storage.type === 'lvmthin'
			? `lvcreate 'pve/${volume.split(':', 2)[1]}' error: Cannot create new thin volume, free space in thin pool pve/data reached threshold.`
			: `unable to create image: qemu-img: ${storage.path}/images/${vmid}/${volume.split('/').at(-1)}: Could not resize image: No space left on device`);
	}
};

/** Bytes used of a storage, as seen from a node. */
export type UseOf = (storage: Storage, node: string) => number;

/** How much of every storage is used: each guest is looked at once, however many storages there are. */
export const measureUse = (world: World): UseOf => {
	const byNode = new Map<string, number>();
	const everywhere = new Map<string, number>();
	const add = (counts: Map<string, number>, key: string, bytes: number): void => {
		counts.set(key, (counts.get(key) ?? 0) + bytes);
	};

	for (const vm of world.vms.values()) {
		for (const disk of disksOf(vm.config)) {
			const bytes = Math.round(disk.size * 0.35);
			add(byNode, `${vm.node}/${disk.storage}`, bytes);
			add(everywhere, disk.storage, bytes);
		}
	}

	const backups = new Map<string, number>();
	for (const {storage, size} of world.backups) {
		add(backups, storage, size);
	}

	return ({id, base, total, isShared}, node) =>
		Math.min(base + ((isShared ? everywhere.get(id) : byNode.get(`${node}/${id}`)) ?? 0) + (backups.get(id) ?? 0), total);
};
