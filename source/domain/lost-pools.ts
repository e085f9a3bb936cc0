import {type KnownAddress} from './address.js';
import {getIp} from './ip.js';
import {isInPool} from './pool-place.js';
import {type PoolSettings} from './settings.js';

/** A pool that is not in the config, though VMs have addresses of it. */
export type LostPool = Pick<KnownAddress, 'cluster' | 'pool'> & {readonly used: number};

type Range = Pick<PoolSettings, 'name' | 'cluster' | 'first' | 'last'>;

/** Whether a pool is there for the address. In the range of another one (renamed, most often) it belongs to that one from now on. */
const isKept = ({cluster, pool, address}: KnownAddress, pools: readonly Range[]): boolean => pools.some(candidate => candidate.cluster === cluster
	&& (candidate.name === pool || isInPool(getIp(address), candidate)));

/** The pools that may not vanish: nobody would know the gateway of their addresses' networks, nor rest them once they are free. */
export const findLostPools = (pools: readonly Range[], known: readonly KnownAddress[]): readonly LostPool[] => {
	const lost = known.filter(address => address.vmId !== null && !isKept(address, pools));
	return Map.groupBy(lost, ({cluster, pool}) => `${cluster}/${pool}`).values().map(([first, ...rest]) => ({cluster: first!.cluster, pool: first!.pool, used: rest.length + 1})).toArray();
};
