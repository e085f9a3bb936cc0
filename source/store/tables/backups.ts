import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type Backup} from '../../domain/backup.js';
import {type BackupReads, type Backups, type SeenBackup} from '../backups.js';
import {type BackupTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';

const toBackup = (row: Selectable<BackupTable>): Backup => ({
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
		async listLastFailed() {
			const rows = await db.selectFrom('backups').innerJoin('vms', 'vms.id', 'vm_id').selectAll('backups').where(isVmAlive).where('backups.state', '=', 'failed')
				.where(sql<SqlBool>`
					not exists (select 1 from backups as b where b.vm_id = backups.vm_id and b.kind <> 'foreign' and b.state in ('done', 'failed')
										and coalesce(b.finished_at, b.created_at) > coalesce(backups.finished_at, backups.created_at))
				`)
				.orderBy('backups.id').execute();
			return rows.map(row => toBackup(row));
		},
		listRunning: async () => every(all().where(sql<SqlBool>`state = 'running'`).orderBy('id')),
		async listOfRemoved(removedBefore) {
			const rows = await db.selectFrom('backups').innerJoin('vms', 'vms.id', 'vm_id').selectAll('backups').where(isGood).where('vms.status', '=', 'removed')
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

/** Backups of VMs; `tables.backups`. */
export const createBackups = (db: Kysely<Schema>): Backups => ({
	...createReads(db),
	async add({vmId, kind, localDate, storage, note, createdAt, operationId}) {
		const again = {
			state: 'waiting', storage, created_at: createdAt, finished_at: null, cause: null, operation_id: operationId, volid: null, size_bytes: null,
		};
		const ofDay = localDate === null
			? undefined
			: await db.updateTable('backups').set(eb => ({...again, attempts: eb('attempts', '+', 1)})).where('vm_id', '=', vmId).where('local_date', '=', localDate)
				.returningAll().executeTakeFirst();
		const row = ofDay ?? await db.insertInto('backups').values({
			...again, vm_id: vmId, kind, local_date: localDate, note, attempts: 1,
		}).returningAll().executeTakeFirstOrThrow();
		return toBackup(row);
	},
	async set(id, facts) {
		await db.updateTable('backups').set({
			...(facts.state !== undefined && {state: facts.state}),
			...(facts.volid !== undefined && {volid: facts.volid}),
			...(facts.storage !== undefined && {storage: facts.storage}),
			...(facts.sizeBytes !== undefined && {size_bytes: facts.sizeBytes}),
			...(facts.createdAt !== undefined && {created_at: facts.createdAt}),
			...(facts.finishedAt !== undefined && {finished_at: facts.finishedAt}),
			...(facts.cause !== undefined && {cause: facts.cause}),
		}).where('id', '=', id).execute();
	},
	async sync(vmId, storage, seen, now) {
		const volids = seen.map(({volid}) => volid);
		await db.updateTable('backups').set({state: 'removed', finished_at: now}).where('vm_id', '=', vmId).where('storage', '=', storage).where('state', '=', 'done')
			.$if(volids.length > 0, query => query.where('volid', 'not in', volids)).execute();
		await addSeen(db, {
			vmId, storage, seen, now,
		});
	},
});
