import {type Kysely, sql, type SqlBool} from 'kysely';
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

/** Whether a person keeps it back at that moment. */
const isHeld = (now: number) => sql<SqlBool>`(held_since is not null and (held_until is null or held_until > ${now}))`;

const keysOf = (ips: ReadonlyMap<bigint, Ip>): readonly string[] => ips.values().map(ip => ipKey(ip)).toArray();

/** How full a pool is; a count above 2⁵³ is rounded. */
export const countPool = async (db: Kysely<Schema>, pool: PoolSettings, now: number): Promise<PoolUse> => {
	const {first, last, total, never} = boundsOf(pool);
	const {used, quarantined, held} = await inPool(db, pool, first, last)
		.select(eb => [
			eb.fn.count<number>('vm_id').as('used'),
			sql<number>`count(case when vm_id is null and quarantine_until > ${now} and not ${isHeld(now)} then 1 end)`.as('quarantined'),
			sql<number>`count(case when vm_id is null and ${isHeld(now)} then 1 end)`.as('held'),
		])
		.$if(never.size > 0, query => query.where('key', 'not in', keysOf(never)))
		.executeTakeFirstOrThrow();
	return {
		pool: pool.name, total: Number(total), used, quarantined, held, free: Math.max(0, Number(total - BigInt(used + quarantined + held))),
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
		const rows = await inPool(db, pool, getIp(pool.first), getIp(pool.last)).select('key').where('vm_id', 'is', null)
			.where(eb => eb.or([eb('quarantine_until', 'is', null), eb('quarantine_until', '<=', now)])).where(eb => eb.not(isHeld(now)))
			.orderBy('released_at').orderBy('key').offset(offset).limit(pageSize).execute();
		const ip = rows.map(({key}) => ipOfKey(key)).find(ip => isUsable(ip));

		if (ip !== undefined || rows.length < pageSize) {
			return ip;
		}
	}
};

/** Those that a person keeps for this VM's order, the first one first. */
export const listKept = async (db: Kysely<Schema>, {vmId, cluster, now}: {readonly vmId: number; readonly cluster: string; readonly now: number}): Promise<readonly Ip[]> => {
	const rows = await db.selectFrom('addresses').select('key').where('cluster', '=', cluster).where('vm_id', 'is', null).where(isHeld(now))
		.where('held_for', '=', eb => eb.selectFrom('vms').select('reference').where('id', '=', vmId)).orderBy('held_since').orderBy('key').execute();
	return rows.map(({key}) => ipOfKey(key));
};

/** The one that is kept for this VM's order, though it may rest in quarantine: whoever keeps it named both. */
const findKept = async (db: Kysely<Schema>, {vmId, pool, now}: Search, isUsable: (ip: Ip) => boolean): Promise<Ip | undefined> => {
	const kept = await listKept(db, {vmId, cluster: pool.cluster, now});
	const range = {first: getIp(pool.first), last: getIp(pool.last)};
	return kept.find(ip => isInRange(ip, range) && isUsable(ip));
};

type Search = {readonly vmId: number; readonly pool: PoolSettings; readonly taken: ReadonlySet<string>; readonly now: number};

/** The address of the pool that is kept for the VM's order, else the one that has been free longest: one never given out before one that was released. */
export const findFreeAddress = async (db: Kysely<Schema>, search: Search): Promise<FreeAddress | undefined> => {
	const {pool, taken, now} = search;
	const {first, last, never, total} = boundsOf(pool);
	const foreign = new Set([...taken].map(text => canonicalIp(text) ?? text));
	const isUsable = (ip: Ip) => !never.has(ip.value) && !foreign.has(formatIp(ip));
	const find = async (): Promise<Ip | undefined> => {
		const {count, latest} = await inPool(db, pool, first, last).$if(never.size > 0, query => query.where('key', 'not in', keysOf(never)))
			.select(eb => [
				eb.fn.countAll<number>().as('count'),
				// A far address that was only ever held makes nobody begin behind it.
				sql<string | null>`max(case when vm_id is not null or released_at is not null then key end)`.as('latest'),
			]).executeTakeFirstOrThrow();
		const next = latest === null ? first : {...first, value: ipOfKey(latest).value + 1n};
		// Mostly the next one is free; gaps are looked for only once the end was reached, and only if there are any.
		return await findUnused(db, pool, next, isUsable) ?? (BigInt(count) < total ? findUnused(db, pool, first, isUsable) : undefined);
	};

	const ip = await findKept(db, search, isUsable) ?? await find() ?? await findReleased(db, pool, now, isUsable);
	return ip && {key: ipKey(ip), address: formatIp(ip)};
};
