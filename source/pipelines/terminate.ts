import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {countFinalTraffic} from './steps/count-final-traffic.js';
import {cutOff} from './steps/cut-off.js';
import {destroyVm} from './steps/destroy-vm.js';
import {proveAbsence} from './steps/prove-absence.js';
import {releaseDns} from './steps/release-dns.js';
import {removeAllBackups} from './steps/remove-all-backups.js';
import {waitGrace} from './steps/wait-grace.js';

/** From "it is to go" to a VM that is provably gone. Until then its addresses are held, whatever goes wrong. */
export const terminate: Pipeline = {
	rows: rowsOf(operationKinds.terminate.positions, [
		{title: 'cut off', step: cutOff, stuckAfterMs: patience.short},
		{title: 'grace', step: waitGrace, stuckAfterMs: patience.short},
		{title: 'final traffic', step: countFinalTraffic, stuckAfterMs: patience.short},
		{title: 'backups', step: removeAllBackups, stuckAfterMs: patience.long},
		{title: 'DNS', step: releaseDns, stuckAfterMs: patience.short},
		{title: 'destroy', step: destroyVm, stuckAfterMs: patience.long},
		{title: 'proof of absence', step: proveAbsence, stuckAfterMs: patience.long},
	]),
	/** Where it stood before is remembered, so that it can be put back there within the grace. */
	async begin({vm, operation, tables, now}) {
		if (vm.status !== 'terminate' && vm.status !== 'error_terminate') {
			await tables.operations.note(operation.id, {formerStatus: vm.status});
		}

		await tables.vms.enter(vm, 'terminate', now);
	},
	async fail({vm, tables, now}) {
		await tables.vms.enter(vm, 'error_terminate', now);
	},
};
