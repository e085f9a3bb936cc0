import {operationKinds} from '../domain/operation-kind.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {type Vm} from '../domain/vm.js';
import {patience} from './applying.js';
import {assertUnlocked, getOwnedConfig} from './owned-config.js';
import {createReapplying} from './reapplying.js';
import {
	givenUp,
	rowsOf,
	type Outcome,
	type Pipeline,
	type StepContext,
} from './step.js';
import {rollBack} from './steps/roll-back.js';
import {createStopToBringBack} from './stop-to-bring-back.js';
import {syncSnapshots} from './sync-snapshots.js';

const lookForSnapshot = async (vm: Vm, context: StepContext): Promise<Outcome | undefined> => {
	const {proxmox, operation, installation} = context;
	const {name} = parametersOf('rollback', operation);
	const {place, config} = await getOwnedConfig(vm, context);
	assertUnlocked(vm, place, config);
	const rows = await proxmox.listSnapshots(place);
	const present = rows.find(row => row.name === name);
	return present?.isBroken === false
		? undefined
		: givenUp(present ? `the snapshot ${name} is half made or half removed: nobody can go back to it` : `there is no snapshot ${name} any more`, syncSnapshots(vm, rows, installation));
};

/** Back to a snapshot, and from its old configuration to what the VM is to be. */
export const rollback: Pipeline = {
	rows: rowsOf(operationKinds.rollback.positions, [
		{title: 'stop', step: createStopToBringBack(lookForSnapshot), stuckAfterMs: patience.short},
		{title: 'rollback', step: rollBack, stuckAfterMs: patience.long},
		...createReapplying({mail: null}),
	]),
};
