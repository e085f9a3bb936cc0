import {
	type Kysely,
	type RawBuilder,
	type Selectable,
	type SqlBool,
	sql,
} from 'kysely';
import {type Overview, type VmInWork} from '../overview.js';
import {type OperationTable, type Schema, type VmTable} from '../schema.js';
import {isOneOf} from './is-one-of.js';
import {toOperation} from './operation-rows.js';
import {
	isNeedy,
	isReadyInWork,
	isRemoved,
	isSuspended,
	isUnready,
} from './vm-conditions.js';
import {toNeedsAttention, toSuspended} from './vm-rows.js';

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

/** The operations that stand for their VMs, one each: the running one, else the first that waits; found through the partial indexes, not by their pasts. */
export const current = sql`
	(select o.* from operations as o where o.state = 'running'
		union all select o.* from operations as o where o.state = 'waiting'
			and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'running')
			and not exists (select 1 from operations as p where p.vm_id = o.vm_id and p.state = 'waiting' and p.id < o.id))
`;

/** Those of VMs that need nobody, oldest first. The plus has them sorted: in the order of the ids SQLite would go through every operation that ever was. */
export const currentOperations = (limit: number): RawBuilder<Selectable<OperationTable>> => sql<Selectable<OperationTable>>`
	select c.* from ${current} as c cross join vms as v where v.id = c.vm_id and (v.attention_since is null or v.status = 'removed') order by +c.id limit ${limit}
`;

const columns = [
	'id', 'reference', 'hostname', 'cluster', 'node', 'vmid', 'status', 'suspended_json', 'attention_reason', 'attention_since', 'attention_command', 'version',
] as const;

type VmRow = Pick<Selectable<VmTable>, typeof columns[number]>;
type OperationRow = Selectable<OperationTable>;

const toVmInWork = (vm: VmRow, operation: OperationRow | undefined, progress: number | null): VmInWork => ({
	vm: {
		id: vm.id, reference: vm.reference, hostname: vm.hostname, cluster: vm.cluster, node: vm.node, vmid: vm.vmid, status: vm.status as VmInWork['vm']['status'],
		needsAttention: toNeedsAttention(vm), suspended: toSuspended(vm), version: vm.version,
	},
	operation: operation ? toOperation(operation) : null,
	progress,
});

const listCurrentOf = async (db: Kysely<Schema>, vmIds: readonly number[]): Promise<readonly OperationRow[]> => {
	const {rows} = await sql<OperationRow>`select c.* from ${current} as c where c.vm_id ${isOneOf(vmIds)}`.execute(db);
	return rows;
};

const listVms = async (db: Kysely<Schema>, ids: readonly number[]): Promise<ReadonlyMap<number, VmRow>> => {
	const rows = await db.selectFrom('vms').select(columns).where(sql<SqlBool>`id ${isOneOf(ids)}`).execute();
	return new Map(rows.map(row => [row.id, row]));
};

const listProgress = async (db: Kysely<Schema>, operations: readonly OperationRow[]): Promise<ReadonlyMap<number | null, number | null>> => {
	const ids = operations.flatMap(({remote_task_id: id}) => id ?? []);
	const rows = await db.selectFrom('remote_tasks').select(['id', 'progress']).where(sql<SqlBool>`id ${isOneOf(ids)}`).execute();
	return new Map(rows.map(({id, progress}) => [id, progress]));
};

/** Those that need a person first, then those with the oldest operation. */
export const listVmsInWork = async (db: Kysely<Schema>, limit: number): Promise<readonly VmInWork[]> => {
	const needy = await db.selectFrom('vms').select(columns).where(isNeedy).orderBy('attention_since').orderBy('id').limit(limit).execute();
	const theirs = await listCurrentOf(db, needy.map(({id}) => id));
	const {rows: others} = await currentOperations(limit - needy.length).execute(db);
	const vms = await listVms(db, others.map(({vm_id: id}) => id));
	const progress = await listProgress(db, [...theirs, ...others]);
	const operationOf = new Map(theirs.map(row => [row.vm_id, row]));
	const toRow = (vm: VmRow, operation: OperationRow | undefined) => toVmInWork(vm, operation, progress.get(operation?.remote_task_id ?? null) ?? null);
	return [...needy.map(vm => toRow(vm, operationOf.get(vm.id))), ...others.map(operation => toRow(vms.get(operation.vm_id)!, operation))];
};

/** Unfinished operations per cluster, of VMs that need nobody. A cross join keeps its order: from the few operations to their VMs. */
export const countWork = async (db: Kysely<Schema>): Promise<Overview['workByCluster']> =>
	db.selectFrom(sql<{readonly vm_id: number}>`(select vm_id from operations where state = 'running' union all select vm_id from operations where state = 'waiting')`.as('o'))
		.crossJoin('vms').whereRef('vms.id', '=', 'o.vm_id').where('attention_since', 'is', null)
		.groupBy('cluster').orderBy('cluster').select(eb => ['cluster', eb.fn.countAll<number>().as('count')]).execute();
