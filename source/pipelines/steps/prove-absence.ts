import {type Vm} from '../../domain/vm.js';
import {type Tables} from '../../store/store.js';
import {giveBack} from '../give-back.js';
import {done, type Step, type StepContext} from '../step.js';
import {destroyVm} from './destroy-vm.js';

const letGo = async (vm: Vm, {operation, settings, clock}: StepContext, tables: Tables): Promise<void> => {
	const now = clock.now();
	await giveBack(tables, vm, settings, now);
	await tables.operations.cancelOpen(vm.id, now, 'the VM was removed', operation.id);
	await tables.vms.enter(await tables.vms.get(vm.id), 'removed', now);
};

/** Makes sure once more that the VM is gone (what came late goes too), and only then gives its addresses back, into quarantine. */
export const proveAbsence: Step = async (vm, context) => {
	const outcome = await destroyVm(vm, context);
	return outcome.outcome === 'waiting' ? outcome : done(async tables => letGo(vm, context, tables));
};
