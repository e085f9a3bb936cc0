import {type Proxmox, type Resource} from '../clients/proxmox/proxmox.js';
import {canonicalIp} from '../domain/ip.js';
import {parseProperties} from '../domain/property-string.js';
import {type Stamped} from '../domain/restored.js';
import {findStamp} from '../domain/vm.js';
import {type VmReads} from '../store/vms.js';

export type Guest = Extract<Resource, {readonly type: 'qemu'}>;

/** What the configuration of a VM that is not ours said; `at` in monotonic ms. */
export type SeenGuest = {
	readonly at: number;
	readonly name: string | undefined;
	/** Canonical texts. */
	readonly addresses: readonly string[];
	readonly stamp: ReturnType<typeof findStamp>;
};

/** Nothing is known of it. */
export const unseen: SeenGuest = {
	at: -Infinity, name: undefined, addresses: [], stamp: undefined,
};

/** What an error says of itself; which class it is of is for the clients to know. */
export type Refusal = {readonly name?: unknown; readonly kind?: unknown; readonly scope?: unknown};

/** A VM that cannot be asked: it is gone, hidden, or its node is down. */
export const isHidden = ({kind, scope}: Refusal): boolean => scope === 'node' || (scope === 'item' && (kind === 'missing' || kind === 'denied'));

/** Whatever is wrong with one VM or node alone. */
export const isItsOwn = ({scope}: Refusal): boolean => scope !== 'cluster';

/** The VMIDs under which VMs of ours stand: living ones, and only once their clone was seen. What is left of a removed one is nobody's, and keeps its addresses. */
export const listOwnVmids = async (vms: Pick<VmReads, 'listVmids'>, cluster: string): Promise<ReadonlySet<number>> => new Set(await vms.listVmids(cluster));

const addressesOf = (config: Readonly<Record<string, string | number | undefined>>): string[] => Object.entries(config)
	.filter(([key]) => /^ipconfig\d+$/.test(key))
	.flatMap(([, value]) => {
		const properties = parseProperties(String(value));
		return [properties.get('ip'), properties.get('ip6')];
	})
	.flatMap(address => canonicalIp(address?.split('/', 1)[0] ?? '') ?? []); // Not `dhcp`.

/** What one VM says; what was known of it where it cannot be asked. */
const lookAtGuest = async (proxmox: Proxmox, guest: Guest, known: SeenGuest, {now, isForgiven}: Pick<Manner, 'now' | 'isForgiven'>): Promise<SeenGuest> => {
	try {
		const {name, description, ...rest} = await proxmox.getVmConfig(guest);
		return {
			at: now, name: name === undefined ? undefined : String(name), addresses: addressesOf(rest), stamp: findStamp(String(description ?? '')),
		};
	} catch (error) {
		if ((error as Refusal).name === 'ClientError' && isForgiven(error as Refusal)) {
			return known;
		}

		throw error;
	}
};

/** How guests are looked at. */
export type Manner = {
	readonly now: number;
	/** Whether what is known of one still holds. */
	readonly isFresh: (seen: SeenGuest) => boolean;
	/** Whether an error leaves it at what is known. */
	readonly isForgiven: (error: Refusal) => boolean;
};

/** Looks at those of which nothing fresh is known, and writes it down. */
export const lookAtGuests = async (proxmox: Proxmox, guests: readonly Guest[], known: Map<number, SeenGuest>, manner: Manner): Promise<void> => {
	await Promise.all(guests.map(async guest => {
		const before = known.get(guest.vmid);
		if (!before || !manner.isFresh(before)) {
			known.set(guest.vmid, await lookAtGuest(proxmox, guest, before ?? unseen, manner));
		}
	}));
};

/** Those of them that bear our stamp. */
export const stampedIn = (guests: readonly Guest[], known: ReadonlyMap<number, SeenGuest>, {cluster, installation}: {readonly cluster: string; readonly installation: string}): readonly Stamped[] =>
	guests.flatMap(({vmid, node}) => {
		const {name = null, stamp} = known.get(vmid) ?? unseen;
		return stamp?.installation === installation
			? [{
				cluster, node, vmid, name, vm: Number(stamp.vm.slice(1)),
			}]
			: [];
	});

/** The VMs that are not ours, and those of them that can be asked. */
export const listForeign = (resources: readonly Resource[], own: ReadonlySet<number>): {readonly all: readonly Guest[]; readonly isOnline: (guest: Guest) => boolean} => {
	const offline = new Set(resources.flatMap(resource => resource.type === 'node' && resource.status === 'offline' ? [resource.node] : []));
	return {
		all: resources.filter((resource): resource is Guest => resource.type === 'qemu' && !resource.template && !own.has(resource.vmid)),
		isOnline: ({node}) => !offline.has(node),
	};
};
