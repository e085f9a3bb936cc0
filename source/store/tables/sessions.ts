import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type Session, type SessionKind} from '../../domain/lease.js';
import {type SessionTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type Sessions} from '../sessions.js';
import {type Database} from '../sqlite.js';

/** A session without a witness that was not seen for so long is gone. */
const silenceMs = 15_000;

/** The machine and process in which this store is open. */
export type Here = {
	readonly host: string;
	readonly pid: number;
	readonly bootId: string;
	readonly createId: () => string;
};

/** Proof of life of sessions, by their ids. */
export type Witnesses = {
	readonly start: (id: string) => Promise<void>;
	readonly end: (id: string) => void;
	readonly isAlive: (id: string) => boolean;
	/** Of every session that this store started. */
	readonly endAll: () => void;
	/** Removes what dead sessions left behind that the database does not know of. */
	readonly sweep: (isKnown: (id: string) => boolean) => void;
};

const witnessed: ReadonlySet<SessionKind> = new Set(['daemon', 'console', 'run']);

/** Whether such a session has a witness, and so may hold leases. */
export const hasWitness = (kind: string): boolean => witnessed.has(kind as SessionKind);

/** A row as the product knows it. */
export const toSession = (row: Selectable<SessionTable>): Session => ({
	id: row.id,
	kind: row.kind as SessionKind,
	host: row.host,
	pid: row.pid,
	bootId: row.boot_id,
	actor: row.actor,
	address: row.address,
	isReadOnly: row.read_only === 1,
	startedAt: row.started_at,
	seenAt: row.seen_at,
});

type Life = Pick<Selectable<SessionTable>, 'id' | 'kind' | 'boot_id' | 'seen_monotonic' | 'ended_at'>;

/** Whether a session lives; asks the kernel, so never inside a transaction. */
export const createIsAlive = (here: Here, witnesses: Witnesses, clock: Clock) => (row: Life): boolean =>
	row.ended_at === null && row.boot_id === here.bootId
	&& (hasWitness(row.kind) ? witnesses.isAlive(row.id) : clock.monotonic() - row.seen_monotonic <= silenceMs);

/** Those that did not end in order, living or not. */
export const listOpenSessions = async (db: Kysely<Schema>) =>
	db.selectFrom('sessions').selectAll().where(sql<SqlBool>`ended_at is null`).orderBy('started_at').orderBy('id').execute();

/** Whoever led last, living or not. */
export const findLastLeader = async (db: Kysely<Schema>): Promise<Session | undefined> => {
	const row = await db.selectFrom('sessions').selectAll().where(sql<SqlBool>`led_fence is not null`).orderBy('led_fence', 'desc').limit(1).executeTakeFirst();
	return row && toSession(row);
};

/** Who uses the database; `store.sessions`. */
export const createSessions = (database: Database, {here, witnesses, clock}: {readonly here: Here; readonly witnesses: Witnesses; readonly clock: Clock}): Sessions => {
	const {reader} = database;
	const isAlive = createIsAlive(here, witnesses, clock);

	return {
		async start({kind, actor, address, isReadOnly}) {
			const {host, pid, bootId} = here;
			const id = here.createId();
			const now = clock.now();
			const session: Session = {
				id, kind, host, pid, bootId, actor, address, isReadOnly, startedAt: now, seenAt: now,
			};

			// First the witness, then the row: whoever finds the row finds it alive.
			if (hasWitness(kind)) {
				await witnesses.start(id);
			}

			await database.write(async db => {
				await db.insertInto('sessions').values({
					id, kind, host, pid, boot_id: bootId, actor, address, read_only: isReadOnly ? 1 : 0, started_at: now, seen_at: now, seen_monotonic: clock.monotonic(),
					ended_at: null, led_fence: null,
				}).execute();
			});
			return session;
		},
		async touch(id) {
			await database.write(async db => {
				await db.updateTable('sessions').set({seen_at: clock.now(), seen_monotonic: clock.monotonic()}).where('id', '=', id).execute();
			});
		},
		async end(id) {
			await database.write(async db => {
				await db.updateTable('leases').set({owner: null}).where('owner', '=', id).execute();
				await db.updateTable('sessions').set({ended_at: clock.now()}).where('id', '=', id).execute();
			});
			witnesses.end(id);
		},
		async listLiving() {
			const rows = await listOpenSessions(reader);
			return rows.filter(row => isAlive(row)).map(row => toSession(row));
		},
		async find(id) {
			const row = await reader.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
			return row && toSession(row);
		},
		findLastLeader: async () => findLastLeader(reader),
		async prune(before) {
			const old = await reader.selectFrom('sessions').selectAll().where('seen_at', '<', before).execute();
			const dead = old.filter(row => !isAlive(row)).map(({id}) => id);
			await database.write(async db => {
				for (const id of dead) {
					await db.deleteFrom('sessions').where('id', '=', id)
						.where(sql<SqlBool>`not exists (select 1 from leases where leases.owner = sessions.id)`)
						.where(sql<SqlBool>`(led_fence is null or led_fence < (select max(led_fence) from sessions))`).execute();
				}
			});
			const rows = await reader.selectFrom('sessions').select('id').execute();
			const known = new Set(rows.map(({id}) => id));
			witnesses.sweep(id => known.has(id));
		},
	};
};
