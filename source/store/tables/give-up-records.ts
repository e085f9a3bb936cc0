import {type Kysely, type Selectable} from 'kysely';
import {type DnsRecordTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';

/** What a VM had and does not want any more: to go, or to have its generic name again; what nobody wrote is forgotten. Whether anything is owed anew. */
export const giveUpRecords = async (db: Kysely<Schema>, rows: ReadonlyArray<Selectable<DnsRecordTable>>, now: number): Promise<boolean> => {
	let isOwed = false;

	for (const {id, mine_json: mine, claimed_until: claimedUntil, generic, revision} of rows) {
		if (mine === '[]' && claimedUntil <= now) {
			await db.deleteFrom('dns_records').where('id', '=', id).execute();
			continue;
		}

		isOwed = true;
		await db.updateTable('dns_records').set({
			values_json: JSON.stringify(generic === null ? [] : [generic]), takes_over: 0, is_given_up: 1,
			state: 'owed', error: null, attempt: 0, next_attempt_at: now, since: now, revision: revision + 1,
		}).where('id', '=', id).execute();
	}

	return isOwed;
};
