import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {type ForeignStamp} from '../domain/foreign-stamp.js';
import {type Stamped} from '../domain/restored.js';
import {
	isHidden,
	isItsOwn,
	listForeign,
	lookAtGuests,
	stampedIn,
	unseen,
	type Guest,
	type SeenGuest,
} from './foreign-guests.js';

type ListOwn = () => Promise<ReadonlySet<number>>;

/** Which addresses VMs that are not ours have been given (`ipconfigN`), as far as the token can see them. */
export type ForeignAddresses = {
	/** Canonical texts; `listOwn` says which VMIDs of the cluster are ours, and is asked only when the cluster is looked at. */
	readonly list: (proxmox: Proxmox, listOwn: ListOwn) => Promise<ReadonlySet<string>>;
};

type Wish = {readonly installation: string; readonly vmids: readonly [first: number, last: number]; readonly listOwn: ListOwn};

/** Whether another installation works on a cluster. */
export type ForeignStamps = {
	/** Looks at the VMs that are not ours and lie in our range of VMIDs, and again at those whose stamp was seen before, wherever they lie. */
	readonly find: (proxmox: Proxmox, wish: Wish) => Promise<ForeignStamp | undefined>;
	/** VMs that bear the installation's own stamp though they are not among its VMs, as the last looks saw them. */
	readonly listOwnStamped: (cluster: string, installation: string) => readonly Stamped[];
};

/** How long one look at the cluster serves everybody; new VMs are seen by the next. */
const listFreshMs = 60_000;

/** How long what one VM's configuration said is believed: a static address hardly ever changes. */
const guestFreshMs = 10 * 60_000;

/** What is remembered of a cluster. */
type Known = {
	guests: Map<number, SeenGuest>;
	/** Those of the last look for stamps. */
	suspects: readonly Guest[];
	addresses?: {readonly at: number; readonly answer: Promise<ReadonlySet<string>>};
	/** When no stamp was found last. */
	cleanAt: number;
};

const isRecent = (now: number) => ({at}: SeenGuest): boolean => now - at < guestFreshMs;

const lookForAddresses = async (proxmox: Proxmox, known: Known, listOwn: ListOwn, now: number): Promise<ReadonlySet<string>> => {
	const [resources, own] = await Promise.all([proxmox.listResources(), listOwn()]);
	const {all, isOnline} = listForeign(resources, own);
	const guests = new Map(all.map(({vmid}) => [vmid, known.guests.get(vmid) ?? unseen]));
	await lookAtGuests(proxmox, all.filter(guest => isOnline(guest)), guests, {now, isFresh: isRecent(now), isForgiven: isHidden});
	known.guests = guests;
	return new Set(guests.values().flatMap(({addresses}) => addresses));
};

const lookForStamp = async (proxmox: Proxmox, known: Known, {installation, vmids, listOwn}: Wish, now: number): Promise<ForeignStamp | undefined> => {
	const {guests} = known;
	const [first, last] = vmids;
	const [resources, own] = await Promise.all([proxmox.listResources(), listOwn()]);
	const {all, isOnline} = listForeign(resources, own);
	const isForeign = ({stamp}: SeenGuest = unseen) => stamp !== undefined && stamp.installation !== installation;
	const suspects = all.filter(({vmid}) => (vmid >= first && vmid <= last) || isForeign(guests.get(vmid)));
	await lookAtGuests(proxmox, suspects.filter(guest => isOnline(guest)), guests, {
		now, isFresh: seen => isRecent(now)(seen) && !isForeign(seen), isForgiven: isItsOwn,
	});
	known.suspects = suspects;
	const found = suspects.find(({vmid}) => isForeign(guests.get(vmid)));
	if (!found) {
		return undefined;
	}

	const {vmid, node} = found;
	const {name, stamp} = guests.get(vmid)!;
	return {
		vmid, node, name, installation: stamp!.installation,
	};
};

/** Remembers, for one process, what the clusters' other VMs say of themselves. */
export const createForeignAddresses = (clock: Pick<Clock, 'monotonic'>): ForeignAddresses & ForeignStamps => {
	const clusters = new Map<string, Known>();

	const knownOf = (cluster: string): Known => {
		const known = clusters.get(cluster) ?? {guests: new Map(), suspects: [], cleanAt: -Infinity};
		clusters.set(cluster, known);
		return known;
	};

	return {
		async list(proxmox, listOwn) {
			const known = knownOf(proxmox.cluster);
			const now = clock.monotonic();
			if (known.addresses && now - known.addresses.at < listFreshMs) {
				return known.addresses.answer;
			}

			const current = {at: now, answer: lookForAddresses(proxmox, known, listOwn, now)};
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
			const now = clock.monotonic();
			// One that was seen is looked at each time, so that its end is noticed soon.
			if (now - known.cleanAt < listFreshMs) {
				return undefined;
			}

			const found = await lookForStamp(proxmox, known, wish, now);
			known.cleanAt = found ? -Infinity : now;
			return found;
		},
		listOwnStamped(cluster, installation) {
			const {suspects, guests} = knownOf(cluster);
			return stampedIn(suspects, guests, {cluster, installation});
		},
	};
};
