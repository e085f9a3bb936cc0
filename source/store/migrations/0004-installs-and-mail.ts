import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

const statements = [
	'alter table installs add column kind text not null default \'install\'',
	'alter table installs add column plan text',
	'alter table installs add column title text not null default \'\'',
	'alter table installs add column admin_user text not null default \'\'',
	'alter table installs add column admin_email text not null default \'\'',
	'alter table installs add column admin_password text',
	'alter table installs add column url text not null default \'domain\'',
	'alter table installs add column position text not null default \'ordered\'',
	'alter table installs add column step_since integer',
	'alter table installs add column in_flight_action text',
	'alter table installs add column in_flight_since integer',
	'alter table installs add column found_before text',
	'alter table installs add column drop_asked integer not null default 0',
	'alter table installs add column account_state text not null default \'none\'',
	'alter table installs add column site_url text',
	'alter table installs add column admin_url text',
	'alter table installs add column doing text',
	`create table install_steps (id integer primary key autoincrement, install_id integer not null references installs (id), from_position text not null, to_position text not null,
		outcome text not null, reason text, attempt integer not null, started_at integer not null, duration_ms integer not null, log text) strict`,
	'create index install_steps_install on install_steps (install_id, id)',
	'alter table outbox add column channel text not null default \'mail\'',
	'alter table outbox add column attempt integer not null default 0',
	'alter table outbox add column next_attempt_at integer',
	'alter table outbox add column message_id text',
	'alter table outbox add column sending_until integer',
	'alter table outbox add column sent_at integer',
	'alter table outbox add column error text',
	'create index outbox_open on outbox (state, next_attempt_at) where state in (\'pending\', \'sending\')',
	'create index outbox_stuck on outbox (state, template) where state in (\'unknown\', \'failed\')',
];

/** Installs with their steps, and an outbox that sends. */
export const installsAndMail: Migration = {
	async up(db) {
		for (const statement of statements) {
			await sql.raw(statement).execute(db);
		}

		await sql`pragma user_version = 4`.execute(db);
	},
};
