import {type Proxmox, type Resource} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {canonicalIp} from '../domain/ip.js';
import {parseProperties} from '../domain/property-string.js';

type Guest = Extract<Resource, {readonly type: 'qemu'}>;

/** Which addresses VMs that are not ours have been given (`ipconfigN`), as far as the token can see them. */
export type ForeignAddresses = {
	/** Canonical texts; `listOwn` says which VMIDs of the cluster are ours, and is asked only when the cluster is looked at. */
	readonly list: (proxmox: Proxmox, listOwn: () => Promise<ReadonlySet<number>>) => Promise<ReadonlySet<string>>;
};

/** How long one look at the cluster serves everybody; new VMs are seen by the next. */
const listFreshMs = 60_000;

/** How long what one VM's configuration said is believed: a static address hardly ever changes. */
const guestFreshMs = 10 * 60_000;

type Seen = {readonly at: number; readonly addresses: readonly string[]};
const unseen: Seen = {at: -Infinity, addresses: []};

type Look = {readonly at: number; readonly addresses: Promise<ReadonlySet<string>>};

const addressesOf = (config: Readonly<Record<string, string | number | undefined>>): string[] => Object.entries(config)
	.filter(([key]) => /^ipconfig\d+$/.test(key))
	.flatMap(([, value]) => {
		const properties = parseProperties(String(value));
		return [properties.get('ip'), properties.get('ip6')];
	})
	.flatMap(address => canonicalIp(address?.split('/', 1)[0] ?? '') ?? []); // Not `dhcp`.

/** What one VM says; what was known of it where it cannot be asked (it is gone, hidden, or its node is down). */
const lookAtGuest = async (proxmox: Proxmox, guest: Guest, known: Seen | undefined, now: number): Promise<Seen> => {
	if (known && now - known.at < guestFreshMs) {
		return known;
	}

	try {
		return {at: now, addresses: addressesOf(await proxmox.getVmConfig(guest))};
	} catch (error) {
		const {name, kind, scope} = error as {readonly name?: unknown; readonly kind?: unknown; readonly scope?: unknown};
		if (name === 'ClientError' && (scope === 'node' || (scope === 'item' && (kind === 'missing' || kind === 'denied')))) {
			return known ?? unseen;
		}

		throw error;
	}
};

/** Remembers, for one process, what the clusters' other VMs use. */
export const createForeignAddresses = (clock: Pick<Clock, 'monotonic'>): ForeignAddresses => {
	const guests = new Map<string, ReadonlyMap<number, Seen>>();
	const looks = new Map<string, Look>();

	const look = async (proxmox: Proxmox, listOwn: () => Promise<ReadonlySet<number>>): Promise<ReadonlySet<string>> => {
		const now = clock.monotonic();
		const [resources, own] = await Promise.all([proxmox.listResources(), listOwn()]);
		const offline = new Set(resources.flatMap(resource => resource.type === 'node' && resource.status === 'offline' ? [resource.node] : []));
		const known = guests.get(proxmox.cluster);
		const foreign = resources.filter((resource): resource is Guest => resource.type === 'qemu' && !resource.template && !own.has(resource.vmid));
		const seen = new Map(await Promise.all(foreign.map(async guest => {
			const before = known?.get(guest.vmid);
			return [guest.vmid, offline.has(guest.node) ? before ?? unseen : await lookAtGuest(proxmox, guest, before, now)] as const;
		})));
		guests.set(proxmox.cluster, seen);
		return new Set(Array.from(seen.values(), ({addresses}) => addresses).flat());
	};

	return {
		async list(proxmox, listOwn) {
			const last = looks.get(proxmox.cluster);
			if (last && clock.monotonic() - last.at < listFreshMs) {
				return last.addresses;
			}

			const addresses = look(proxmox, listOwn);
			const current = {at: clock.monotonic(), addresses};
			looks.set(proxmox.cluster, current);
			try {
				return await addresses;
			} catch (error) {
				if (looks.get(proxmox.cluster) === current) {
					looks.delete(proxmox.cluster);
				}

				throw error;
			}
		},
	};
};
