import {additionalDiskKey, findDisk} from '../../domain/disk.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {stopReasons} from '../../domain/stop-reasons.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Step,
	type StepContext,
} from '../step.js';
import {isRemovalOf} from './remove-additional-disk.js';
import {createStopVm, noteWasRunning} from './stop-vm.js';

const stop = createStopVm();

const findReasons = async (vm: Vm, context: StepContext): Promise<readonly string[]> => {
	const {proxmox, operation} = context;
	const {place, config} = await getOwnedConfig(vm, context);
	const isDiskGoing = isRemovalOf(operation) && parametersOf('change', operation).allowDataLoss && findDisk(config, additionalDiskKey(config)) !== undefined;
	return [...stopReasons(await proxmox.getActiveConfig(place), vm.package), ...(isDiskGoing ? ['the removal of the additional disk'] : [])];
};

/** Turns the VM off, where what it runs with differs from its package in something that needs it off; what it was for is remembered for as long as that takes. */
export const stopForChange: Step = async (vm, context) => {
	const {operation, proxmox, store} = context;
	const known = operation.notes.stopsFor;
	const reasons = Array.isArray(known) ? known.map(String) : await findReasons(vm, context);
	if (reasons.length === 0) {
		const {status} = await proxmox.getVmStatus(placeOf(vm));
		await noteWasRunning(status === 'running', context);
		return skipped('nothing of it needs the VM off');
	}

	if (known === undefined) {
		await store.write(async ({operations}) => operations.note(operation.id, {stopsFor: reasons}));
	}

	const outcome = await stop(vm, context);
	return outcome.outcome === 'done' ? done(outcome.alongside, reasons.join(', ')) : outcome;
};
