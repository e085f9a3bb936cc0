import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

const statements = [
	`create table intake_orders (id integer primary key autoincrement, key_name text not null, order_key text not null, body_sha256 text not null, action text not null, kind text not null,
		reference text not null, plan text, vm_id integer references vms (id), install_id integer references installs (id), operation_id integer, service_id integer, service_client integer,
		actor text not null, address text, state text not null, attempt integer not null, next_attempt_at integer, error text, created_at integer not null,
		unique (key_name, order_key)) strict`,
	'create index intake_orders_open on intake_orders (reference, id) where state = \'accepted\'',
	'create index intake_orders_at on intake_orders (created_at)',
	'create index intake_orders_reference on intake_orders (reference, id)',
	'create index intake_orders_vm on intake_orders (vm_id) where vm_id is not null',
	'create index intake_orders_install on intake_orders (install_id) where install_id is not null',
	'create table intake_nonces (key_name text not null, nonce text not null, at integer not null, primary key (key_name, nonce)) strict, without rowid',
	'create index intake_nonces_at on intake_nonces (at)',
	`create table billed_services (id integer primary key autoincrement, key_name text not null, service_id integer not null, client_id integer, kind text not null, reference text not null,
		vm_id integer references vms (id), install_id integer references installs (id), told_json text, updated_at integer not null,
		unique (key_name, service_id)) strict`,
	'create index billed_services_vm on billed_services (vm_id) where vm_id is not null',
	'create index billed_services_install on billed_services (install_id) where install_id is not null',
	'create index billed_services_reference on billed_services (reference)',
];

/** Orders of billing systems, each taken once; what they bill by; nonces that were said. */
export const intake: Migration = {
	async up(db) {
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}

		await sql`pragma user_version = 8`.execute(db);
	},
};
