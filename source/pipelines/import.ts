import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {stampImport} from './steps/stamp-import.js';

/** Takes a VM over that was there before us. */
export const importing: Pipeline = {
	rows: rowsOf(operationKinds.import.positions, [{title: 'stamp', step: stampImport, stuckAfterMs: patience.short}]),
	/** What flowed before it was asked for is nobody's bill. */
	async begin({vm, operation: {requestedAt}, tables, now}) {
		await tables.traffic.add({
			vmId: vm.id, from: null, to: Math.floor(requestedAt / 1000), rows: [], now,
		});
	},
};
