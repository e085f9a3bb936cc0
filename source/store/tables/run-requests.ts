import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type RunRequest, type RunRequests} from '../run-requests.js';
import {type Schema} from '../schema.js';
import {mostAtOnce} from './most-at-once.js';

const toRequest = (row: Selectable<Schema['run_requests']>): RunRequest => ({
	id: row.id,
	task: row.task as RunRequest['task'],
	requestedBy: row.requested_by,
	requestedAt: row.requested_at,
	runId: row.run_id,
	refusal: row.refusal,
});

const isOpen = sql<SqlBool>`run_id is null and refusal is null`;
/** By a sum, so that the open ones are found by their index and sorted, and not picked from all that ever were in the order of their ids. */
const inOrder = sql`+id`;

/** People's wishes that a task run now; `tables.runRequests`. */
export const createRunRequests = (db: Kysely<Schema>): RunRequests => ({
	async find(id) {
		const row = await db.selectFrom('run_requests').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toRequest(row);
	},
	async listOpen() {
		const rows = await db.selectFrom('run_requests').selectAll().where(isOpen).orderBy(inOrder).execute();
		return rows.map(row => toRequest(row));
	},
	async add(task, by, now) {
		const open = await db.selectFrom('run_requests').selectAll().where('task', '=', task).where(isOpen).executeTakeFirst();
		return toRequest(open ?? await db.insertInto('run_requests').values({
			task, requested_by: by, requested_at: now, run_id: null, refusal: null,
		}).returningAll().executeTakeFirstOrThrow());
	},
	async prune(before, limit = mostAtOnce) {
		const old = db.selectFrom('run_requests').select('id').where('requested_at', '<', before).where(eb => eb.or([eb('run_id', 'is not', null), eb('refusal', 'is not', null)]))
			.orderBy('id').limit(limit);
		const {numDeletedRows} = await db.deleteFrom('run_requests').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
	async answer(id, answer) {
		await db.updateTable('run_requests').set('runId' in answer ? {run_id: answer.runId} : {refusal: answer.refusal}).where('id', '=', id).where(isOpen).execute();
	},
});
