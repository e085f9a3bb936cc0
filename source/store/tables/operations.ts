import {type Kysely, sql, type SqlBool} from 'kysely';
import {type Operation} from '../../domain/operation.js';
import {kindOf, operationKinds} from '../../domain/operation-kind.js';
import {type OperationReads, type OperationWrites, type Operations} from '../operations.js';
import {type Schema} from '../schema.js';
import {StatusChanged} from '../store.js';
import {createFixedQuery} from './fixed-query.js';
import {nothingWaitedFor, toNotes, toOperation} from './operation-rows.js';
import {isYielding, listReady} from './ready-operations.js';
import {insertStep} from './step-log.js';

const keptOperations = 50;

/** Literal, as the partial indexes have it. */
const isRunning = sql<SqlBool>`state = 'running'`;
const isWaiting = sql<SqlBool>`state = 'waiting'`;

const createReads = (db: Kysely<Schema>): OperationReads => ({
	async find(id) {
		const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toOperation(row);
	},
	async listOpen(vmId) {
		const all = db.selectFrom('operations').selectAll().where('vm_id', '=', vmId);
		const rows = [...await all.where(isRunning).execute(), ...await all.where(isWaiting).orderBy('id').execute()];
		return rows.map(row => toOperation(row));
	},
	async listFor(vmId) {
		const rows = await db.selectFrom('operations').selectAll().where('vm_id', '=', vmId).orderBy('id', 'desc').limit(keptOperations).execute();
		return rows.map(row => toOperation(row));
	},
	listReady: async filter => listReady(db, filter),
	async nextMoment() {
		// One that waits for a person or a remote task has no moment of its own.
		const row = await db.selectFrom('operations').innerJoin('vms', 'vms.id', 'operations.vm_id').select('next_attempt_at')
			.where(sql<SqlBool>`operations.state = 'running' and next_attempt_at is not null and remote_task_id is null and attention_since is null`)
			.orderBy('next_attempt_at').limit(1).executeTakeFirst();
		return row?.next_attempt_at ?? undefined;
	},
	async listUnderWay(tasks) {
		const all = db.selectFrom('operations').selectAll().where('task', 'in', [...tasks, '']);
		const rows = [...await all.where(isRunning).execute(), ...await all.where(isWaiting).execute()];
		return rows.map(row => toOperation(row)).toSorted((a, b) => a.id - b.id);
	},
});

const begin = createFixedQuery<{readonly id: number; readonly now: number}>((db, {id, now}) => db.updateTable('operations').where('id', '=', id)
	.set({
		state: 'running', started_at: now, step_since: now, attempt: 0, ...nothingWaitedFor,
	})
	.where(isWaiting)
	.where(sql<SqlBool>`not exists (select 1 from operations as p where p.vm_id = operations.vm_id and p.state = 'running')`));

/** Takes a backup that only stands in the queue for a slot back to where it waits, so that another operation of its VM can begin. */
const makeWay = createFixedQuery<{readonly id: number}>((db, {id}) => db.updateTable('operations as p')
	.set({
		state: 'waiting', started_at: null, step_since: null, ...nothingWaitedFor,
	})
	.where(isYielding).where(sql<SqlBool>`p.vm_id = (select o.vm_id from operations as o where o.id = ${id} and o.state = 'waiting' and o.kind not in ('backup', 'scheduled-backup'))`));

const nextStep = createFixedQuery<{readonly id: number; readonly now: number}>((db, {id, now}) => db.updateTable('operations').where('id', '=', id)
	.set({...nothingWaitedFor, attempt: 0, step_since: now}).where(isRunning));

const finish = createFixedQuery<{readonly id: number; readonly state: string; readonly now: number; readonly message: string | null}>((db, {id, state, now, message}) => db.updateTable('operations')
	.where('id', '=', id)
	.set({
		...nothingWaitedFor, state, finished_at: now, message,
	})
	.where(sql<SqlBool>`state in ('running', 'waiting')`));

const powerKinds: ReadonlySet<string> = new Set(['start', 'stop', 'shutdown', 'reboot']);

/** The same verb that waits already, or that was asked for last. */
const findSame = async (db: Kysely<Schema>, vmId: number, kind: string, parametersJson: string) => {
	const open = await db.selectFrom('operations').selectAll().where('vm_id', '=', vmId).where(sql<SqlBool>`state in ('running', 'waiting')`).orderBy('id').execute();
	const isSame = (row: typeof open[number]) => row.kind === kind && row.params_json === parametersJson;
	// Stop, start, stop: the last word counts.
	const isOverruled = ({id}: {readonly id: number}) => powerKinds.has(kind) && open.some(later => later.id > id && later.kind !== kind && powerKinds.has(later.kind));
	return open.find(row => row.state === 'waiting' && isSame(row) && !isOverruled(row)) ?? open.slice(-1).find(row => isSame(row));
};

