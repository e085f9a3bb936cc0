import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {removeBackup as step} from './steps/remove-backup.js';

/** Lets one backup go. */
export const backupRemoval: Pipeline = {
	rows: rowsOf(operationKinds['remove-backup'].positions, [{title: 'remove the backup', step, stuckAfterMs: patience.short}]),
};
