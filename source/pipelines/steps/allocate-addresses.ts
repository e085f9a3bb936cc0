import {type VmAddress} from '../../domain/address.js';
import {getIp} from '../../domain/ip.js';
import {addressWait} from '../../domain/address-wait.js';
import {type Package} from '../../domain/package.js';
import {isInPool} from '../../domain/pool-place.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type Vm} from '../../domain/vm.js';
import {type Tables} from '../../store/store.js';
import {listOwnVmids} from '../foreign-guests.js';
import {
	done,
	skipped,
	waiting,
	type Step,
	type StepContext,
	type Waiting,
} from '../step.js';
import {rejected} from '../task-failed.js';

export const families = [4, 6] as const;

type Network = Pick<PoolSettings, 'bridge' | 'vlan'>;

/** How soon it is looked again whether an address has come free. */
const lookAgainMs = 60_000;

/** Only to roll back the transaction in which one address could be had and the next could not; the message is what is waited for. */
class NoneFree extends Error {
	override readonly name = 'NoneFree';
}

/** How many of a family the package wants; undefined: it does not say. */
export const wantedOf = (wanted: Package, family: 4 | 6): number | undefined => family === 4 ? wanted.ipv4 : wanted.ipv6;

/** Whether a network is one that the package allows. */
export const isAllowedOn = (network: Network, {bridge, vlan}: Package): boolean => (bridge === undefined || network.bridge === bridge) && (vlan === undefined || network.vlan === vlan);

const isOn = (pool: Network, network: Network): boolean => pool.bridge === network.bridge && pool.vlan === network.vlan;

/** The cluster's pools in the config's order; those before the others that have an address which is kept for the VM's order. */
const listPools = async (vm: Vm, {store, settings, clock}: StepContext): Promise<readonly PoolSettings[]> => {
	const kept = await store.read.addresses.listKept(vm.id, vm.cluster, clock.now());
	const hasKept = (pool: PoolSettings): boolean => kept.some(address => isInPool(getIp(address), pool));
	return settings.pools.filter(({cluster}) => cluster === vm.cluster).toSorted((a, b) => Number(hasKept(b)) - Number(hasKept(a)));
};

/** The networks on which the VM may get its addresses, in the pools' order: its one card is on one of them. */
const listNetworks = (pools: readonly PoolSettings[], wanted: Package, had: readonly VmAddress[]): Network[] => {
	const fitting = pools.filter(pool => isAllowedOn(pool, wanted) && had.every(address => isOn(pool, address)));
	return fitting.filter((pool, index) => fitting.findIndex(other => isOn(other, pool)) === index);
};

/** How many of each family; none of which there are enough. */
export type Missing = ReadonlyMap<4 | 6, number>;

type Wish = {
	readonly vmId: number;
	readonly pools: readonly PoolSettings[];
	readonly missing: Missing;
	readonly taken: ReadonlySet<string>;
	readonly now: number;
};

const reserveAll = async ({addresses}: Tables, {vmId, pools, missing, taken, now}: Wish): Promise<void> => {
	for (const [family, count] of missing) {
		const candidates = pools.filter(pool => pool.family === family);
		for (let index = 0; index < count; index++) {
			let reserved: VmAddress | undefined;
			for (const pool of candidates) {
				reserved ??= await addresses.reserve(vmId, pool, taken, now);
			}

			if (!reserved) {
				throw new NoneFree(addressWait(family, count, candidates.map(({name}) => name)));
			}
		}
	}
};

/**
 Reserves so many more of each family, all of them on one network (that of those which the VM keeps), none that anybody in the cluster uses. Where too few
 are free none is reserved: the answer is what to wait for.
 */
export const reserveMissing = async (
	vm: Vm,
	{kept, missing}: {readonly kept: readonly VmAddress[]; readonly missing: Missing},
	context: StepContext,
): Promise<Waiting | undefined> => {
	const {store, proxmox, foreignAddresses, clock} = context;
	const pools = await listPools(vm, context);
	const isComplete = (network: Network): boolean => missing.keys().every(family => pools.some(pool => pool.family === family && isOn(pool, network)));
	const networks = listNetworks(pools, vm.package, kept).filter(network => isComplete(network));
	const taken = await foreignAddresses.list(proxmox, async () => listOwnVmids(store.read.vms, vm.cluster));

	const short: string[] = [];
	for (const network of networks) {
		try {
			await store.write(async tables => reserveAll(tables, {
				vmId: vm.id, pools: pools.filter(pool => isOn(pool, network)), missing, taken, now: clock.now(),
			}));
			return undefined;
		} catch (error) {
			if (!(error instanceof NoneFree)) {
				throw error;
			}

			short.push(error.message);
		}
	}

	if (networks.length > 0) {
		return waiting(short.join(' or '), {until: clock.now() + lookAgainMs, isExpected: true});
	}

	const wanted = [...missing].map(([family, count]) => `${count} IPv${family}`).join(' and ');
	const {bridge, vlan} = vm.package;
	const where = `${bridge === undefined ? '' : ` on ${bridge}`}${vlan === undefined ? '' : ` in VLAN ${vlan}`}`;
	throw rejected(vm, `${vm.cluster} has no address pool${where} for all of ${wanted}, which the package wants: name one in the config`);
};

/** Reserves the addresses that the package wants. */
export const allocateAddresses: Step = async (vm, context) => {
	const had = await context.store.read.addresses.listFor(vm.id);
	const missing = new Map(families.map(family => [family, (wantedOf(vm.package, family) ?? 0) - had.filter(address => address.family === family).length] as const)
		.filter(([, count]) => count > 0));
	return missing.size === 0 ? skipped(had.length > 0 ? 'no change' : 'no addresses in the package') : await reserveMissing(vm, {kept: had, missing}, context) ?? done();
};