const cancelOpen = async (db: Kysely<Schema>, {vmId, now, message, except}: {readonly vmId: number; readonly now: number; readonly message: string; readonly except?: number}): Promise<readonly Operation[]> => {
	const open = await db.selectFrom('operations').selectAll().where('vm_id', '=', vmId).where(sql<SqlBool>`state in ('running', 'waiting')`)
		.where('id', '<>', except ?? -1).orderBy('id').execute();
	for (const {id} of open) {
		await finish(db, {
			id, state: 'cancelled', now, message,
		});
	}

	return open.map(row => toOperation(row));
};

type Wish = Parameters<OperationWrites['add']>[1];
type Added = Awaited<ReturnType<OperationWrites['add']>>;

const add = async (db: Kysely<Schema>, vmId: number, {kind, params, requestedBy, now}: Wish): Promise<Added> => {
	const parametersJson = JSON.stringify(params ?? null);
	const same = await findSame(db, vmId, kind, parametersJson);
	if (same) {
		return {operation: toOperation(same), isNew: false};
	}

	if (kind === 'change') {
		const older = await db.selectFrom('operations').select('id').where('vm_id', '=', vmId).where(isWaiting).where('kind', '=', kind).execute();
		for (const {id} of older) {
			await finish(db, {
				id, state: 'cancelled', now, message: 'a newer change came before it began',
			});
		}
	}

	const row = await db.insertInto('operations').values({
		vm_id: vmId, kind, task: operationKinds[kind].task, params_json: parametersJson, requested_by: requestedBy, requested_at: now, state: 'waiting',
		started_at: null, finished_at: null, attempt: 0, step_since: null, message: null, position: null, ...nothingWaitedFor,
	}).returningAll().executeTakeFirstOrThrow();
	return {operation: toOperation(row), isNew: true};
};

const createWrites = (db: Kysely<Schema>): OperationWrites => {
	const change = (id: number) => db.updateTable('operations').where('id', '=', id);

	return {
		add: async (vmId, wish) => add(db, vmId, wish),
		async begin(id, now) {
			const isBegun = async () => {
				const {numAffectedRows} = await begin(db, {id, now});
				return numAffectedRows === 1n;
			};

			if (await isBegun()) {
				return true;
			}

			const {numAffectedRows: made} = await makeWay(db, {id});
			return made === 1n && isBegun();
		},
		async wait(id, {waitingFor, nextAttemptAt, remoteTaskId, slot, pausedByNode}) {
			// What ended before its step came to wait for it is waited for no more.
			const isOver = remoteTaskId !== null
				&& await db.selectFrom('remote_tasks').select('id').where('id', '=', remoteTaskId).where('state', '<>', 'finished').executeTakeFirst() === undefined;
			await change(id).set(isOver
				? nothingWaitedFor
				: {
					waiting_for: waitingFor, next_attempt_at: nextAttemptAt, remote_task_id: remoteTaskId, slot_key: slot?.key ?? null, slot_limit: slot?.limit ?? null,
					paused_by_node: pausedByNode,
				}).where(isRunning).execute();
		},
		async postpone(id, {attempt, nextAttemptAt, waitingFor}) {
			await change(id).set({
				...nothingWaitedFor, attempt, next_attempt_at: nextAttemptAt, waiting_for: waitingFor,
			}).where(isRunning).execute();
		},
		async nextStep(id, now) {
			await nextStep(db, {id, now});
		},
		async advance(operation, to, log) {
			const [first] = kindOf(operation.kind).positions;
			const from = operation.position ?? first!;
			const {numUpdatedRows} = await change(operation.id).set({position: to}).where(isRunning)
				.where(eb => eb.or([eb('position', '=', from), ...from === first ? [eb('position', 'is', null)] : []])).executeTakeFirst();

			if (numUpdatedRows !== 1n) {
				throw new StatusChanged(`Operation ${operation.id} is not at ${from} any more: somebody else moved it on.`);
			}

			await insertStep(db, operation.vmId, {...log, from, to});
		},
		async note(id, notes) {
			const row = await db.selectFrom('operations').select('notes_json').where('id', '=', id).executeTakeFirst();
			await change(id).set({notes_json: JSON.stringify({...(row && toNotes(row)), ...notes})}).execute();
		},
		cancelOpen: async (vmId, now, message, except) => cancelOpen(db, {
			vmId, now, message, except,
		}),
		async finish(id, state, now, message) {
			await finish(db, {
				id, state, now, message: message ?? null,
			});
		},
	};
};

/** What is wanted of VMs; `tables.operations`. */
export const createOperations = (db: Kysely<Schema>): Operations => ({...createReads(db), ...createWrites(db)});
