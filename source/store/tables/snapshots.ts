import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type Snapshot} from '../../domain/snapshot.js';
import {type SnapshotTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type Snapshots} from '../snapshots.js';

/** A row as the product knows it. */
export const toSnapshot = (row: Selectable<SnapshotTable>): Snapshot => ({
	id: row.id,
	vmId: row.vm_id,
	name: row.name,
	note: row.note,
	createdAt: row.created_at,
	keep: row.keep === 1,
	ours: row.ours === 1,
});

/** Snapshots as they were last seen; `tables.snapshots`. */
export const createSnapshots = (db: Kysely<Schema>): Snapshots => {
	const of = (vmId: number) => db.selectFrom('snapshots').selectAll().where('vm_id', '=', vmId);

	return {
		async list(vmId) {
			const rows = await of(vmId).orderBy('created_at').orderBy('id').execute();
			return rows.map(row => toSnapshot(row));
		},
		async find(vmId, name) {
			const row = await of(vmId).where('name', '=', name).executeTakeFirst();
			return row && toSnapshot(row);
		},
		async listMortal() {
			const rows = await db.selectFrom('snapshots').innerJoin('vms', 'vms.id', 'vm_id').selectAll('snapshots').where(sql<SqlBool>`ours = 1 and keep = 0`)
				.where('status', '<>', 'removed').orderBy('snapshots.created_at').orderBy('snapshots.id').execute();
			return rows.map(row => toSnapshot(row));
		},
		async count(vmId) {
			const {count} = await db.selectFrom('snapshots').select(eb => eb.fn.countAll<number>().as('count')).where('vm_id', '=', vmId).executeTakeFirstOrThrow();
			return count;
		},
		async add({vmId, name, note, createdAt, keep, ours}) {
			await db.insertInto('snapshots').values({
				vm_id: vmId, name, note, created_at: createdAt, keep: keep ? 1 : 0, ours: ours ? 1 : 0,
			}).onConflict(conflict => conflict.columns(['vm_id', 'name']).doUpdateSet({ours: ours ? 1 : 0, note})).execute();
		},
		async keep(vmId, name, isKept) {
			await db.updateTable('snapshots').set({keep: isKept ? 1 : 0}).where('vm_id', '=', vmId).where('name', '=', name).execute();
		},
		async sync(vmId, seen) {
			const names = seen.map(({name}) => name);
			await db.deleteFrom('snapshots').where('vm_id', '=', vmId).$if(names.length > 0, query => query.where('name', 'not in', names)).execute();
			for (const {name, note, createdAt} of seen) {
				await db.insertInto('snapshots').values({
					vm_id: vmId, name, note, created_at: createdAt, keep: 0, ours: 0,
				}).onConflict(conflict => conflict.columns(['vm_id', 'name']).doUpdateSet({
					note, created_at: createdAt, keep: 0, ours: 0,
				}).where('snapshots.created_at', '<>', createdAt)).execute();
			}
		},
		async remove(vmId, name) {
			await db.deleteFrom('snapshots').where('vm_id', '=', vmId).where('name', '=', name).execute();
		},
	};
};
