import {parametersOf} from '../domain/operation-parameters.js';
import {changeStatuses, reinstallStatuses, type VmStatus} from '../domain/vm-status.js';
import {patience} from './applying.js';
import {fromSetIp} from './deploy.js';
import {rowsOf, type Pipeline, type PipelineHook} from './step.js';
import {removeOldVm} from './steps/remove-old-vm.js';

/** A VM that stands anywhere between its order and its end may be installed anew. */
const begin: PipelineHook = async ({vm, operation, tables, now}) => {
	const statuses: readonly VmStatus[] = [...reinstallStatuses, ...changeStatuses];
	// What an earlier one removed is not removed again: it goes on where that one stood. Elsewhere no row begins: the operation ends, and says why.
	if (operation.notes.isRemoved === true || !statuses.includes(vm.status)) {
		return;
	}

	await tables.vms.enter(vm, 'reinstall', now);
	await tables.vms.set(vm.id, {template: parametersOf('reinstall', operation).template});
};

/** The same VM from a template: same VMID, addresses and MAC, its backups stay. */
export const reinstall: Pipeline = {
	begin,
	rows: rowsOf(reinstallStatuses, [{title: 'remove the old VM', step: removeOldVm, stuckAfterMs: patience.long}, ...fromSetIp]),
};
