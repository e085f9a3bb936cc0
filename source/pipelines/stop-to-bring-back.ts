import {type Vm} from '../domain/vm.js';
import {type Outcome, type Step, type StepContext} from './step.js';
import {createStopVm} from './steps/stop-vm.js';

const stopVm = createStopVm();

/** Makes the step that stops a VM before an old state of it is brought back. It looks first, so that nothing is harmed where that cannot be; once the look went well there is no other. */
export const createStopToBringBack = (look: (vm: Vm, context: StepContext) => Promise<Outcome | undefined>): Step => async (vm, context) => {
	const {operation, store} = context;
	if (operation.notes.wasRunning !== undefined) {
		return stopVm(vm, context);
	}

	const refusal = await look(vm, context);
	if (refusal) {
		return refusal;
	}

	// Whatever it did before, it is started in the end, as after a deploy.
	const notes = {wasRunning: true};
	await store.write(async ({operations}) => operations.note(operation.id, notes));
	return stopVm(vm, {...context, operation: {...operation, notes: {...operation.notes, ...notes}}});
};
