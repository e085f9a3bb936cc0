import {scheduler} from '../domain/activity.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {isDiskRemoved, overridesAfter, planChange} from '../domain/plan-change.js';
import {changeStatuses, type VmStatus} from '../domain/vm-status.js';
import {applying, patience} from './applying.js';
import {
	rowsOf,
	type Pipeline,
	type PipelineHook,
	type Step,
} from './step.js';
import {createAdditionalDisk} from './steps/create-additional-disk.js';
import {isRemovalOf, removeAdditionalDisk} from './steps/remove-additional-disk.js';
import {startAfterChange} from './steps/start-after-change.js';
import {stopForChange} from './steps/stop-for-change.js';
import {updateAddresses} from './steps/update-addresses.js';
import {createVerifyRunning} from './steps/verify-running.js';

const changeAdditionalDisk: Step = async (vm, context) => isRemovalOf(context.operation) ? removeAdditionalDisk(vm, context) : createAdditionalDisk(vm, context);

/** A VM that is ready becomes what is wanted of it; what cannot be done of that is left out, and the log says so. Planned again: the VM may have changed since it was asked for. */
const begin: PipelineHook = async ({vm, operation, tables, now}) => {
	const statuses: readonly VmStatus[] = changeStatuses;
	if (!statuses.includes(vm.status)) {
		return; // No row begins there: the operation ends, and says why.
	}

	const wish = parametersOf('change', operation);
	const plan = planChange(vm, wish);
	await tables.vms.enter(vm, 'change_package', now);
	const isRemoved = isDiskRemoved(vm.package, plan.package);
	// A disk that nobody agreed to lose stays in the row, so that it can be asked for again.
	const after = isRemoved && !wish.allowDataLoss ? {...plan.package, additionalDiskGib: vm.package.additionalDiskGib} : plan.package;
	await tables.vms.set(vm.id, {packageName: wish.packageName, package: after, overrides: overridesAfter(vm, wish)});
	// Where it goes on with what an earlier one began, the row has forgotten the disk already.
	await tables.operations.note(operation.id, {removesAdditionalDisk: isRemovalOf(operation) || isRemoved});
	for (const message of plan.rejected) {
		await tables.activity.add({
			at: now, level: 'warning', actor: scheduler, subject: vm.hostname, vmId: vm.id, message,
		});
	}
};

/** Makes a VM what another package says, with a stop only where that needs one; a status names the last step completed. */
export const changePackage: Pipeline = {
	begin,
	rows: rowsOf(changeStatuses, [
		{title: 'addresses', step: updateAddresses, stuckAfterMs: patience.short},
		{title: 'stop', step: stopForChange, stuckAfterMs: patience.short},
		applying.cpuRam,
		applying.systemDiskSize,
		applying.systemDiskLimits,
		{...applying.additionalDisk, step: changeAdditionalDisk},
		applying.additionalDiskSize,
		applying.additionalDiskLimits,
		applying.network,
		applying.firewall,
		{title: 'start', step: startAfterChange, stuckAfterMs: patience.short},
		{title: 'verify, mail', step: createVerifyRunning({mail: 'upgrade-finished'}), stuckAfterMs: patience.brief},
	]),
};
