import {type Kysely, sql} from 'kysely';
import {type Schema} from '../schema.js';

/** What was put off, by a column that says until when. */
const putOff = [
	['operations', 'state in (\'waiting\', \'running\')'],
	['installs', 'state in (\'pending\', \'running\')'],
	['outbox', 'state = \'pending\''],
	['dns_records', 'state <> \'done\''],
	['intake_orders', 'state = \'accepted\''],
] as const;

/**
 After the wall clock was set: what is put off comes no later for it, and nothing has been waited for longer than it has. To look too early does no
 harm; so a clock that was set ahead moves no such moment, and claims of somebody who may be at it are left alone.
 */
export const moveMoments = async (db: Kysely<Schema>, byMs: number, now: number): Promise<void> => {
	if (byMs < 0) {
		for (const [table, where] of putOff) {
			await sql`update ${sql.table(table)} set next_attempt_at = next_attempt_at + ${byMs} where ${sql.raw(where)} and next_attempt_at > ${now}`.execute(db);
		}
	}

	for (const table of ['operations', 'installs']) {
		await sql`update ${sql.table(table)} set step_since = min(step_since + ${Math.max(0, byMs)}, ${now}) where state = 'running' and step_since is not null`.execute(db);
	}

	if (!(byMs > 0)) {
		return;
	}

	// A call that was sent just before may arrive yet: who has looked for it once looks afresh.
	await sql`update remote_tasks set deadline_at = min(deadline_at + ${byMs}, ${now}) where state = 'intent' and deadline_at < ${now}`.execute(db);
	await sql`update operations set waiting_for = null where state = 'running' and id in (select operation_id from remote_tasks where state = 'intent')`.execute(db);
};
