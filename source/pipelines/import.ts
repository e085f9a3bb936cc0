import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {stampImport} from './steps/stamp-import.js';

/** Takes a VM over that was there before us: its row is written already. */
export const importing: Pipeline = {
	rows: rowsOf(operationKinds.import.positions, [{title: 'stamp', step: stampImport, stuckAfterMs: patience.short}]),
};
