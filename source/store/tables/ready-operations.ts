import {
	type Kysely,
	type RawBuilder,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {longestWaitMs, type Operation} from '../../domain/operation.js';
import {type ReadyFilter} from '../operations.js';
import {type OperationTable, type Schema} from '../schema.js';
import {isOneOf} from './is-one-of.js';
import {toOperation} from './operation-rows.js';

/** An intent `r` of a VM that needs a person: what it announced came to nothing, or nobody knows; others need not wait for that person. */
export const isLeftLying = sql<SqlBool>`(r.state = 'intent' and exists (select 1 from vms as w where w.id = r.vm_id and w.attention_since is not null))`;

/** From the few operations to their VMs: told so, or SQLite may go through every VM of the cluster. */
const operationsWithVms = sql`operations as o cross join vms as v`;

/** `isDueAt`, in SQL. */
const isDue = (now: number) => sql`(o.next_attempt_at is null or o.next_attempt_at <= ${now} or o.next_attempt_at > ${now + longestWaitMs})`;

/** Running operations whose moment has come; of those that wait for a slot as many as are free, oldest first. */
const running = ({now, tasks, clusters, nodesDown}: ReadyFilter) => sql`
	select id from (
		select o.id, o.slot_key, o.slot_limit, row_number() over (partition by o.slot_key order by o.id) as place
		from ${operationsWithVms}
		where v.id = o.vm_id and o.state = 'running' and o.remote_task_id is null and ${isDue(now)}
			and o.task ${isOneOf(tasks)} and v.attention_since is null and v.cluster ${isOneOf(clusters)}
			and (v.node is null or not (v.cluster || '/' || v.node) ${isOneOf(nodesDown)})
			and (o.paused_by_node is null or not (o.paused_by_node ${isOneOf(nodesDown)} or (v.cluster || '/' || o.paused_by_node) ${isOneOf(nodesDown)}))
	) as candidates
	where slot_key is null or place <= slot_limit - (
		select count(*) from remote_tasks as r where r.slot_key = candidates.slot_key and r.state <> 'finished' and not ${isLeftLying}
	)
`;

/**
 A running operation `p` that lets what a person asks for go first: a backup that has not begun in the cluster and stands in the queue for a slot, which
 may last for hours.
 */
export const isYielding = sql<SqlBool>`
	(p.state = 'running' and p.slot_key is not null and p.remote_task_id is null and p.position is null
		and p.kind in ('backup', 'scheduled-backup'))
`;

/** What goes before such a backup. */
const isUrgent = sql<SqlBool>`(o.kind not in ('backup', 'scheduled-backup'))`;

/** The oldest waiting operation of each VM with nothing running. */
const waiting = ({now, tasks, clusters, nodesDown}: ReadyFilter) => sql`
	select o.id
	from ${operationsWithVms}
	where v.id = o.vm_id and o.state = 'waiting' and ${isDue(now)}
		and o.task ${isOneOf(tasks)} and v.attention_since is null and v.cluster ${isOneOf(clusters)}
		and (v.node is null or not (v.cluster || '/' || v.node) ${isOneOf(nodesDown)})
		and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'running' and not (${isUrgent} and ${isYielding}))
		and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'waiting' and p.id < o.id)
`;

/** The query behind `operations.listReady`. */
export const readyQuery = (filter: ReadyFilter): RawBuilder<Selectable<OperationTable>> => sql<Selectable<OperationTable>>`
	select * from operations where id in (${running(filter)}${filter.start ? sql` union all ${waiting(filter)}` : sql``}) order by id limit ${filter.limit}
`;

/** What can be moved on now, oldest first. */
export const listReady = async (db: Kysely<Schema>, filter: ReadyFilter): Promise<readonly Operation[]> => {
	const {rows} = await readyQuery(filter).execute(db);
	return rows.map(row => toOperation(row));
};
