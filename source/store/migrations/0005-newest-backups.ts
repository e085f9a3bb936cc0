import {type Migration} from 'kysely/migration';
import {sql} from 'kysely';

/** The console's list of backups begins with the newest, of some hundred thousand. */
export const newestBackups: Migration = {
	async up(db) {
		await sql`create index backups_newest on backups (created_at, id, state) where state <> 'removed'`.execute(db);
		await sql`pragma user_version = 5`.execute(db);
	},
};
