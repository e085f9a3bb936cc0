import {type SnapshotRow} from '../../clients/proxmox/proxmox.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {type Vm} from '../../domain/vm.js';
import {assertUnlocked, getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Step,
	type StepContext,
} from '../step.js';
import {recordSnapshots, syncSnapshots} from '../sync-snapshots.js';
import {TaskFailed} from '../task-failed.js';

/** Why a snapshot is left alone after all; undefined: it is not. */
export type Spare = (vm: Vm, row: SnapshotRow, context: StepContext) => Promise<string | undefined>;

/** Goes on with the removal of an earlier go; one that failed is judged by what it left. */
const resume = async ({remote}: StepContext): Promise<Awaited<ReturnType<StepContext['remote']['resume']>> | {readonly outcome: 'failed'; readonly error: TaskFailed}> => {
	try {
		return await remote.resume();
	} catch (error) {
		if (error instanceof TaskFailed && error.kind !== 'locked') {
			return {outcome: 'failed', error};
		}

		throw error;
	}
};

/** One that is broken and does not go needs Proxmox's own hands, which a token has not. */
const explain = (error: TaskFailed, {name, isBroken}: SnapshotRow, vm: Vm): TaskFailed => isBroken && error.scope === 'item' && error.kind !== 'unknown-outcome'
	? new TaskFailed(`${error.message}: the snapshot is half made or half removed; on ${vm.node}: \`qm unlock ${vm.vmid} && qm delsnapshot ${vm.vmid} ${name} --force\``, {
		peer: error.peer, kind: 'rejected', node: error.node ?? '', upid: error.upid, log: error.log,
	})
	: error;

/** Makes the step that removes a snapshot; one that is gone already is fine, one that `spare` speaks for stays. */
export const createRemoveSnapshot = ({spare}: {readonly spare?: Spare} = {}): Step => async (vm, context) => {
	const {remote, proxmox, operation, installation} = context;
	const {name} = parametersOf('remove-snapshot', operation);
	const earlier = await resume(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const rows = await proxmox.listSnapshots(placeOf(vm));
	const sync = syncSnapshots(vm, rows, installation);
	const present = rows.find(row => row.name === name);
	if (!present || earlier?.outcome === 'ended') {
		return earlier ? done(sync) : skipped('it is gone already', sync);
	}

	if (earlier) {
		throw explain(earlier.error, present, vm);
	}

	const why = await spare?.(vm, present, context);
	if (why !== undefined) {
		return skipped(why, sync);
	}

	const {place, config} = await getOwnedConfig(vm, context);
	assertUnlocked(vm, place, config);
	const waits = await remote.run(
		{
			node: place.node, type: 'qmdelsnapshot', taskVmid: place.vmid, title: 'the removal of the snapshot',
		},
		async () => proxmox.removeSnapshot(place, name),
	);
	return waits ?? recordSnapshots(vm, context);
};
