import {type Kysely, sql} from 'kysely';
import {
	canonicalIp,
	formatIp,
	getIp,
	type Ip,
	ipKey,
	ipOfKey,
	isInRange,
	unusableIn,
} from '../../domain/ip.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type PoolUse} from '../addresses.js';
import {type Schema} from '../schema.js';

const pageSize = 1000;

type FreeAddress = {readonly key: string; readonly address: string};

/** What of a pool may be handed out at all. */
const boundsOf = (pool: PoolSettings) => {
	const first = getIp(pool.first);
	const last = getIp(pool.last);
	const never = new Map([...unusableIn(first, pool.prefix), ...unusableIn(last, pool.prefix), getIp(pool.gateway)]
		.filter(ip => isInRange(ip, {first, last})).map(ip => [ip.value, ip]));
	return {
		first, last, never, total: last.value - first.value + 1n - BigInt(never.size),
	};
};

const inPool = (db: Kysely<Schema>, pool: PoolSettings, first: Ip, last: Ip) =>
	db.selectFrom('addresses').where('cluster', '=', pool.cluster).where('key', '>=', ipKey(first)).where('key', '<=', ipKey(last));

/** How full a pool is; a count above 2⁵³ is rounded. */
export const countPool = async (db: Kysely<Schema>, pool: PoolSettings, now: number): Promise<PoolUse> => {
	const {first, last, total, never} = boundsOf(pool);
	const {used, quarantined} = await inPool(db, pool, first, last)
		.select(eb => [
			eb.fn.count<number>('vm_id').as('used'),
			sql<number>`count(case when vm_id is null and quarantine_until > ${now} then 1 end)`.as('quarantined'),
		])
		.$if(never.size > 0, query => query.where('key', 'not in', never.values().map(ip => ipKey(ip)).toArray()))
		.executeTakeFirstOrThrow();
	return {
		pool: pool.name, total: Number(total), used, quarantined, free: Math.max(0, Number(total - BigInt(used + quarantined))),
	};
};

/** The lowest address from `from` on that was never given out, found between the rows of those that were. */
const findUnused = async (db: Kysely<Schema>, pool: PoolSettings, from: Ip, isUsable: (ip: Ip) => boolean): Promise<Ip | undefined> => {
	const last = getIp(pool.last);
	let candidate = from;

	while (candidate.value <= last.value) {
		const rows = await inPool(db, pool, candidate, last).select('key').orderBy('key').limit(pageSize).execute();
		// After a full page nothing is known of what comes next.
		const known = rows.length < pageSize ? last.value : ipOfKey(rows.at(-1)!.key).value;
		const given = new Set(rows.map(({key}) => key));

		for (; candidate.value <= known; candidate = {...candidate, value: candidate.value + 1n}) {
			if (!given.has(ipKey(candidate)) && isUsable(candidate)) {
				return candidate;
			}
		}
	}

	return undefined;
};

const findReleased = async (db: Kysely<Schema>, pool: PoolSettings, now: number, isUsable: (ip: Ip) => boolean): Promise<Ip | undefined> => {
	for (let offset = 0; ; offset += pageSize) {
		const rows = await inPool(db, pool, getIp(pool.first), getIp(pool.last)).select('key').where('vm_id', 'is', null).where('quarantine_until', '<=', now)
			.orderBy('released_at').orderBy('key').offset(offset).limit(pageSize).execute();
		const ip = rows.map(({key}) => ipOfKey(key)).find(ip => isUsable(ip));

		if (ip !== undefined || rows.length < pageSize) {
			return ip;
		}
	}
};

/** The address of the pool that has been free longest: one never given out before one that was released. */
export const findFreeAddress = async (db: Kysely<Schema>, pool: PoolSettings, taken: ReadonlySet<string>, now: number): Promise<FreeAddress | undefined> => {
	const {first, last, never, total} = boundsOf(pool);
	const foreign = new Set([...taken].map(text => canonicalIp(text) ?? text));
	const isUsable = (ip: Ip) => !never.has(ip.value) && !foreign.has(formatIp(ip));
	const {count, latest} = await inPool(db, pool, first, last)
		.select(eb => [eb.fn.countAll<number>().as('count'), eb.fn.max('key').as('latest')]).executeTakeFirstOrThrow();
	const next = latest === null ? first : {...first, value: ipOfKey(latest).value + 1n};
	// Mostly the next one is free; gaps are looked for only once the end was reached, and only if there are any.
	const unused = await findUnused(db, pool, next, isUsable) ?? (BigInt(count) < total ? await findUnused(db, pool, first, isUsable) : undefined);
	const ip = unused ?? await findReleased(db, pool, now, isUsable);
	return ip && {key: ipKey(ip), address: formatIp(ip)};
};
