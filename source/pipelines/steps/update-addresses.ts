import {type VmAddress} from '../../domain/address.js';
import {type Package} from '../../domain/package.js';
import {quarantineOf} from '../../domain/quarantine.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {payDns} from '../pay-dns.js';
import {
	done,
	skipped,
	type Alongside,
	type Step,
	type StepContext,
} from '../step.js';
import {wantDns} from '../want-dns.js';
import {
	families,
	isAllowedOn,
	reserveMissing,
	wantedOf,
	type Missing,
} from './allocate-addresses.js';
import {networkChanges} from './set-cloud-init.js';
import {setIpSet} from './set-firewall.js';

type Owned = Awaited<ReturnType<typeof getOwnedConfig>>;

type Division = {
	readonly kept: readonly VmAddress[];
	readonly missing: Missing;
};

/**
 What the VM keeps of its addresses and what it lacks. Of too many those go that it has had the shortest, so its first one stays as long as it may have any;
 where the package puts it into another network none of the old ones would be of use there, so all are replaced.
 */
const divide = (had: readonly VmAddress[], wanted: Package): Division => {
	const counts = families.map(family => {
		const present = had.filter(address => address.family === family);
		const fitting = present.filter(address => isAllowedOn(address, wanted));
		// As many as there were, also where each has its replacement already.
		const count = wantedOf(wanted, family) ?? Math.max(fitting.length, present.length - fitting.length);
		return {family, count, kept: fitting.slice(0, count)};
	});
	return {
		kept: counts.flatMap(({kept}) => kept),
		missing: new Map(counts.map(({family, count, kept}) => [family, count - kept.length] as const).filter(([, count]) => count > 0)),
	};
};

const release = (vm: Vm, surplus: readonly VmAddress[], {settings, clock}: StepContext): Alongside => async ({addresses}) => {
	for (const {address, pool} of surplus) {
		await addresses.release(vm.id, address, clock.now(), quarantineOf(settings, vm.cluster, pool));
	}
};

/** Tells cloud-init; what was told is written on its drive too, also where an earlier attempt came no further than telling. True: it was told. */
const tellGuest = async (
	{place, config}: Owned,
	addresses: {readonly had: readonly VmAddress[]; readonly kept: readonly VmAddress[]},
	{proxmox, store, operation}: StepContext,
): Promise<boolean> => {
	const changes = networkChanges(config, addresses);
	const isNews = Object.keys(changes).length > 0;
	if (isNews) {
		await store.write(async ({operations}) => operations.note(operation.id, {tellsGuest: true}));
		await proxmox.setVmConfig(place, changes, config.digest);
	}

	const isTold = isNews || operation.notes.tellsGuest === true;
	if (isTold) {
		await proxmox.renewCloudInit(place);
	}

	return isTold;
};

/** DNS names what the VM keeps, and nothing else, before anything is released. */
const renameKept = async (vm: Vm, kept: readonly VmAddress[], context: StepContext): Promise<string | undefined> => {
	const {store, settings, clock} = context;
	const names = new Set(kept.map(({address}) => address));
	await store.write(async tables => wantDns(tables, vm, {settings, now: clock.now(), isKept: ({address}) => names.has(address)}));
	return payDns(vm, context);
};

const listNames = (title: string, addresses: readonly VmAddress[]): readonly string[] => addresses.length === 0 ? [] : [`${title} ${addresses.map(({address}) => address).join(', ')}`];

/**
 Gives the VM the addresses that its package wants now, and takes away those that are too many. The card's filter, cloud-init and DNS follow at once;
 what is taken away is the VM's own until then, and rests before anybody else gets it.
 */
export const updateAddresses: Step = async (vm, context) => {
	const {store} = context;
	const before = await store.read.addresses.listFor(vm.id);
	const owned = await getOwnedConfig(vm, context);
	const division = divide(before, vm.package);
	if (division.missing.size > 0) {
		const lack = await reserveMissing(vm, division, context);
		if (lack) {
			return lack;
		}
	}

	const had = await store.read.addresses.listFor(vm.id);
	const {kept} = divide(had, vm.package);
	const surplus = had.filter(address => !kept.includes(address));
	const isFiltered = await setIpSet(owned.place, {kept, surplus}, context);
	const isTold = await tellGuest(owned, {had, kept}, context);
	const dns = await renameKept(vm, kept, context);
	const added = kept.filter(({address}) => before.every(other => other.address !== address));
	const news = [...listNames('added', added), ...listNames('released', surplus), ...(isTold ? ['the guest hears of it at its next boot'] : []), ...(dns === undefined ? [] : [`DNS: ${dns}`])];
	return isFiltered || news.length > 0
		? done(release(vm, surplus, context), news.length > 0 ? news.join('; ') : undefined)
		: skipped('no change');
};
