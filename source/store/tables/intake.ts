import {
	type Kysely,
	type Selectable,
	type SqlBool,
	sql,
} from 'kysely';
import {type IntakeOrder, madePointlessBy, orderName} from '../../domain/intake-order.js';
import {longestWaitMs} from '../../domain/operation.js';
import {type BilledService, type Intake, type NewOrder} from '../intake.js';
import {type BilledServiceTable, type IntakeOrderTable} from '../schema-intake.js';
import {type Schema} from '../schema.js';
import {createFixedQuery} from './fixed-query.js';
import {mostAtOnce} from './most-at-once.js';

const toOrder = (row: Selectable<IntakeOrderTable>): IntakeOrder => ({
	id: row.id,
	keyName: row.key_name,
	orderKey: row.order_key,
	bodySha256: row.body_sha256,
	action: row.action as IntakeOrder['action'],
	kind: row.kind as IntakeOrder['kind'],
	reference: row.reference,
	plan: row.plan,
	vmId: row.vm_id,
	installId: row.install_id,
	operationId: row.operation_id,
	service: row.service_id === null ? null : {id: row.service_id, client: row.service_client},
	actor: row.actor,
	address: row.address,
	state: row.state as IntakeOrder['state'],
	attempt: row.attempt,
	nextAttemptAt: row.next_attempt_at,
	error: row.error,
	createdAt: row.created_at,
});

const toService = (row: Selectable<BilledServiceTable>): BilledService => ({
	id: row.id,
	keyName: row.key_name,
	service: {id: row.service_id, client: row.client_id},
	kind: row.kind as BilledService['kind'],
	reference: row.reference,
	vmId: row.vm_id,
	installId: row.install_id,
	told: row.told_json === null ? null : JSON.parse(row.told_json),
	updatedAt: row.updated_at,
});

const findRow = createFixedQuery<{readonly keyName: string; readonly orderKey: string}>((db, {keyName, orderKey}) =>
	db.selectFrom('intake_orders').selectAll().where('key_name', '=', keyName).where('order_key', '=', orderKey));

type NewRow = Pick<NewOrder, 'keyName' | 'orderKey' | 'bodySha256' | 'action' | 'kind' | 'reference' | 'plan' | 'vmId' | 'installId' | 'operationId' | 'actor' | 'address' | 'state' | 'createdAt'>
	& {readonly serviceId: number | null; readonly serviceClient: number | null};

const addRow = createFixedQuery<NewRow>((db, row) => db.insertInto('intake_orders').values({
	key_name: row.keyName, order_key: row.orderKey, body_sha256: row.bodySha256, action: row.action, kind: row.kind, reference: row.reference, plan: row.plan,
	vm_id: row.vmId, install_id: row.installId, operation_id: row.operationId, service_id: row.serviceId, service_client: row.serviceClient,
	actor: row.actor, address: row.address, state: row.state, attempt: sql.lit(0), next_attempt_at: null, error: null, created_at: row.createdAt,
}).returningAll());

const sayNonce = createFixedQuery<{readonly keyName: string; readonly nonce: string; readonly now: number; readonly from: number}>((db, {keyName, nonce, now, from}) =>
	db.insertInto('intake_nonces').values({key_name: keyName, nonce, at: now})
		.onConflict(conflict => conflict.columns(['key_name', 'nonce']).doUpdateSet({at: now}).where('intake_nonces.at', '<', from)));

/** The partial index's condition word for word, or SQLite would not use it. */
const isOpen = sql<SqlBool>`state = 'accepted'`;

/** `isDueAt`, in SQL. */
const isDue = (now: number) => sql<SqlBool>`(o.next_attempt_at is null or o.next_attempt_at <= ${now} or o.next_attempt_at > ${now + longestWaitMs})`;

const noteService = async (db: Kysely<Schema>, {keyName, service, kind, reference, vmId, installId, createdAt}: NewOrder): Promise<void> => {
	if (service === null) {
		return;
	}

	const present = {
		client_id: service.client, kind, reference, vm_id: vmId, install_id: installId, updated_at: createdAt,
	};
	await db.insertInto('billed_services').values({
		key_name: keyName, service_id: service.id, told_json: null, ...present,
	}).onConflict(conflict => conflict.columns(['key_name', 'service_id']).doUpdateSet(present)).execute();
};

