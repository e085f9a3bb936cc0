import {type Kysely, type Selectable} from 'kysely';
import {type Outbox, type OutboxRow} from '../outbox.js';
import {type OutboxTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';

const toMail = (row: Selectable<OutboxTable>): OutboxRow => ({
	id: row.id,
	template: row.template,
	to: row.recipient,
	variables: JSON.parse(row.variables_json) as OutboxRow['variables'],
	state: row.state as OutboxRow['state'],
	vmId: row.vm_id,
	installId: row.install_id,
	createdAt: row.created_at,
});

/** Mail that was caused; `tables.outbox`. */
export const createOutbox = (db: Kysely<Schema>): Outbox => ({
	async list() {
		const rows = await db.selectFrom('outbox').selectAll().orderBy('id').execute();
		return rows.map(row => toMail(row));
	},
	async add({key, template, to, variables, vmId, installId, createdAt}) {
		await db.insertInto('outbox').values({
			key, template, recipient: to, variables_json: JSON.stringify(variables), state: 'pending', vm_id: vmId, install_id: installId, created_at: createdAt,
		}).onConflict(conflict => conflict.column('key').doNothing()).execute();
	},
});
