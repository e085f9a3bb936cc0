import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {longestWaitMs, type RemoteTask} from '../../domain/operation.js';
import {type RemoteTaskReads, type RemoteTaskWrites, type RemoteTasks} from '../remote-tasks.js';
import {type RemoteTaskTable, type Schema} from '../schema.js';
import {isLeftLying} from './ready-operations.js';

const toRemoteTask = (row: Selectable<RemoteTaskTable>): RemoteTask => ({
	id: row.id,
	operationId: row.operation_id,
	vmId: row.vm_id,
	cluster: row.cluster,
	node: row.node,
	type: row.type,
	taskVmid: row.task_vmid,
	step: row.step,
	slotKey: row.slot_key,
	state: row.state as RemoteTask['state'],
	intentAt: row.intent_at,
	deadlineAt: row.deadline_at,
	upid: row.upid,
	exitStatus: row.exit_status,
	progress: row.progress,
	finishedAt: row.finished_at,
	isSettled: row.is_settled === 1,
});

/** Unfinished remote tasks that count against the slot. */
const countInUse = async (db: Kysely<Schema>, slotKey: string): Promise<number> => {
	const {count} = await db.selectFrom('remote_tasks as r').select(eb => eb.fn.countAll<number>().as('count'))
		.where('slot_key', '=', slotKey).where(sql<SqlBool>`slot_key is not null and state <> 'finished' and not ${isLeftLying}`).executeTakeFirstOrThrow();
	return count;
};

/**
 VMs, however often each was asked for and however that ended, without the one that asks now; what lies in the future was asked for before the clock was set back. The type stands
 in the text, as in the partial index.
 */
const countSince = async (db: Kysely<Schema>, {cluster, type, since, exceptVm = -1}: {readonly cluster: string; readonly type: string; readonly since: number; readonly exceptVm?: number}): Promise<number> => {
	const {count} = await db.selectFrom('remote_tasks').select(sql<number>`count(distinct vm_id)`.as('count'))
		.where('vm_id', '<>', exceptVm).where('cluster', '=', cluster).where('type', '=', sql.lit(type)).where('intent_at', '>', since)
		.where('intent_at', '<', since + (2 * longestWaitMs)).executeTakeFirstOrThrow();
	return count;
};

/** Operations that wait for it have nothing to wait for any more. */
const wake = async (db: Kysely<Schema>, id: number): Promise<void> => {
	await db.updateTable('operations').set({remote_task_id: null, next_attempt_at: null, waiting_for: null}).where('remote_task_id', '=', id).execute();
};

const createReads = (db: Kysely<Schema>): RemoteTaskReads => {
	const all = () => db.selectFrom('remote_tasks').selectAll();

	return {
		async find(id) {
			const row = await all().where('id', '=', id).executeTakeFirst();
			return row && toRemoteTask(row);
		},
		async findUnsettled(operationId, step) {
			const row = await all().where('operation_id', '=', operationId).where('step', '=', step).where(sql<SqlBool>`is_settled = 0`).executeTakeFirst();
			return row && toRemoteTask(row);
		},
		async listRunning(cluster) {
			const rows = await all().where(sql<SqlBool>`state = 'running'`).$if(cluster !== undefined, query => query.where('cluster', '=', cluster!))
				.orderBy('cluster').orderBy('id').execute();
			return rows.map(row => toRemoteTask(row));
		},
		async findByUpid(upid) {
			const row = await all().where('upid', '=', upid).executeTakeFirst();
			return row && toRemoteTask(row);
		},
		async listLeft(vmId, operationId) {
			const rows = await all().where('vm_id', '=', vmId).where('operation_id', '<>', operationId).where(sql<SqlBool>`is_settled = 0`).orderBy('id').execute();
			return rows.map(row => toRemoteTask(row));
		},
		countSince: async (cluster, type, since) => countSince(db, {cluster, type, since}),
		inUse: async slotKey => countInUse(db, slotKey),
	};
};

const createWrites = (db: Kysely<Schema>): RemoteTaskWrites => ({
	async intend(task, slot, rate) {
		if (slot && await countInUse(db, slot.key) >= slot.limit) {
			return undefined;
		}

		if (rate && await countSince(db, {
			cluster: task.cluster, type: task.type, since: task.intentAt - rate.withinMs, exceptVm: task.vmId,
		}) >= rate.limit) {
			return undefined;
		}

		const row = await db.insertInto('remote_tasks').values({
			operation_id: task.operationId, vm_id: task.vmId, cluster: task.cluster, node: task.node, type: task.type, task_vmid: task.taskVmid, step: task.step,
			slot_key: slot?.key ?? null, state: 'intent', intent_at: task.intentAt, deadline_at: task.deadlineAt, upid: null, exit_status: null, progress: null,
			finished_at: null, is_settled: 0,
		}).returningAll().executeTakeFirstOrThrow();
		return toRemoteTask(row);
	},
	async renew(id, {intentAt, deadlineAt, node}) {
		await db.updateTable('remote_tasks').set({intent_at: intentAt, deadline_at: deadlineAt, node}).where('id', '=', id).where('state', '=', 'intent').execute();
	},
	async record(id, upid) {
		const other = await db.selectFrom('remote_tasks').select(['id', 'operation_id']).where('upid', '=', upid).where('id', '<>', id).executeTakeFirst();

		if (other) {
			throw new Error(`The remote task ${upid} belongs to operation ${other.operation_id} already.`);
		}

		const {numUpdatedRows} = await db.updateTable('remote_tasks').set({upid, state: 'running'}).where('id', '=', id)
			.where(eb => eb.or([eb('state', '=', 'intent'), eb('upid', '=', upid)])).where('state', '<>', 'finished').executeTakeFirst();

		if (numUpdatedRows !== 1n) {
			throw new Error(`The intent ${id} is gone or has another remote task already: ${upid} was not recorded.`);
		}
	},
	async finish(id, exitStatus, now) {
		// A cluster may quote the VM's password, and this row stays.
		const told = sql<string>`coalesce(replace(${exitStatus}, (select password from vms where vms.id = remote_tasks.vm_id), '••••'), ${exitStatus})`;
		const {numUpdatedRows} = await db.updateTable('remote_tasks').set({state: 'finished', exit_status: told, finished_at: now})
			.where('id', '=', id).where('state', '<>', 'finished').executeTakeFirst();

		if (numUpdatedRows === 1n) {
			await wake(db, id);
		}

		return numUpdatedRows === 1n;
	},
	async settle(id) {
		await db.updateTable('remote_tasks').set({is_settled: 1}).where('id', '=', id).execute();
	},
	async setProgress(id, progress) {
		await db.updateTable('remote_tasks').set({progress: Math.round(progress)}).where('id', '=', id).where('state', '<>', 'finished').execute();
	},
	async forget(id) {
		await db.deleteFrom('remote_tasks').where('id', '=', id).where('state', '=', 'intent').execute();
		await wake(db, id);
	},
});

/** Work inside Proxmox, intended and known; `tables.remoteTasks`. */
export const createRemoteTasks = (db: Kysely<Schema>): RemoteTasks => ({...createReads(db), ...createWrites(db)});
