import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

const statements = [
	'alter table addresses add column ptr text',
	'alter table addresses add column held_since integer',
	'alter table addresses add column held_until integer',
	'alter table addresses add column held_by text',
	'alter table addresses add column held_reason text',
	'alter table addresses add column held_for text',
	`create table dns_records (id integer primary key autoincrement, zone text not null, name_server text not null, name text not null, type text not null,
		vm_id integer references vms (id), values_json text not null, generic text, mine_json text not null, takes_over integer not null, is_given_up integer not null,
		state text not null, error text, attempt integer not null, next_attempt_at integer, since integer not null, revision integer not null, claimed_until integer not null,
		claim_revision integer not null,
		unique (zone, name_server, name, type)) strict`,
	'create index addresses_held on addresses (cluster, held_for) where held_since is not null',
	'create index addresses_key on addresses (key)',
	'create index dns_records_vm on dns_records (vm_id) where vm_id is not null',
	'create index dns_records_debts on dns_records (since, id) where state <> \'done\'',
	'create index dns_records_due on dns_records (next_attempt_at, id) where state <> \'done\'',
	'create index vms_email on vms (lower(client_email))',
	'create index vms_remembered on vms (removed_at) where status = \'removed\' and client_email <> \'\'',
	'create index installs_email on installs (lower(client_email))',
	'create index outbox_recipient on outbox (lower(recipient))',
	'create index outbox_vm on outbox (vm_id) where vm_id is not null',
	'create index outbox_install on outbox (install_id) where install_id is not null',
];

/** What stands in DNS and what is owed there; addresses that a person keeps back or names. */
export const dnsAndAddresses: Migration = {
	async up(db) {
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}

		await sql`pragma user_version = 3`.execute(db);
	},
};
