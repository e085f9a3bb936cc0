import {type Proxmox, type Resource} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {type ForeignStamp} from '../domain/foreign-stamp.js';
import {canonicalIp} from '../domain/ip.js';
import {parseProperties} from '../domain/property-string.js';
import {findStamp} from '../domain/vm.js';
import {type VmReads} from '../store/vms.js';

type Guest = Extract<Resource, {readonly type: 'qemu'}>;

type ListOwn = () => Promise<ReadonlySet<number>>;

/** Which addresses VMs that are not ours have been given (`ipconfigN`), as far as the token can see them. */
export type ForeignAddresses = {
	/** Canonical texts; `listOwn` says which VMIDs of the cluster are ours, and is asked only when the cluster is looked at. */
	readonly list: (proxmox: Proxmox, listOwn: ListOwn) => Promise<ReadonlySet<string>>;
};

/** Whether another installation works on a cluster. */
export type ForeignStamps = {
	/** Looks at the VMs that are not ours and lie in our range of VMIDs, and again at those whose stamp was seen before, wherever they lie. */
	readonly find: (proxmox: Proxmox, wish: {readonly installation: string; readonly vmids: readonly [first: number, last: number]; readonly listOwn: ListOwn}) => Promise<ForeignStamp | undefined>;
};

/** How long one look at the cluster serves everybody; new VMs are seen by the next. */
const listFreshMs = 60_000;

/** How long what one VM's configuration said is believed: a static address hardly ever changes. */
const guestFreshMs = 10 * 60_000;

type Seen = {readonly at: number; readonly addresses: readonly string[]; readonly stamp: ReturnType<typeof findStamp>};
const unseen: Seen = {at: -Infinity, addresses: [], stamp: undefined};

/** What is remembered of a cluster. */
type Known = {
	guests: Map<number, Seen>;
	addresses?: {readonly at: number; readonly answer: Promise<ReadonlySet<string>>};
	stamps?: {readonly at: number; readonly found: ForeignStamp | undefined};
};

/** The VMIDs under which VMs of ours stand: living ones, and only once their clone was seen. What is left of a removed one is nobody's, and keeps its addresses. */
export const listOwnVmids = async (vms: Pick<VmReads, 'list'>, cluster: string): Promise<ReadonlySet<number>> => {
	const all = await vms.list({cluster});
	return new Set(all.flatMap(({vmid, node, status}) => vmid === null || node === null || status === 'removed' ? [] : [vmid]));
};

const addressesOf = (config: Readonly<Record<string, string | number | undefined>>): string[] => Object.entries(config)
	.filter(([key]) => /^ipconfig\d+$/.test(key))
	.flatMap(([, value]) => {
		const properties = parseProperties(String(value));
		return [properties.get('ip'), properties.get('ip6')];
	})
	.flatMap(address => canonicalIp(address?.split('/', 1)[0] ?? '') ?? []); // Not `dhcp`.

type Refusal = {readonly name?: unknown; readonly kind?: unknown; readonly scope?: unknown};

/** A VM that cannot be asked: it is gone, hidden, or its node is down. */
const isHidden = ({kind, scope}: Refusal): boolean => scope === 'node' || (scope === 'item' && (kind === 'missing' || kind === 'denied'));

/** Whatever is wrong with one VM alone. */
const isItsOwn = ({scope}: Refusal): boolean => scope !== 'cluster';

/** What one VM says; what was known of it where it cannot be asked. */
const lookAtGuest = async (proxmox: Proxmox, guest: Guest, {known = unseen, now, isForgiven}: {readonly known?: Seen; readonly now: number; readonly isForgiven: (error: Refusal) => boolean}): Promise<Seen> => {
	try {
		const config = await proxmox.getVmConfig(guest);
		return {at: now, addresses: addressesOf(config), stamp: findStamp(String(config.description ?? ''))};
	} catch (error) {
		if ((error as Refusal).name === 'ClientError' && isForgiven(error as Refusal)) {
			return known;
		}

		throw error;
	}
};

const listForeign = (resources: readonly Resource[], own: ReadonlySet<number>): readonly Guest[] =>
	resources.filter((resource): resource is Guest => resource.type === 'qemu' && !resource.template && !own.has(resource.vmid));

