import {type KnownAddress} from '../domain/address.js';
import {getIp, isInRange} from '../domain/ip.js';
import {type PoolSettings, type Settings} from '../domain/settings.js';
import {type Store} from '../store/store.js';
import {
	failed,
	type Report,
	someOf,
	trySeveral,
	warning,
} from './check-line.js';

type AddressCheckDeps = {readonly settings: Pick<Settings, 'pools' | 'packages'>; readonly store: Pick<Store, 'read'>; readonly report: Report};

const isOf = ({name, cluster}: PoolSettings, {pool, cluster: held}: KnownAddress): boolean => name === pool && cluster === held;

/** Addresses that VMs have, against the pools of the config: what the config took from under them. */
const checkInUse = ({settings: {pools}, report}: AddressCheckDeps, inUse: readonly KnownAddress[]): void => {
	for (const pool of pools) {
		const range = {first: getIp(pool.first), last: getIp(pool.last)};
		const outside = inUse.filter(address => isOf(pool, address) && !isInRange(getIp(address.address), range)).map(({address}) => address);
		if (outside.length > 0) {
			report({subject: `pool ${pool.name}`, ...warning(`VMs have ${someOf(outside)}, outside of ${pool.first} to ${pool.last}: they keep them, and nobody gets them after`)});
		}
	}

	const orphans = Map.groupBy(inUse.filter(address => pools.every(pool => !isOf(pool, address))), ({pool, cluster}) => JSON.stringify([pool, cluster]));
	for (const addresses of orphans.values()) {
		const {pool, cluster} = addresses[0]!;
		const texts = addresses.map(({address}) => address);
		report({
			subject: `pool ${pool}`,
			...failed(`VMs on ${cluster} have ${someOf(texts)} of it, and the config has no such pool there: put it back until they are released`),
		});
	}
};

/** Packages that ask for addresses which no pool has. */
const checkPackages = ({settings: {pools, packages}, report}: AddressCheckDeps): void => {
	for (const [name, {ipv4 = 0, ipv6 = 0}] of Object.entries(packages)) {
		const lacking = ([[4, ipv4], [6, ipv6]] as const).filter(([family, count]) => count > 0 && pools.every(pool => pool.family !== family));
		for (const [family] of lacking) {
			report({subject: `package ${name}`, ...warning(`it asks for IPv${family} addresses, and no pool has any`)});
		}
	}
};

/** What the config says about addresses, against what VMs have and packages ask for. */
export const checkAddresses = async (deps: AddressCheckDeps): Promise<void> => {
	await trySeveral('addresses', deps.report, async () => {
		const known = await deps.store.read.addresses.listKnown();
		checkInUse(deps, known.filter(({vmId}) => vmId !== null));
	});
	checkPackages(deps);
};
