import {expiredSnapshots} from '../domain/expired-snapshots.js';
import {operationKinds} from '../domain/operation-kind.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline, type Step} from './step.js';
import {createRemoveSnapshot, type Spare} from './steps/remove-snapshot.js';
import {takeSnapshot} from './steps/take-snapshot.js';

const oneStep = (kind: 'take-snapshot' | 'remove-snapshot' | 'expire-snapshot', step: Step): Pipeline => ({
	rows: rowsOf(operationKinds[kind].positions, [{title: operationKinds[kind].title, step, stuckAfterMs: patience.long}]),
});

/** Since it was found to be too old it may have been marked, been given more days, or made way for a new one of its name; or somebody waits to go back to it. */
const spareUnexpired: Spare = async (vm, {name, createdAt}, {store, settings, clock}) => {
	const open = await store.read.operations.listOpen(vm.id);
	if (open.some(operation => operation.kind === 'rollback' && parametersOf('rollback', operation).name === name)) {
		return 'somebody waits to go back to it';
	}

	const row = await store.read.snapshots.find(vm.id, name);
	const isExpired = row !== undefined && expiredSnapshots([{...row, createdAt}], vm.package.snapshotDays, settings.snapshots.days, clock.now()).length > 0;
	return isExpired ? undefined : 'it is kept, or not too old any more';
};

/** Snapshots taken and removed. */
export const snapshots = {
	'take-snapshot': oneStep('take-snapshot', takeSnapshot),
	'remove-snapshot': oneStep('remove-snapshot', createRemoveSnapshot()),
	'expire-snapshot': oneStep('expire-snapshot', createRemoveSnapshot({spare: spareUnexpired})),
} as const satisfies Readonly<Record<string, Pipeline>>;
