import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

/** An install is looked up by its domain, and the newest snapshots are listed, without going through all of them. */
export const lookedUpRows: Migration = {
	async up(db) {
		await sql`create index installs_domain on installs (domain)`.execute(db);
		await sql`create index snapshots_newest on snapshots (created_at, id)`.execute(db);
		await sql`pragma user_version = 7`.execute(db);
	},
};
