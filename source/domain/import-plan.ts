import {
	additionalDiskKey,
	findBootDisk,
	findDisk,
	hasCloudInitDrive,
	type Disk,
} from './disk.js';
import {memoryMibOf} from './guest-memory.js';
import {isHostname} from './hostname.js';
import {canonicalIp, getIp, isInRange} from './ip.js';
import {parseCard} from './network-card.js';
import {type Package} from './package.js';
import {parseProperties} from './property-string.js';
import {safeText} from './safe-text.js';
import {type PoolSettings, type Settings} from './settings.js';
import {findStamp, vmName, type Vm} from './vm.js';

/** A VM that is not ours yet, as its cluster shows it. */
export type ImportedGuest = {
	readonly cluster: string;
	readonly node: string;
	readonly vmid: number;
	readonly name: string | null;
	readonly isRunning: boolean;
	readonly isTemplate: boolean;
	/** Its whole configuration; foreign text. */
	readonly config: Readonly<Record<string, string | number | undefined>>;
};

/** What is ours already, so that nothing is taken twice. */
export type OwnSide = {
	readonly installation: string;
	/** Living ones. */
	readonly vms: ReadonlyArray<Pick<Vm, 'id' | 'hostname' | 'cluster' | 'vmid'>>;
	/** Addresses that VMs hold. */
	readonly addresses: ReadonlyArray<{readonly address: string; readonly pool: string; readonly vmId: number}>;
};

/** An address that the VM has been given. */
export type ImportedAddress = {
	readonly family: 4 | 6;
	/** Canonical text. */
	readonly address: string;
	readonly prefix: number | null;
	readonly gateway: string | null;
	/** The pool that it lies in and is taken from; null: no pool, so nobody keeps it for the VM. */
	readonly pool: string | null;
};

/** What taking a VM over would write; made from what was seen of it alone. */
export type ImportPlan = {
	/** The guest's name, where it is one of a host. */
	readonly hostname: string | null;
	readonly user: string;
	readonly sshKeys: readonly string[];
	readonly mac: string | null;
	/** As the VM is; what its configuration does not say is left open. */
	readonly package: Package;
	readonly addresses: readonly ImportedAddress[];
	/** Why it cannot be taken over; empty: it can. */
	readonly problems: readonly string[];
	readonly warnings: readonly string[];
};

type Config = ImportedGuest['config'];

const numberOf = (text: string | undefined): number | undefined => text === undefined ? undefined : Number(text);

/** Whole GiB, never more than it has: a disk is never made smaller, and should not grow by being taken over. */
const wholeGib = (disk: Disk | undefined): number | undefined => disk?.gib === undefined || disk.gib < 1 ? undefined : Math.floor(disk.gib);

const given = (facts: Package): Package => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

const packageOf = (config: Config, addresses: readonly ImportedAddress[]): Package => {
	const boot = findBootDisk(config);
	const additional = findDisk(config, additionalDiskKey(config));
	const card = config.net0 === undefined ? undefined : parseCard(String(config.net0));
	const rate = card?.rest.get('rate');
	const limit = (disk: Disk | undefined, name: string) => numberOf(disk?.properties.get(name));
	const count = (family: 4 | 6) => addresses.filter(address => address.family === family && address.pool !== null).length;
	return given({
		cores: Number(config.cores ?? 1),
		sockets: Number(config.sockets ?? 1),
		memoryMib: memoryMibOf(config) ?? 512, // Proxmox's default.
		diskGib: wholeGib(boot),
		diskReadMBps: limit(boot, 'mbps_rd'),
		diskWriteMBps: limit(boot, 'mbps_wr'),
		diskReadIops: limit(boot, 'iops_rd'),
		diskWriteIops: limit(boot, 'iops_wr'),
		additionalDiskGib: wholeGib(additional),
		additionalDiskStorage: additional?.storage,
		additionalDiskReadMBps: limit(additional, 'mbps_rd'),
		additionalDiskWriteMBps: limit(additional, 'mbps_wr'),
		additionalDiskReadIops: limit(additional, 'iops_rd'),
		additionalDiskWriteIops: limit(additional, 'iops_wr'),
		networkMbps: rate === undefined ? undefined : Number(rate) * 8,
		bridge: card?.rest.get('bridge'),
		vlan: card ? Number(card.rest.get('tag') ?? 0) : undefined,
		model: card?.model,
		ipv4: count(4),
		ipv6: count(6),
		onboot: Number(config.onboot ?? 0) === 1,
	});
};

const findPool = (address: string, pools: readonly PoolSettings[]): PoolSettings | undefined =>
	pools.find(({first, last}) => isInRange(getIp(address), {first: getIp(first), last: getIp(last)}));