const dropPointless = async (db: Kysely<Schema>, {id, action, reference}: Pick<IntakeOrder, 'id' | 'action' | 'reference'>): Promise<void> => {
	const actions = madePointlessBy(action);
	if (actions.length > 0) {
		await db.updateTable('intake_orders').set({state: 'dropped', next_attempt_at: null, error: `${orderName({id})} came after it: ${action}`})
			.where(isOpen).where('reference', '=', reference).where('id', '<', id).where('action', 'in', actions).execute();
	}
};

/** Orders of billing systems, their services, and nonces; `tables.intake`. */
export const createIntake = (db: Kysely<Schema>): Intake => ({
	async find(id) {
		const row = await db.selectFrom('intake_orders').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toOrder(row);
	},
	async findByKey(keyName, orderKey) {
		const {rows} = await findRow(db, {keyName, orderKey});
		return (rows as ReadonlyArray<Selectable<IntakeOrderTable>>).map(row => toOrder(row))[0];
	},
	async findLast(reference) {
		const row = await db.selectFrom('intake_orders').selectAll().where('reference', '=', reference).orderBy('id', 'desc').limit(1).executeTakeFirst();
		return row && toOrder(row);
	},
	async listDue({now, limit}) {
		const {rows} = await sql<Selectable<IntakeOrderTable>>`
			select o.* from intake_orders as o where o.id in (select min(id) from intake_orders where ${isOpen} group by reference) and ${isDue(now)}
				order by o.id limit ${limit}
		`.execute(db);
		return rows.map(row => toOrder(row));
	},
	async listBilled() {
		const rows = await db.selectFrom('billed_services').selectAll().orderBy('id').execute();
		return rows.map(row => toService(row));
	},
	async findBilledVm(vmId) {
		const row = await db.selectFrom('billed_services').selectAll().where('vm_id', '=', vmId).orderBy('id', 'desc').limit(1).executeTakeFirst();
		return row && toService(row);
	},
	async findBilledSite({id, reference}) {
		const row = await db.selectFrom('billed_services').selectAll().where('kind', '=', 'site')
			.where(eb => eb.or([eb('install_id', '=', id), eb('reference', '=', reference)])).orderBy('updated_at', 'desc').limit(1).executeTakeFirst();
		return row && toService(row);
	},
	async add(order) {
		const {service, ...row} = order;
		const {rows} = await addRow(db, {...row, serviceId: service?.id ?? null, serviceClient: service?.client ?? null});
		const taken = toOrder(rows[0] as Selectable<IntakeOrderTable>);
		await noteService(db, order);
		await dropPointless(db, taken);
		return taken;
	},
	async settle(id, {state, attempt, nextAttemptAt, error}) {
		const {numUpdatedRows} = await db.updateTable('intake_orders').set({
			state, attempt, next_attempt_at: nextAttemptAt, error,
		}).where('id', '=', id).where(isOpen).executeTakeFirst();
		return numUpdatedRows === 1n;
	},
	async useNonce(keyName, nonce, {now, from}) {
		const {numAffectedRows} = await sayNonce(db, {
			keyName, nonce, now, from,
		});
		return numAffectedRows === 1n;
	},
	async setTold(id, told, now) {
		await db.updateTable('billed_services').set({told_json: JSON.stringify(told), updated_at: now}).where('id', '=', id).execute();
	},
	async pruneNonces(before, limit = mostAtOnce) {
		const old = db.selectFrom('intake_nonces').select(['key_name', 'nonce']).where('at', '<', before).limit(limit);
		const {numAffectedRows: count = 0n} = await sql`delete from intake_nonces where (key_name, nonce) in ${old}`.execute(db);
		return Number(count);
	},
	async prune(before, limit = mostAtOnce) {
		const old = db.selectFrom('intake_orders').select('id').where('created_at', '<', before).where('state', '<>', 'accepted').orderBy('created_at').limit(limit);
		const {numDeletedRows} = await db.deleteFrom('intake_orders').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
});
