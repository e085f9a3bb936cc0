import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
	type Updateable,
} from 'kysely';
import {type Backup} from '../../domain/backup.js';
import {type Vm} from '../../domain/vm.js';
import {
	type BackupReads,
	type Backups,
	type FailedBackup,
	type KnownVolumes,
	type SeenBackup,
	type Unprotected,
} from '../backups.js';
import {type BackupTable} from '../schema-rows.js';
import {type Schema, type VmTable} from '../schema.js';
import {isRemoved} from './vm-conditions.js';
import {mostAtOnce} from './most-at-once.js';

/** A row as the product knows it. */
export const toBackup = (row: Selectable<BackupTable>): Backup => ({
	id: row.id,
	vmId: row.vm_id,
	kind: row.kind as Backup['kind'],
	localDate: row.local_date,
	state: row.state as Backup['state'],
	volid: row.volid,
	storage: row.storage,
	sizeBytes: row.size_bytes,
	note: row.note,
	createdAt: row.created_at,
	finishedAt: row.finished_at,
	cause: row.cause,
	attempts: row.attempts,
	operationId: row.operation_id,
});

const isGood = sql<SqlBool>`backups.state = 'done'`;
const isVmAlive = sql<SqlBool>`vms.status <> 'removed'`;
const isGone = sql<SqlBool>`state in ('failed', 'removed')`;

/** A day's next attempt keeps the cause of the one before until it has ended. */
const listLastFailed = async (db: Kysely<Schema>): Promise<readonly FailedBackup[]> => {
	const {rows} = await sql<FailedBackup>`
		select b.vm_id as vmId, b.storage, b.cause, v.hostname, v.cluster
		from (
			select * from backups where state = 'failed'
			union all select * from backups where state = 'waiting' and cause is not null
			union all select * from backups where state = 'running' and cause is not null
		) as b cross join vms as v
		where v.id = b.vm_id and v.status <> 'removed' and not exists (
			select 1 from backups as n where n.vm_id = b.vm_id and n.created_at >= b.created_at and (n.created_at > b.created_at or n.id > b.id)
				and n.kind <> 'foreign' and n.state in ('done', 'failed', 'removed')
		)
	`.execute(db);
	// Sorted here: SQLite would go through the whole past for the sake of that order.
	return rows.toSorted((a, b) => a.vmId - b.vmId);
};

type UnprotectedRow = Pick<Selectable<VmTable>, 'id' | 'hostname' | 'cluster' | 'backup_json' | 'package_json'> & {readonly last_good: number | null};

const listUnprotected = async (db: Kysely<Schema>, {goodAfter, begunBefore}: {readonly goodAfter: number; readonly begunBefore: number}): Promise<readonly Unprotected[]> => {
	const lastGood = sql`(select max(g.created_at) from backups as g where g.vm_id = v.id and g.state = 'done')`;
	const {rows} = await sql<UnprotectedRow>`
		select v.id, v.hostname, v.cluster, v.backup_json, v.package_json, ${lastGood} as last_good
		from vms as v
		where v.status <> 'removed' and v.created_at <= ${goodAfter}
			and not exists (select 1 from backups as g where g.vm_id = v.id and g.state = 'done' and g.created_at > ${goodAfter})
			and exists (
				select 1 from backups as s where s.vm_id = v.id and s.created_at <= ${begunBefore} and s.created_at > coalesce(${lastGood}, 0)
					and s.kind = 'scheduled' and s.state <> 'done'
			)
		order by v.id
	`.execute(db);
	return rows.map(({id, hostname, cluster, backup_json: backup, package_json: wanted, last_good: lastGoodAt}) => ({
		vm: {
			id, hostname, cluster, backup: backup === null ? null : JSON.parse(backup) as Vm['backup'], package: JSON.parse(wanted) as Vm['package'],
		},
		lastGoodAt,
	}));
};

const listKnown = async (db: Kysely<Schema>, cluster: string, storage: string): Promise<readonly KnownVolumes[]> => {
	const vms = await db.selectFrom('vms').select(['id', 'hostname', 'vmid', 'created_at']).where('cluster', '=', cluster).where('vmid', 'is not', null).where(isVmAlive).execute();
	const good = await db.selectFrom('backups').innerJoin('vms', 'vms.id', 'vm_id').select(['vm_id', 'volid']).where(isGood).where('storage', '=', storage)
		.where('vms.cluster', '=', cluster).where(isVmAlive).execute();
	const byVm = Map.groupBy(good, ({vm_id: vmId}) => vmId);
	return vms.map(({id, hostname, vmid, created_at: createdAt}) => ({
		id, hostname, createdAt, vmid: vmid!, volids: new Set(byVm.get(id)?.flatMap(({volid}) => volid ?? [])),
	}));
};

