import {type VmAddress} from '../../domain/address.js';
import {type Package} from '../../domain/package.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type Tables} from '../../store/store.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';

const families = [4, 6] as const;

type Network = Pick<PoolSettings, 'bridge' | 'vlan'>;

/** Only to roll back the transaction in which one address could be had and the next could not. */
class NoneFree extends Error {
	override readonly name = 'NoneFree';
}

const wantedOf = (wanted: Package, family: 4 | 6): number => (family === 4 ? wanted.ipv4 : wanted.ipv6) ?? 0;

const isOn = (pool: Network, network: Network): boolean => pool.bridge === network.bridge && pool.vlan === network.vlan;

/** The networks on which the VM may get its addresses, in the config's order: its one card is on one of them. */
const listNetworks = (pools: readonly PoolSettings[], {bridge, vlan}: Package, had: readonly VmAddress[]): Network[] => {
	const fitting = pools.filter(pool => (bridge === undefined || pool.bridge === bridge) && (vlan === undefined || pool.vlan === vlan)
		&& had.every(address => isOn(pool, address)));
	return fitting.filter((pool, index) => fitting.findIndex(other => isOn(other, pool)) === index);
};

type Wish = {
	readonly vmId: number;
	readonly pools: readonly PoolSettings[];
	/** How many of each family. */
	readonly missing: ReadonlyMap<4 | 6, number>;
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
				throw new NoneFree(`IPv${family}`);
			}
		}
	}
};

/** Reserves the addresses that the package wants, all of them on one network, none that anybody in the cluster uses. */
export const allocateAddresses: Step = async (vm, {store, settings, proxmox, foreignAddresses, clock}) => {
	const had = await store.read.addresses.listFor(vm.id);
	const missing = new Map(families.map(family => [family, wantedOf(vm.package, family) - had.filter(address => address.family === family).length] as const)
		.filter(([, count]) => count > 0));
	if (missing.size === 0) {
		return skipped(had.length > 0 ? 'no change' : 'no addresses in the package');
	}

	const pools = settings.pools.filter(({cluster}) => cluster === vm.cluster);
	const networks = listNetworks(pools, vm.package, had);
	const taken = await foreignAddresses.list(proxmox, async () => {
		const own = await store.read.vms.list({cluster: vm.cluster});
		return new Set(own.flatMap(({vmid}) => vmid ?? []));
	});

	for (const network of networks) {
		try {
			await store.write(async tables => reserveAll(tables, {
				vmId: vm.id, pools: pools.filter(pool => isOn(pool, network)), missing, taken, now: clock.now(),
			}));
			return done();
		} catch (error) {
			if (!(error instanceof NoneFree)) {
				throw error;
			}
		}
	}

	const wanted = [...missing].map(([family, count]) => `${count} IPv${family}`).join(' and ');
	const {bridge, vlan} = vm.package;
	const where = `${bridge === undefined ? '' : ` on ${bridge}`}${vlan === undefined ? '' : ` in VLAN ${vlan}`}`;
	throw rejected(vm, networks.length === 0
		? `${vm.cluster} has no address pool${where}: the package wants ${wanted}; name a pool in the config`
		: `no pool of ${vm.cluster}${where} has ${wanted} free: extend a pool in the config`);
};
