import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

const statements = [
	'alter table operations add column position text',
	'alter table operations add column notes_json text not null default \'{}\'',
	'alter table vms add column overrides_json text not null default \'{}\'',
	'update vms set overrides_json = coalesce(json_extract(order_json, \'$.overrides\'), \'{}\')',
	'alter table clusters add column foreign_installation text',
	'alter table vms add column resumes integer not null default 0',
	`create table snapshots (id integer primary key autoincrement, vm_id integer not null references vms (id), name text not null, note text,
		created_at integer not null, keep integer not null, ours integer not null, unique (vm_id, name)) strict`,
	`create table backups (id integer primary key autoincrement, vm_id integer not null references vms (id), kind text not null, local_date text, state text not null,
		volid text, storage text not null, size_bytes integer, note text, created_at integer not null, finished_at integer, cause text,
		attempts integer not null, operation_id integer) strict`,
	`create table traffic (vm_id integer not null references vms (id), unit text not null, start text not null, bytes_in integer not null, bytes_out integer not null,
		estimated_bytes integer not null, gap_seconds integer not null, primary key (vm_id, unit, start)) strict, without rowid`,
	'create table traffic_marks (vm_id integer primary key references vms (id), watermark integer not null, counted_at integer not null) strict',
	'create index snapshots_mortal on snapshots (created_at) where ours = 1 and keep = 0',
	'create unique index backups_day on backups (vm_id, local_date) where local_date is not null',
	'create unique index backups_volume on backups (vm_id, volid) where volid is not null',
	'create index backups_vm on backups (vm_id, created_at)',
	'create index backups_date on backups (local_date, vm_id, state, attempts, finished_at) where local_date is not null',
	'create index backups_operation on backups (operation_id) where operation_id is not null',
	'create index backups_running on backups (id) where state = \'running\'',
	'create index backups_waiting on backups (id) where state = \'waiting\'',
	'create index backups_failed on backups (vm_id, created_at) where state = \'failed\'',
	'create index backups_gone on backups (finished_at) where state in (\'failed\', \'removed\')',
	'create index backups_good on backups (vm_id, created_at, storage, volid) where state = \'done\'',
	'create index traffic_span on traffic (unit, start)',
	'create index remote_tasks_left on remote_tasks (vm_id) where is_settled = 0',
	'create index remote_tasks_rate on remote_tasks (cluster, type, intent_at) where type = \'qmdestroy\'',
];

/** Everything that the rest of the work on VMs needs: snapshots, backups, traffic, operations with a position of their own. */
export const allVmWork: Migration = {
	async up(db) {
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}

		await sql`pragma user_version = 2`.execute(db);
	},
};