const listOffline = (resources: readonly Resource[]): ReadonlySet<string> =>
	new Set(resources.flatMap(resource => resource.type === 'node' && resource.status === 'offline' ? [resource.node] : []));

/** Remembers, for one process, what the clusters' other VMs say of themselves. */
export const createForeignAddresses = (clock: Pick<Clock, 'monotonic'>): ForeignAddresses & ForeignStamps => {
	const clusters = new Map<string, Known>();

	const knownOf = (cluster: string): Known => {
		const known = clusters.get(cluster) ?? {guests: new Map()};
		clusters.set(cluster, known);
		return known;
	};

	/** Looks at those of which nothing fresh is known; what is known of the others is kept. */
	const lookAtGuests = async (proxmox: Proxmox, {guests}: Known, wanted: readonly Guest[], {isFresh, isForgiven}: {readonly isFresh: (seen: Seen) => boolean; readonly isForgiven: (error: Refusal) => boolean}): Promise<void> => {
		const now = clock.monotonic();
		await Promise.all(wanted.map(async guest => {
			const known = guests.get(guest.vmid);
			if (!known || !isFresh(known)) {
				guests.set(guest.vmid, await lookAtGuest(proxmox, guest, {known, now, isForgiven}));
			}
		}));
	};

	const isRecent = ({at}: Seen): boolean => clock.monotonic() - at < guestFreshMs;

	const lookForAddresses = async (proxmox: Proxmox, known: Known, listOwn: ListOwn): Promise<ReadonlySet<string>> => {
		const [resources, own] = await Promise.all([proxmox.listResources(), listOwn()]);
		const offline = listOffline(resources);
		const foreign = listForeign(resources, own);
		known.guests = new Map(foreign.flatMap(({vmid}) => known.guests.has(vmid) ? [[vmid, known.guests.get(vmid)!]] : []));
		await lookAtGuests(proxmox, known, foreign.filter(({node}) => !offline.has(node)), {isFresh: isRecent, isForgiven: isHidden});
		return new Set(known.guests.values().flatMap(({addresses}) => addresses));
	};

	const lookForStamps: (known: Known, ...parameters: Parameters<ForeignStamps['find']>) => Promise<ForeignStamp | undefined> = async (known, proxmox, {installation, vmids, listOwn}) => {
		const [first, last] = vmids;
		const [resources, own] = await Promise.all([proxmox.listResources(), listOwn()]);
		const offline = listOffline(resources);
		const isForeign = ({stamp}: Seen) => stamp !== undefined && stamp.installation !== installation;
		const suspects = listForeign(resources, own)
			.filter(({vmid}) => (vmid >= first && vmid <= last) || isForeign(known.guests.get(vmid) ?? unseen));
		await lookAtGuests(proxmox, known, suspects.filter(({node}) => !offline.has(node)), {isFresh: seen => isRecent(seen) && !isForeign(seen), isForgiven: isItsOwn});
		const found = suspects.find(({vmid}) => isForeign(known.guests.get(vmid) ?? unseen));
		return found && {
			vmid: found.vmid, node: found.node, name: found.name, installation: known.guests.get(found.vmid)!.stamp!.installation,
		};
	};

	return {
		async list(proxmox, listOwn) {
			const known = knownOf(proxmox.cluster);
			const {addresses} = known;
			if (addresses && clock.monotonic() - addresses.at < listFreshMs) {
				return addresses.answer;
			}

			const current = {at: clock.monotonic(), answer: lookForAddresses(proxmox, known, listOwn)};
			known.addresses = current;
			try {
				return await current.answer;
			} catch (error) {
				if (known.addresses === current) {
					known.addresses = undefined;
				}

				throw error;
			}
		},
		async find(proxmox, wish) {
			const known = knownOf(proxmox.cluster);
			// One that was seen is looked for each time, so that its end is noticed soon.
			if (known.stamps && !known.stamps.found && clock.monotonic() - known.stamps.at < listFreshMs) {
				return undefined;
			}

			const found = await lookForStamps(known, proxmox, wish);
			known.stamps = {at: clock.monotonic(), found};
			return found;
		},
	};
};
