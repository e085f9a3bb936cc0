import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type HeldLease, type LeaseView, type SessionKind} from '../../domain/lease.js';
import {type Acquired, type Leases, LockLost} from '../leases.js';
import {type LeaseTable, type SessionTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type Database} from '../sqlite.js';
import {createFixedQuery} from './fixed-query.js';
import {
	createIsAlive,
	type Here,
	hasWitness,
	type Witnesses,
} from './sessions.js';

/** A lease that expired is left alone for this part of its length more, so that a slow renewal is not robbed. */
const graceShare = 6;

/** A held lease with what tells whether its owner lives. */
export type OwnedRow = Selectable<LeaseTable> & {readonly owner: string}
	& Pick<Selectable<SessionTable>, 'host' | 'pid' | 'kind' | 'seen_monotonic' | 'ended_at'> & {readonly session_boot_id: string};

const owned = (db: Kysely<Schema>) => db.selectFrom('leases').innerJoin('sessions', 'sessions.id', 'leases.owner')
	.selectAll('leases').select(['host', 'pid', 'kind', 'seen_monotonic', 'ended_at', 'sessions.boot_id as session_boot_id'])
	.where(sql<SqlBool>`leases.owner is not null`);

/** Everything that is held. */
export const listOwned = async (db: Kysely<Schema>): Promise<readonly OwnedRow[]> =>
	await owned(db).orderBy('name').execute() as readonly OwnedRow[];

const findOne = createFixedQuery<{readonly name: string}>((db, {name}) => owned(db).where('name', '=', name));

const findOwned = async (db: Kysely<Schema>, name: string): Promise<OwnedRow | undefined> => {
	const {rows} = await findOne(db, {name});
	return rows[0] as OwnedRow | undefined;
};

const findSession = createFixedQuery<{readonly id: string}>((db, {id}) => db.selectFrom('sessions').select(['kind', 'ended_at']).where('id', '=', id));

type World = {readonly here: Here; readonly witnesses: Witnesses; readonly clock: Clock};

/** Whether the owner is dead; asks the kernel, so never inside a transaction. */
const createIsDead = ({here, witnesses, clock}: World) => {
	const isAlive = createIsAlive(here, witnesses, clock);
	return (row: OwnedRow): boolean => row.boot_id !== here.bootId || !isAlive({...row, id: row.owner, boot_id: row.session_boot_id});
};

/** Says of held leases whose they are and whether they are stale; asks the kernel, so never inside a transaction. */
export const createToView = (world: World) => {
	const isDead = createIsDead(world);

	return (row: OwnedRow): LeaseView => ({
		name: row.name,
		owner: {
			host: row.host, pid: row.pid, instance: row.owner, kind: row.kind as SessionKind,
		},
		acquiredAt: row.acquired_at,
		renewedAt: row.renewed_at,
		stale: row.until_monotonic < world.clock.monotonic() || isDead(row),
		fence: row.fence,
	});
};

const findHeld = createFixedQuery<{readonly name: string; readonly owner: string; readonly fence: number}>((db, {name, owner, fence}) => db.selectFrom('leases').select('name')
	.where('name', '=', name).where('owner', '=', owner).where('fence', '=', fence));

/** Throws where the lease is not its holder's any more; first in every transaction under a lease. */
export const checkLease = async (db: Kysely<Schema>, {name, owner, fence}: HeldLease): Promise<void> => {
	const {rows} = await findHeld(db, {name, owner, fence});
	if (rows.length === 0) {
		throw new LockLost(name);
	}
};

type Put = {readonly name: string; readonly owner: string; readonly ttlMs: number; readonly until: number; readonly bootId: string; readonly now: number};

const putRow = createFixedQuery<Put>((db, {name, owner, ttlMs, until, bootId, now}) => {
	const row = {
		owner, ttl_ms: ttlMs, until_monotonic: until, boot_id: bootId, acquired_at: now, renewed_at: now,
	};
	return db.insertInto('leases').values({name, fence: 1, ...row})
		.onConflict(conflict => conflict.column('name').doUpdateSet(eb => ({...row, fence: eb('leases.fence', '+', 1)})))
		.returning('fence');
});

