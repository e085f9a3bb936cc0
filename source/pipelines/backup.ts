import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline, type PipelineHook} from './step.js';
import {backUp} from './steps/back-up.js';
import {recordBackup} from './steps/record-backup.js';
import {rotateBackups} from './steps/rotate-backups.js';

/** A large disk onto a slow storage. */
const dayMs = 24 * 3_600_000;

const begin: PipelineHook = async ({operation, tables, now}) => {
	const record = await tables.backups.findByOperation(operation.id);
	if (record) {
		await tables.backups.set(record.id, {state: 'running', createdAt: now});
	}
};

/** One that is there stays good, whatever became of the rotation after it. */
const fail: PipelineHook = async ({operation, tables, now, reason}) => {
	const record = await tables.backups.findByOperation(operation.id);
	if (record?.state === 'waiting' || record?.state === 'running') {
		await tables.backups.set(record.id, {state: 'failed', cause: reason, finishedAt: now});
	}
};

const backingUp = (kind: 'backup' | 'scheduled-backup'): Pipeline => ({
	rows: rowsOf(operationKinds[kind].positions, [
		{title: 'backup', step: backUp, stuckAfterMs: dayMs},
		{title: 'record', step: recordBackup, stuckAfterMs: patience.short},
		{title: 'rotation', step: rotateBackups, stuckAfterMs: patience.short},
	]),
	begin,
	fail,
});

/** A new backup, looked at before it counts; the oldest go after it. */
export const backups = {backup: backingUp('backup'), 'scheduled-backup': backingUp('scheduled-backup')} as const satisfies Readonly<Record<string, Pipeline>>;
