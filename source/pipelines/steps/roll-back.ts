import {parametersOf} from '../../domain/operation-parameters.js';
import {type Vm} from '../../domain/vm.js';
import {assertUnlocked, placeOf} from '../owned-config.js';
import {rememberOwned} from '../owned-before.js';
import {
	type Outcome,
	type Step,
	type StepContext,
	type Waiting,
} from '../step.js';
import {recordSnapshots} from '../sync-snapshots.js';

const startRollback = async (vm: Vm, context: StepContext): Promise<Waiting | undefined> => {
	const {remote, proxmox, operation} = context;
	const {name} = parametersOf('rollback', operation);
	const place = placeOf(vm);
	const config = await proxmox.getVmConfig(place);
	assertUnlocked(vm, place, config);
	await rememberOwned(vm, place, config, context);
	return remote.run(
		{
			node: place.node, type: 'qmrollback', taskVmid: place.vmid, title: 'the rollback',
		},
		async () => proxmox.rollBack(place, name),
	);
};

/** A snapshot with the guest's memory brings the VM back running, with what it was then: off again, so that it starts as what it is now. */
const turnOff = async (vm: Vm, {remote, proxmox, operation, store}: StepContext): Promise<Waiting | undefined> => {
	const place = placeOf(vm);
	const {status} = await proxmox.getVmStatus(place);
	if (status === 'stopped') {
		return undefined;
	}

	await store.write(async ({operations}) => operations.note(operation.id, {isRolledBack: true}));
	await remote.settle();
	return remote.run(
		{
			node: place.node, type: 'qmstop', taskVmid: place.vmid, title: 'the stop',
		},
		async () => proxmox.stopVm(place),
	);
};

/** Brings the VM back to a snapshot; later snapshots stay. */
export const rollBack: Step = async (vm, context): Promise<Outcome> => {
	const {remote, operation} = context;
	const earlier = await remote.resume();
	const waits = earlier ?? (operation.notes.isRolledBack === true ? undefined : await startRollback(vm, context));
	return waits?.outcome === 'waiting' ? waits : await turnOff(vm, context) ?? recordSnapshots(vm, context);
};