const createReads = (db: Kysely<Schema>): BackupReads => {
	const all = () => db.selectFrom('backups').selectAll('backups');
	const first = async (query: ReturnType<typeof all>) => {
		const row = await query.executeTakeFirst();
		return row && toBackup(row);
	};

	const every = async (query: ReturnType<typeof all>) => {
		const rows = await query.execute();
		return rows.map(row => toBackup(row));
	};

	return {
		find: async id => first(all().where('id', '=', id)),
		findByOperation: async operationId => first(all().where('operation_id', '=', operationId)),
		list: async vmId => every(all().where('vm_id', '=', vmId).orderBy('created_at').orderBy('id')),
		findOfDay: async (vmId, localDate) => first(all().where('vm_id', '=', vmId).where('local_date', '=', localDate)),
		async listLastGood() {
			const rows = await db.selectFrom('backups').innerJoin('vms', 'vms.id', 'vm_id').where(isGood).where(isVmAlive)
				.groupBy('vm_id').select(eb => ['vm_id', eb.fn.max('backups.created_at').as('last')]).execute();
			return new Map(rows.map(({vm_id: vmId, last}) => [vmId, last]));
		},
		listLastFailed: async () => listLastFailed(db),
		listUnprotected: async since => listUnprotected(db, since),
		async listDays(fromDate) {
			const rows = await db.selectFrom('backups').select(['vm_id', 'local_date', 'state', 'attempts', 'finished_at']).where('local_date', '>=', fromDate).execute();
			return rows.map(row => ({
				vmId: row.vm_id, localDate: row.local_date!, state: row.state as Backup['state'], attempts: row.attempts, finishedAt: row.finished_at,
			}));
		},
		listKnown: async (cluster, storage) => listKnown(db, cluster, storage),
		async listOrphaned() {
			const {rows} = await sql<Selectable<BackupTable>>`
				select b.* from (select * from backups where state = 'waiting' union all select * from backups where state = 'running') as b
				where not exists (select 1 from operations as o where o.id = b.operation_id and o.state in ('waiting', 'running')) order by b.id
			`.execute(db);
			return rows.map(row => toBackup(row));
		},
		listRunning: async () => every(all().where(sql<SqlBool>`state = 'running'`).orderBy('id')),
		async listOfRemoved(removedBefore) {
			// From the few VMs to their backups, in that order.
			const rows = await db.selectFrom('vms').crossJoin('backups').selectAll('backups').whereRef('vm_id', '=', 'vms.id').where(isGood).where(isRemoved)
				.where('vms.removed_at', '<', removedBefore).orderBy('backups.id').execute();
			return rows.map(row => toBackup(row));
		},
	};
};

const addSeen = async (db: Kysely<Schema>, {vmId, storage, seen, now}: {readonly vmId: number; readonly storage: string; readonly seen: readonly SeenBackup[]; readonly now: number}): Promise<void> => {
	for (const {volid, sizeBytes, createdAt, note} of seen) {
		const known = await db.selectFrom('backups').select('id').where('vm_id', '=', vmId).where('volid', '=', volid).executeTakeFirst();
		// One that is being made will be recorded by its own operation.
		const isBeingMade = await db.selectFrom('backups').select('id').where('vm_id', '=', vmId).where('volid', 'is', null).where('state', '=', 'running')
			.where('created_at', '<=', createdAt + 1000).executeTakeFirst();
		if (!known && !isBeingMade) {
			await db.insertInto('backups').values({
				vm_id: vmId, kind: 'foreign', local_date: null, state: 'done', volid, storage, size_bytes: sizeBytes, note, created_at: createdAt, finished_at: now,
				cause: null, attempts: 0, operation_id: null,
			}).execute();
		}
	}
};

/** The columns of the facts that were given. */
const columnsOf = (facts: Parameters<Backups['set']>[1]): Updateable<BackupTable> => ({
	...(facts.state !== undefined && {state: facts.state}),
	...(facts.volid !== undefined && {volid: facts.volid}),
	...(facts.storage !== undefined && {storage: facts.storage}),
	...(facts.sizeBytes !== undefined && {size_bytes: facts.sizeBytes}),
	...(facts.createdAt !== undefined && {created_at: facts.createdAt}),
	...(facts.finishedAt !== undefined && {finished_at: facts.finishedAt}),
	...(facts.cause !== undefined && {cause: facts.cause}),
});

/** Backups of VMs; `tables.backups`. */
export const createBackups = (db: Kysely<Schema>): Backups => ({
	...createReads(db),
	async add({vmId, kind, localDate, storage, note, createdAt, operationId}) {
		const again = {
			state: 'waiting', storage, created_at: createdAt, finished_at: null, operation_id: operationId, volid: null, size_bytes: null,
		};
		const ofDay = localDate === null
			? undefined
			: await db.updateTable('backups').set(eb => ({...again, attempts: eb('attempts', '+', 1)})).where('vm_id', '=', vmId).where('local_date', '=', localDate)
				.where(isGone).returningAll().executeTakeFirst();
		const row = ofDay ?? await db.insertInto('backups').values({
			...again, vm_id: vmId, kind, local_date: localDate, note, attempts: 1, cause: null,
		}).returningAll().executeTakeFirstOrThrow();
		return toBackup(row);
	},
	async set(id, facts) {
		const columns = columnsOf(facts);
		if (Object.keys(columns).length > 0) {
			await db.updateTable('backups').set(columns).where('id', '=', id).execute();
		}
	},
	async sync(vmId, storage, seen, now) {
		const volids = seen.map(({volid}) => volid);
		await db.updateTable('backups').set({state: 'removed', finished_at: now}).where('vm_id', '=', vmId).where('storage', '=', storage).where(isGood)
			.$if(volids.length > 0, query => query.where('volid', 'not in', volids)).execute();
		await addSeen(db, {
			vmId, storage, seen, now,
		});
	},
	async prune(before, limit = mostAtOnce) {
		const old = db.selectFrom('backups').select('id').where(isGone).where('finished_at', '<', before).limit(limit);
		const {numDeletedRows} = await db.deleteFrom('backups').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
});
