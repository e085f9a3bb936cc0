import {type Kysely, sql} from 'kysely';
import {vmName} from '../../domain/vm.js';
import {type Schema} from '../schema.js';
import {doubtMessages, restoredKey} from '../sqlite/restored-row.js';
import {
	type ClockStand,
	type LastCopy,
	type Restored,
	type Undecided,
	type Upkeep,
} from '../upkeep.js';
import {createFixedQuery} from './fixed-query.js';
import {moveMoments} from './move-moments.js';

const copyKey = 'copy';
const clockKey = 'clock';
const doubt = 'the database was restored from before it ended: see whether it was done already';

const findFact = createFixedQuery<{readonly key: string}>((db, {key}) => db.selectFrom('meta').select('value').where('key', '=', key));

const readFact = async <T>(db: Kysely<Schema>, key: string): Promise<T | null> => {
	const {rows} = await findFact(db, {key});
	return rows.length === 0 ? null : JSON.parse((rows[0] as {readonly value: string}).value) as T;
};

const writeFact = async (db: Kysely<Schema>, key: string, fact: unknown): Promise<void> => {
	const value = JSON.stringify(fact);
	await db.insertInto('meta').values({key, value}).onConflict(conflict => conflict.column('key').doUpdateSet({value})).execute();
};

/** Why nothing is worked on, if so. */
const findRestored = async (db: Kysely<Schema>): Promise<Restored | null> => readFact<Restored>(db, restoredKey);

/** The last number that any VM was ever given. */
const readLastVm = async (db: Kysely<Schema>): Promise<number> => {
	const {rows} = await sql<{readonly seq: number}>`select seq from sqlite_sequence where name = 'vms'`.execute(db);
	return rows[0]?.seq ?? 0;
};

/** When anything was written last, as far as the rows tell. */
const readLastMoment = async (db: Kysely<Schema>): Promise<number> => {
	const {rows} = await sql<{readonly at: number}>`
		select max(
				coalesce((select at from activity order by id desc limit 1), 0), coalesce((select started_at from runs order by id desc limit 1), 0)
			) as at
	`.execute(db);
	return rows[0]!.at;
};

const listUndecided = async (db: Kysely<Schema>): Promise<Undecided> => ({
	operations: await db.selectFrom('operations').innerJoin('vms', 'vms.id', 'operations.vm_id').where('operations.state', 'in', ['waiting', 'running'])
		.select(['vms.id as vmId', 'vms.hostname', 'operations.kind']).orderBy('operations.id').execute(),
	installs: await db.selectFrom('installs').where('state', 'in', ['pending', 'running']).select(['id', 'domain']).orderBy('id').execute(),
});

const stopUndecided = async (db: Kysely<Schema>, now: number): Promise<void> => {
	const {operations} = await listUndecided(db);
	for (const [id, own] of Map.groupBy(operations, ({vmId}) => vmId)) {
		const kinds = [...new Set(own.map(({kind}) => kind))].join(', ');
		await db.updateTable('vms').set(eb => ({
			version: eb('version', '+', 1), attention_reason: `${kinds}: ${doubt}`, attention_since: now, attention_command: `cronsole vm retry ${vmName({id})}`,
		})).where('id', '=', id).where('attention_since', 'is', null).execute();
	}

	await db.updateTable('installs').set(eb => ({
		version: eb('version', '+', 1), state: 'failed', cause: doubt, updated_at: now,
	})).where('state', 'in', ['pending', 'running']).execute();
};

/** Facts of the database itself: whether it is an older one, and its copies; `tables.upkeep`. */
export const createUpkeep = (db: Kysely<Schema>): Upkeep => ({
	findRestored: async () => findRestored(db),
	findLastCopy: async () => await readFact<LastCopy>(db, copyKey) ?? {madeAt: null, error: null},
	findClock: async () => readFact<ClockStand>(db, clockKey),
	async findUnknown(stamped) {
		const lastVm = await readLastVm(db);
		const found = [];
		for (const seen of stamped) {
			const row = await db.selectFrom('vms').select(['vmid', 'cluster', 'hostname', 'status']).where('id', '=', seen.vm).executeTakeFirst();
			// A copy of a VM that was made by hand bears its stamp too, but that VM has a place of its own.
			const isOrdered = row?.vmid === null && row.status !== 'removed' && row.cluster === seen.cluster && row.hostname === seen.name;
			if (isOrdered || seen.vm > lastVm) {
				found.push({...seen, isOrdered});
			}
		}

		return found;
	},
	listUndecided: async () => listUndecided(db),
	noteCopy: async copy => writeFact(db, copyKey, copy),
	async setClock(stand, byMs, now) {
		await writeFact(db, clockKey, stand);
		if (byMs !== 0) {
			await moveMoments(db, byMs, now);
		}
	},
	async pauseRestored(why, now) {
		if (await findRestored(db) !== null) {
			return false;
		}

		await writeFact(db, restoredKey, {why, since: now, asOf: await readLastMoment(db)} satisfies Restored);
		await sql.raw(doubtMessages).execute(db);
		return true;
	},
	async accept({vmids, placed, highestVm}, now) {
		for (const {cluster, vmid} of vmids) {
			await db.insertInto('vmids').values({cluster, vmid, vm_id: null}).onConflict(conflict => conflict.doNothing()).execute();
		}

		for (const {vmId, vmid, node} of placed) {
			await db.updateTable('vms').set(eb => ({version: eb('version', '+', 1), vmid, node})).where('id', '=', vmId).where('vmid', 'is', null).execute();
		}

		await sql`insert into sqlite_sequence (name, seq) select 'vms', 0 where not exists (select 1 from sqlite_sequence where name = 'vms')`.execute(db);
		await sql`update sqlite_sequence set seq = max(seq, ${highestVm}) where name = 'vms'`.execute(db);
		await stopUndecided(db, now);
		await db.deleteFrom('meta').where('key', '=', restoredKey).execute();
	},
});
