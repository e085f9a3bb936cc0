import {type Kysely, type Selectable, sql} from 'kysely';
import {longestWaitMs} from '../../domain/operation.js';
import {type StepLogRow} from '../../domain/step-log.js';
import {type Schema, type StepLogTable} from '../schema.js';
import {type StepLog, type VmSpan} from '../step-log.js';
import {mostAtOnce} from './most-at-once.js';

const keptOperations = 50;

const everyVm: VmSpan = {from: 0, to: Number.MAX_SAFE_INTEGER};

const toStep = (row: Selectable<StepLogTable>): StepLogRow => ({
	operationId: row.operation_id,
	operation: row.operation,
	from: row.from_status,
	to: row.to_status,
	outcome: row.outcome as StepLogRow['outcome'],
	reason: row.reason,
	attempt: row.attempt,
	startedAt: row.started_at,
	durationMs: row.duration_ms,
	upid: row.upid,
	log: row.log,
});

/** Adds a row to the VM's step log. */
export const insertStep = async (db: Kysely<Schema>, vmId: number, row: StepLogRow): Promise<void> => {
	await db.insertInto('step_log').values({
		vm_id: vmId, operation_id: row.operationId, operation: row.operation, from_status: row.from, to_status: row.to, outcome: row.outcome, reason: row.reason,
		attempt: row.attempt, started_at: row.startedAt, duration_ms: row.durationMs, upid: row.upid, log: row.log,
	}).execute();
};

/**
 Finished operations before the last 50 of their VM, save those with a remote task that still runs, that nobody has taken notice of, or that a limit
 on how many may be started in a time still counts.
 */
const forgotten = (now: number, {from, to}: VmSpan, limit: number) => sql<{readonly id: number}>`
	select o.id
		from (
			select q.vm_id, (select p.id from operations as p where p.vm_id = q.vm_id order by p.id desc limit 1 offset ${sql.lit(keptOperations)}) as last
			from operations as q where q.vm_id >= ${from} and q.vm_id <= ${to} group by q.vm_id having count(*) > ${sql.lit(keptOperations)}
		) as many cross join operations as o
		where o.vm_id = many.vm_id and o.id <= many.last and o.state not in ('waiting', 'running')
			and not exists (select 1 from remote_tasks as r where r.operation_id = o.id and (r.state <> 'finished' or r.is_settled = 0 or r.intent_at > ${now - longestWaitMs}))
		limit ${limit}
`;

/** What each VM's pipelines did; `tables.stepLog`. */
export const createStepLog = (db: Kysely<Schema>): StepLog => ({
	async list(vmId, limit) {
		const oldest = await db.selectFrom('operations').select('id').where('vm_id', '=', vmId).orderBy('id', 'desc').offset(keptOperations - 1).limit(1).executeTakeFirst();
		const rows = await db.selectFrom('step_log').selectAll().where('vm_id', '=', vmId).where('operation_id', '>=', oldest?.id ?? 0)
			// A screen wants only the newest, which the index gives without a look at the rest.
			.$if(limit === undefined, query => query.orderBy('id', 'desc')).$if(limit !== undefined, query => query.orderBy('operation_id', 'desc').orderBy('id', 'desc').limit(limit!))
			.execute();
		return rows.toReversed().map(row => toStep(row));
	},
	async addFailure(vmId, row) {
		await insertStep(db, vmId, row);
	},
	async prune(now, span = everyVm, limit = mostAtOnce) {
		const {rows} = await forgotten(now, span, limit).execute(db);
		const ids = rows.map(({id}) => id);
		if (ids.length > 0) {
			await db.deleteFrom('step_log').where('operation_id', 'in', ids).execute();
			await db.deleteFrom('remote_tasks').where('operation_id', 'in', ids).execute();
			await db.deleteFrom('operations').where('id', 'in', ids).execute();
		}

		return ids.length;
	},
	async findLastVm() {
		const {last} = await db.selectFrom('vms').select(eb => eb.fn.max('id').as('last')).executeTakeFirstOrThrow();
		return last ?? 0;
	},
});
