import {type Selectable} from 'kysely';
import {type Operation} from '../../domain/operation.js';
import {type OperationTable} from '../schema.js';

/** What its steps remember. */
export const toNotes = ({notes_json: notes}: Pick<Selectable<OperationTable>, 'notes_json'>): Operation['notes'] => JSON.parse(notes) as Operation['notes'];

/** A row as the product knows it. */
export const toOperation = (row: Selectable<OperationTable>): Operation => ({
	id: row.id,
	vmId: row.vm_id,
	kind: row.kind as Operation['kind'],
	task: row.task as Operation['task'],
	params: JSON.parse(row.params_json) as unknown,
	requestedBy: row.requested_by,
	requestedAt: row.requested_at,
	state: row.state as Operation['state'],
	startedAt: row.started_at,
	finishedAt: row.finished_at,
	attempt: row.attempt,
	nextAttemptAt: row.next_attempt_at,
	waitingFor: row.waiting_for,
	stepSince: row.step_since,
	remoteTaskId: row.remote_task_id,
	slot: row.slot_key === null ? null : {key: row.slot_key, limit: row.slot_limit!},
	pausedByNode: row.paused_by_node,
	message: row.message,
	position: row.position,
	notes: toNotes(row),
});

/** Columns of an operation that waits for nothing. */
export const nothingWaitedFor = {
	next_attempt_at: null, waiting_for: null, remote_task_id: null, slot_key: null, slot_limit: null, paused_by_node: null,
} as const;
