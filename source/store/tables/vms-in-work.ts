import {
	type Kysely,
	type RawBuilder,
	type Selectable,
	type SqlBool,
	sql,
} from 'kysely';
import {type Overview, type VmInWork} from '../overview.js';
import {type OperationTable, type Schema, type VmTable} from '../schema.js';
import {toOperation} from './operation-rows.js';
import {
	isNeedy,
	isReadyInWork,
	isRemoved,
	isSuspended,
	isUnready,
} from './vm-conditions.js';

const counted = async (db: Kysely<Schema>, condition?: typeof isRemoved): Promise<number> => {
	const {count} = await db.selectFrom('vms').select(eb => eb.fn.countAll<number>().as('count'))
		.$if(condition !== undefined, query => query.where(condition!)).executeTakeFirstOrThrow();
	return count;
};

/** How many ready VMs have something to do; found by the few operations, not by the many VMs. */
const countReadyInWork = async (db: Kysely<Schema>): Promise<number> => {
	const {count} = await db.selectFrom('vms').select(eb => eb.fn.countAll<number>().as('count')).where(isReadyInWork)
		.where(sql<SqlBool>`vms.id in (select vm_id from operations where state = 'running' union select vm_id from operations where state = 'waiting')`)
		.executeTakeFirstOrThrow();
	return count;
};

/** Each VM counts in the first that holds of removed, needs attention, suspended, in work, ready. */
export const countVms = async (db: Kysely<Schema>): Promise<Overview['vmCounts']> => {
	const all = await counted(db);
	const removed = await counted(db, isRemoved);
	const needsAttention = await counted(db, isNeedy);
	const suspended = await counted(db, isSuspended);
	const inWork = await counted(db, isUnready) + await countReadyInWork(db);
	return {
		ready: all - removed - needsAttention - suspended - inWork, inWork, needsAttention, suspended, removed,
	};
};

/** The operations that stand for their VMs, the running one, else the first that waits; found through the partial indexes, not by their pasts. */
const current = sql`
	(select o.* from operations as o where o.state = 'running'
		union all select o.* from operations as o where o.state = 'waiting'
			and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'running')
			and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'waiting' and p.id < o.id))
`;

/** Those of VMs that need nobody, oldest first. */
export const currentOperations = (limit: number): RawBuilder<Selectable<OperationTable>> => sql<Selectable<OperationTable>>`
	select c.* from ${current} as c cross join vms as v where v.id = c.vm_id and (v.attention_since is null or v.status = 'removed') order by c.id limit ${limit}
`;

type VmRow = Selectable<VmTable>;

const toVmInWork = (vm: VmRow, operation: Selectable<OperationTable> | undefined, progress: number | null | undefined): VmInWork => ({
	vm: {
		id: vm.id, reference: vm.reference, hostname: vm.hostname, cluster: vm.cluster, node: vm.node, vmid: vm.vmid, status: vm.status as VmInWork['vm']['status'],
		needsAttention: vm.attention_since === null ? null : {reason: vm.attention_reason!, since: vm.attention_since, command: vm.attention_command!},
		suspended: JSON.parse(vm.suspended_json) as VmInWork['vm']['suspended'], version: vm.version,
	},
	operation: operation ? toOperation(operation) : null,
	progress: progress ?? null,
});

const findCurrent = async (db: Kysely<Schema>, vmId: number) =>
	db.selectFrom('operations').selectAll().where('vm_id', '=', vmId).where(sql<SqlBool>`state in ('running', 'waiting')`)
		.orderBy(sql`case when state = 'running' then 0 else 1 end`).orderBy('id').limit(1).executeTakeFirst();

const findProgress = async (db: Kysely<Schema>, remoteTaskId: number | null): Promise<number | null> => {
	const row = remoteTaskId === null ? undefined : await db.selectFrom('remote_tasks').select('progress').where('id', '=', remoteTaskId).executeTakeFirst();
	return row?.progress ?? null;
};

/** Those that need a person first, then those with the oldest operation. */
export const listVmsInWork = async (db: Kysely<Schema>, limit: number): Promise<readonly VmInWork[]> => {
	const needy = await db.selectFrom('vms').selectAll().where(isNeedy).orderBy('attention_since').orderBy('id').limit(limit).execute();
	const {rows: operations} = await currentOperations(limit - needy.length).execute(db);
	const list: VmInWork[] = [];

	for (const vm of needy) {
		const operation = await findCurrent(db, vm.id);
		list.push(toVmInWork(vm, operation, await findProgress(db, operation?.remote_task_id ?? null)));
	}

	for (const operation of operations) {
		const vm = await db.selectFrom('vms').selectAll().where('id', '=', operation.vm_id).executeTakeFirstOrThrow();
		list.push(toVmInWork(vm, operation, await findProgress(db, operation.remote_task_id)));
	}

	return list;
};

/** Unfinished operations per cluster, of VMs that need nobody. */
export const countWork = async (db: Kysely<Schema>): Promise<Overview['workByCluster']> =>
	db.selectFrom(sql<{readonly vm_id: number}>`(select vm_id from operations where state = 'running' union all select vm_id from operations where state = 'waiting')`.as('o'))
		.innerJoin('vms', 'vms.id', 'o.vm_id').where('attention_since', 'is', null)
		.groupBy('cluster').orderBy('cluster').select(eb => ['cluster', eb.fn.countAll<number>().as('count')]).execute();
