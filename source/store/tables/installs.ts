import {type Kysely, type Selectable} from 'kysely';
import {type Install} from '../../domain/install.js';
import {type Installs} from '../installs.js';
import {type InstallTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';

/** A row as the product knows it. */
export const toInstall = (row: Selectable<InstallTable>): Install => ({
	id: row.id,
	reference: row.reference,
	generation: row.generation,
	panel: row.panel,
	application: row.application,
	domain: row.domain,
	account: row.account,
	client: {name: row.client_name, email: row.client_email},
	order: JSON.parse(row.order_json) as unknown,
	state: row.state as Install['state'],
	droppedFrom: row.dropped_from as Install['droppedFrom'],
	droppedBy: row.dropped_by,
	droppedAt: row.dropped_at,
	cause: row.cause,
	attempt: row.attempt,
	progress: row.progress,
	createdAt: row.created_at,
	updatedAt: row.updated_at,
	nextAttemptAt: row.next_attempt_at,
	version: row.version,
});

/** Columns of those fields that are there. */
const toColumns = (to: Parameters<Installs['change']>[1]) => {
	const columns = {
		state: to.state, dropped_from: to.droppedFrom, dropped_by: to.droppedBy, dropped_at: to.droppedAt, cause: to.cause, attempt: to.attempt, progress: to.progress,
		next_attempt_at: to.nextAttemptAt,
	};
	return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<typeof columns>;
};

/** Staged site installs; `tables.installs`. */
export const createInstalls = (db: Kysely<Schema>): Installs => ({
	async find(id) {
		const row = await db.selectFrom('installs').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toInstall(row);
	},
	async list(state) {
		const rows = await db.selectFrom('installs').selectAll().$if(state !== undefined, query => query.where('state', '=', state!)).orderBy('id').execute();
		return rows.map(row => toInstall(row));
	},
	async insert({reference, panel, application, domain, account, client, order, createdAt}) {
		const latest = await db.selectFrom('installs').select(eb => eb.fn.max('generation').as('generation')).where('reference', '=', reference).executeTakeFirst();
		const row = await db.insertInto('installs').values({
			reference, generation: (latest?.generation ?? 0) + 1, panel, application, domain, account, client_name: client.name, client_email: client.email,
			order_json: JSON.stringify(order ?? null), state: 'pending', dropped_from: null, dropped_by: null, dropped_at: null, cause: null, attempt: 0, progress: null,
			created_at: createdAt, updated_at: createdAt, next_attempt_at: null, version: 1,
		}).returningAll().executeTakeFirstOrThrow();
		return toInstall(row);
	},
	async change(install, to, now) {
		const {numUpdatedRows} = await db.updateTable('installs').set({...toColumns(to), updated_at: now, version: install.version + 1})
			.where('id', '=', install.id).where('version', '=', install.version).executeTakeFirst();
		return numUpdatedRows === 1n;
	},
});
