import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

/** A VMID may have been given out by a later life of this database, from which nothing else is left; runs and letters are forgotten by their age. */
export const vmidsOfNobody: Migration = {
	async up(db) {
		const statements = [
			'create table vmids_anew (id integer primary key autoincrement, cluster text not null, vmid integer not null, vm_id integer references vms (id), unique (cluster, vmid)) strict',
			'insert into vmids_anew (id, cluster, vmid, vm_id) select id, cluster, vmid, vm_id from vmids order by id',
			'drop table vmids',
			'alter table vmids_anew rename to vmids',
			'create index vmids_last on vmids (cluster, id)',
			'create index outbox_sent on outbox (sent_at) where state = \'sent\'',
			'pragma user_version = 6',
		];
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}
	},
};
