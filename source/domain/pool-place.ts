import {
	canonicalIp,
	formatIp,
	getIp,
	isInRange,
	networkOf,
	unusableIn,
	type Ip,
} from './ip.js';
import {type PoolSettings} from './settings.js';
import {genericName} from './zones.js';

/** Where an address lies. `never` is what it is for, if it is never handed out. */
export type PoolPlace = {
	readonly pool: PoolSettings;
	readonly never: 'gateway' | 'network' | 'broadcast' | null;
};

const isSame = (a: Ip, b: Ip): boolean => a.family === b.family && a.value === b.value;

const neverOf = (ip: Ip, {first, prefix, gateway}: PoolSettings): PoolPlace['never'] => {
	if (isSame(ip, getIp(gateway))) {
		return 'gateway';
	}

	return unusableIn(getIp(first), prefix).some(unusable => isSame(ip, unusable))
		? (isSame(ip, networkOf(getIp(first), prefix).first) ? 'network' : 'broadcast')
		: null;
};

/** Whether the address lies in the pool's range. */
export const isInPool = (ip: Ip, {first, last}: Pick<PoolSettings, 'first' | 'last'>): boolean => isInRange(ip, {first: getIp(first), last: getIp(last)});

/** The pool in which an address lies, or whose gateway, network or broadcast address it is; undefined: none. */
export const findPlace = (address: string, pools: readonly PoolSettings[]): PoolPlace | undefined => {
	const ip = getIp(address);
	const pool = pools.find(candidate => isInPool(ip, candidate)) ?? pools.find(candidate => neverOf(ip, candidate) !== null);
	return pool && {pool, never: neverOf(ip, pool)};
};

/** The first addresses of a pool that may be handed out and are none of `others`, at most so many. */
export const listUsable = (pool: PoolSettings, others: ReadonlySet<string>, most: number): readonly string[] => {
	const [ip, last] = [getIp(pool.first), getIp(pool.last)];
	const found: string[] = [];
	for (let {value} = ip; value <= last.value && found.length < most; value++) {
		const candidate = {family: ip.family, value};
		const text = formatIp(candidate);
		if (!others.has(text) && neverOf(candidate, pool) === null) {
			found.push(text);
		}
	}

	return found;
};

const words = {4: /^\d{1,3}(?:-\d{1,3}){3}/, 6: /^[\da-f]{4}(?:-[\da-f]{4}){7}/} as const;

/** The address of a pool whose generic name that is. */
export const addressOfGenericName = (name: string, pools: readonly PoolSettings[]): string | undefined => {
	const wanted = name.toLowerCase().replace(/\.$/, '');
	for (const pool of pools) {
		const pattern = pool.genericPtr;
		const [text] = pattern === null ? [] : words[pool.family].exec(wanted.slice(pattern.indexOf('{ip}'))) ?? [];
		const address = text === undefined ? undefined : canonicalIp(text.split('-').join(pool.family === 4 ? '.' : ':'));
		if (pattern !== null && address !== undefined && isInPool(getIp(address), pool) && genericName(pattern, address) === wanted) {
			return address;
		}
	}

	return undefined;
};