const free = createFixedQuery<{readonly name: string; readonly owner: string; readonly fence: number}>((db, {name, owner, fence}) => db.updateTable('leases').set({owner: null})
	.where('fence', '=', fence).where('name', '=', name).where('owner', '=', owner));

const put = async (db: Kysely<Schema>, {name, owner, ttlMs}: Omit<HeldLease, 'fence'>, {here, clock}: World): Promise<HeldLease> => {
	const {rows} = await putRow(db, {
		name, owner, ttlMs, until: clock.monotonic() + ttlMs, bootId: here.bootId, now: clock.now(),
	});
	const {fence} = rows[0] as Pick<Selectable<LeaseTable>, 'fence'>;

	if (name === 'leader') {
		await db.updateTable('sessions').set({led_fence: fence}).where('id', '=', owner).execute();
	}

	return {
		name, owner, fence, ttlMs,
	};
};

const createAcquire = (database: Database, world: World): Leases['acquire'] => {
	const isDead = createIsDead(world);
	const toView = createToView(world);

	return async (name, owner, ttlMs) => {
		for (;;) {
			// The kernel is asked before the transaction; if the lease changes hands meanwhile, it is asked again.
			const seen = await findOwned(database.reader, name);
			const view = seen ? toView(seen) : null;
			const isOwnerDead = seen !== undefined && isDead(seen);
			const acquired = await database.write(async (db): Promise<Acquired | undefined> => {
				const present = await findOwned(db, name);
				const {rows} = await findSession(db, {id: owner});
				const session = rows[0] as Pick<Selectable<SessionTable>, 'kind' | 'ended_at'> | undefined;

				if (session?.ended_at !== null || !hasWitness(session.kind)) {
					throw new Error(`The session ${owner} cannot hold the lease ${name}: it ended, or it is a ${session?.kind ?? 'stranger'} and has no witness of life.`);
				}

				if (present?.owner !== seen?.owner || present?.fence !== seen?.fence) {
					return undefined;
				}

				const isOverdue = present !== undefined && present.until_monotonic + (present.ttl_ms / graceShare) < world.clock.monotonic();

				if (view && !isOwnerDead && !isOverdue) {
					return {held: null, by: view};
				}

				const held = await put(db, {name, owner, ttlMs}, world);
				return {held, takenFrom: view && {...view, stale: true}, alarm: view !== null && !isOwnerDead};
			});

			if (acquired) {
				return acquired;
			}
		}
	};
};

/** Leases; `store.leases`. */
export const createLeases = (database: Database, world: World): Leases => {
	const toView = createToView(world);
	const {clock, here} = world;

	return {
		acquire: createAcquire(database, world),
		async renewAll(owner) {
			return database.write(async db => {
				const now = clock.monotonic();
				const rows = await db.updateTable('leases')
					.set(eb => ({until_monotonic: eb('ttl_ms', '+', now), renewed_at: clock.now()}))
					.where('owner', '=', owner).where('boot_id', '=', here.bootId).returning(['name', 'fence', 'ttl_ms']).execute();
				return rows.map(row => ({
					name: row.name, owner, fence: row.fence, ttlMs: row.ttl_ms,
				}));
			});
		},
		async release({name, owner, fence}) {
			await database.write(async db => {
				await free(db, {name, owner, fence});
			});
		},
		async list() {
			const rows = await listOwned(database.reader);
			return rows.map(row => toView(row));
		},
		async clear(name, isForced) {
			const row = await findOwned(database.reader, name);
			const view = row && toView(row);

			if (!view || !(isForced || view.stale)) {
				return undefined;
			}

			const isFreed = await database.write(async db => {
				const {numUpdatedRows} = await db.updateTable('leases').set({owner: null})
					.where('name', '=', name).where('owner', '=', view.owner.instance).where('fence', '=', view.fence)
					// One that was renewed since is stale no more.
					.$if(!isForced, query => query.where('renewed_at', '=', row.renewed_at)).executeTakeFirst();
				return numUpdatedRows === 1n;
			});
			return isFreed ? view : undefined;
		},
	};
};