/** The static addresses of `ipconfig0`, `ipconfig1`, …; `dhcp` says nothing. */
const addressesOf = (config: Config, pools: readonly PoolSettings[]): readonly ImportedAddress[] => Object.keys(config)
	.filter(key => /^ipconfig\d+$/.test(key))
	.toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
	.flatMap(key => {
		const properties = parseProperties(String(config[key]));
		return ([[4, 'ip', 'gw'], [6, 'ip6', 'gw6']] as const).flatMap(([family, name, gateway]): ImportedAddress[] => {
			const [text = '', prefix] = properties.get(name)?.split('/', 2) ?? [];
			const address = canonicalIp(text);
			return address === undefined
				? []
				: [{
					family, address, prefix: numberOf(prefix) ?? null, gateway: canonicalIp(properties.get(gateway) ?? '') ?? null, pool: findPool(address, pools)?.name ?? null,
				}];
		});
	});

const keysOf = (text: string): readonly string[] => {
	try {
		return decodeURIComponent(text).split('\n').map(line => line.trim()).filter(Boolean); // Proxmox keeps them URL-encoded.
	} catch {
		return [];
	}
};

const findProblems = ({cluster, vmid, isTemplate, config}: ImportedGuest, addresses: readonly ImportedAddress[], own: OwnSide): readonly string[] => {
	const stamp = findStamp(String(config.description ?? ''));
	const present = own.vms.find(vm => vm.cluster === cluster && vm.vmid === vmid);
	const isOurs = stamp?.installation === own.installation && own.vms.some(vm => vmName(vm) === stamp.vm);
	const whose = stamp?.installation === own.installation ? `our stamp of ${stamp.vm}${isOurs ? '' : ', which was removed'}` : `the stamp of another installation, ${stamp?.installation}`;
	return [
		...(isTemplate ? ['it is a template'] : []),
		...(present ? [`it is ${vmName(present)} ${present.hostname} already`] : []),
		...(stamp && !present ? [`it bears ${whose}: remove that line from its description first, if it is a VM of nobody's any more`] : []),
		...(findBootDisk(config) ? [] : ['it has no disk to boot from']),
		...(config.lock === undefined ? [] : [`it is locked (${safeText(String(config.lock), 40)}): try again once the task that locks it has ended`]),
		...addresses.flatMap(({address, pool}) => {
			const holder = own.addresses.find(held => held.address === address && held.pool === pool);
			return holder ? [`its address ${address} is held by ${vmName({id: holder.vmId})}`] : [];
		}),
	];
};

const warnOfAddresses = (config: Config, addresses: readonly ImportedAddress[], pools: readonly PoolSettings[]): readonly string[] => {
	const card = parseCard(String(config.net0 ?? ''));
	return [
		...(addresses.length === 0 ? ['cloud-init names no address of it: none is reserved'] : []),
		...addresses.flatMap(({address, pool: name}) => {
			const pool = pools.find(candidate => candidate.name === name);
			if (!pool) {
				return [`${address} lies in no pool: it is not reserved, and a later change of the VM's addresses does not know it`];
			}

			const isThere = pool.bridge === card.rest.get('bridge') && pool.vlan === Number(card.rest.get('tag') ?? 0);
			return isThere ? [] : [`${address} lies in the pool ${pool.name}, which is on ${pool.bridge}${pool.vlan === 0 ? '' : ` in VLAN ${pool.vlan}`}; its network card is not`];
		}),
	];
};

const findWarnings = ({config}: ImportedGuest, addresses: readonly ImportedAddress[], pools: readonly PoolSettings[]): readonly string[] => {
	const managed = new Set([findBootDisk(config)?.key, additionalDiskKey(config)]);
	const others = Object.keys(config).filter(key => !managed.has(key) && findDisk(config, key) && !/cloudinit\b/.test(String(config[key])));
	const cards = Object.keys(config).filter(key => /^net[1-9]\d*$/.test(key));
	return [
		...warnOfAddresses(config, addresses, pools),
		...(hasCloudInitDrive(config) ? [] : ['it has no cloud-init drive: a new password or address would never reach its guest']),
		...(others.length > 0 ? [`only its boot disk and one additional disk are looked after; ${others.join(', ')} stay as they are`] : []),
		...(cards.length > 0 ? [`only net0 is looked after; ${cards.join(', ')} stay as they are`] : []),
		...(Number(config.protection ?? 0) === 1 ? ['it is protected: it cannot be terminated or reinstalled while it is'] : []),
	];
};

/** Says what taking a VM over would write, and what stands in the way; `own` is what is ours already. */
export const planImport = (guest: ImportedGuest, settings: Pick<Settings, 'pools'>, own: OwnSide): ImportPlan => {
	const {config} = guest;
	const pools = settings.pools.filter(({cluster}) => cluster === guest.cluster);
	const addresses = addressesOf(config, pools);
	const hostname = (guest.name ?? '').toLowerCase();
	return {
		hostname: isHostname(hostname) ? hostname : null,
		user: safeText(String(config.ciuser ?? 'root'), 64),
		sshKeys: keysOf(String(config.sshkeys ?? '')),
		mac: parseCard(String(config.net0 ?? '')).mac ?? null,
		package: packageOf(config, addresses),
		addresses,
		problems: findProblems(guest, addresses, own),
		warnings: findWarnings(guest, addresses, pools),
	};
};
