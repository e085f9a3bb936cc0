import {
	type Kysely,
	type Selectable,
	type SqlBool,
	sql,
} from 'kysely';
import {longestWaitMs} from '../../domain/operation.js';
import {type StuckMessages} from '../../domain/mail-findings.js';
import {type Outbox, type OutboxResult, type OutboxRow} from '../outbox.js';
import {type OutboxTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {mostAtOnce} from './most-at-once.js';

const toMessage = (row: Selectable<OutboxTable>): OutboxRow => ({
	id: row.id,
	channel: row.channel as OutboxRow['channel'],
	template: row.template,
	to: row.recipient,
	variables: JSON.parse(row.variables_json) as OutboxRow['variables'],
	state: row.state as OutboxRow['state'],
	vmId: row.vm_id,
	installId: row.install_id,
	createdAt: row.created_at,
	attempt: row.attempt,
	nextAttemptAt: row.next_attempt_at,
	messageId: row.message_id,
	sentAt: row.sent_at,
	error: row.error,
});

const after = (result: OutboxResult, now: number) => {
	if (result.state === 'sent') {
		return {
			state: 'sent', sent_at: now, error: null, variables_json: '{}', next_attempt_at: null,
		};
	}

	return {state: result.state, error: result.error, next_attempt_at: result.state === 'pending' ? result.nextAttemptAt : null};
};

/** The partial index's condition word for word, or SQLite would not use it. */
const isOpen = sql<SqlBool>`state in ('pending', 'sending')`;

const isSent = sql<SqlBool>`state = 'sent'`;

/** `isDueAt`, in SQL. */
const isDue = (now: number) => sql<SqlBool>`(next_attempt_at is null or next_attempt_at <= ${now} or next_attempt_at > ${now + longestWaitMs})`;

/** Whoever is at it has ended by then; a moment that far off is from before the clock was set back. */
const isOver = (now: number) => sql<SqlBool>`(sending_until <= ${now} or sending_until > ${now + longestWaitMs})`;

/** Thousands of letters may be due: what operators are to hear is not behind them. */
const isForClient = sql<SqlBool>`vm_id is not null or install_id is not null`;

/** Messages that were caused; `tables.outbox`. */
export const createOutbox = (db: Kysely<Schema>): Outbox => ({
	async list({state, installId, limit} = {}) {
		const rows = await db.selectFrom('outbox').selectAll().$if(state !== undefined, query => query.where('state', '=', state!))
			.$if(state === 'pending' || state === 'sending', query => query.where(isOpen))
			.$if(installId !== undefined, query => query.where('install_id', '=', installId!)).orderBy('id', 'desc')
			.$if(limit !== undefined, query => query.limit(limit!)).execute();
		return rows.toReversed().map(row => toMessage(row));
	},
	async find(id) {
		const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toMessage(row);
	},
	async listDue({now, limit}) {
		const rows = await db.selectFrom('outbox').selectAll().where(isOpen).where('state', '=', 'pending')
			.where(isDue(now)).orderBy(isForClient).orderBy('next_attempt_at').orderBy('id').limit(limit).execute();
		return rows.map(row => toMessage(row));
	},
	async listStuck() {
		// Beside `min` the other columns are those of the row that has it.
		const {rows} = await sql<StuckMessages>`
			select state, template, count(*) as count, min(id) as id, error from outbox where state in ('unknown', 'failed') and recipient <> '' group by state, template
		`.execute(db);
		return rows;
	},
	async add({key, template, to, variables, vmId, installId, createdAt, channel = 'mail'}) {
		await db.insertInto('outbox').values({
			key, template, recipient: to, variables_json: JSON.stringify(variables), state: 'pending', vm_id: vmId, install_id: installId, created_at: createdAt, channel,
			attempt: 0, next_attempt_at: null, message_id: null, sending_until: null, sent_at: null, error: null,
		}).onConflict(conflict => conflict.column('key').doNothing()).execute();
	},
	async claim(id, {messageId, until}) {
		const {numUpdatedRows} = await db.updateTable('outbox').set(eb => ({
			state: 'sending', message_id: messageId, sending_until: until, attempt: eb('attempt', '+', 1),
		})).where('id', '=', id).where('state', '=', 'pending').executeTakeFirst();
		return numUpdatedRows === 1n;
	},
	async settle(id, result, now) {
		await db.updateTable('outbox').set({...after(result, now), sending_until: null}).where('id', '=', id).where('state', '=', 'sending').execute();
	},
	async markLost(now) {
		const rows = await db.updateTable('outbox').set({state: 'unknown', sending_until: null, error: 'whoever sent it ended before an answer came'})
			.where(isOpen).where('state', '=', 'sending').where(isOver(now)).returningAll().execute();
		return rows.map(row => toMessage(row));
	},
	async prune(before, limit = mostAtOnce) {
		const old = db.selectFrom('outbox').select('id').where(isSent).where('sent_at', '<', before).limit(limit);
		const {numDeletedRows} = await db.deleteFrom('outbox').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
	async resend(id, now) {
		const {numUpdatedRows} = await db.updateTable('outbox').set({
			state: 'pending', attempt: 0, next_attempt_at: now, error: null,
		}).where('id', '=', id).where('state', 'in', ['unknown', 'failed']).executeTakeFirst();
		return numUpdatedRows === 1n;
	},
});
