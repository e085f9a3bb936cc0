import {type Vm} from '../../domain/vm.js';
import {lookForVm} from '../look-for-vm.js';
import {assertOwned, assertUnlocked, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {syncSnapshots} from '../sync-snapshots.js';
import {TaskFailed} from '../task-failed.js';

/** One after the other, the youngest first; broken ones, which may not go by themselves, are left to the restore, which destroys them with the disks. */
const removeNext = async (vm: Vm, {remote, proxmox, installation}: StepContext): Promise<Outcome> => {
	const place = placeOf(vm);
	const rows = await proxmox.listSnapshots(place);
	const [next] = rows.filter(({isBroken}) => !isBroken).toSorted((a, b) => b.createdAt - a.createdAt);
	const waits = next && await remote.run(
		{
			node: place.node, type: 'qmdelsnapshot', taskVmid: place.vmid, title: `the removal of the snapshot ${next.name}`,
		},
		async () => proxmox.removeSnapshot(place, next.name),
	);
	return waits ?? done(syncSnapshots(vm, rows, installation));
};

/** One that somebody removed meanwhile is no failure: the look tells. */
const resume = async ({remote}: StepContext): ReturnType<StepContext['remote']['resume']> => {
	try {
		return await remote.resume();
	} catch (error) {
		if (error instanceof TaskFailed && error.kind === 'missing') {
			return undefined;
		}

		throw error;
	}
};

/** Removes the VM's snapshots, whoever took them. */
export const removeAllSnapshots: Step = async (vm, context) => {
	const {remote, installation} = context;
	const earlier = await resume(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	await remote.settle();
	const config = await lookForVm(vm, context);
	if (config === undefined) {
		return skipped('there is no VM', syncSnapshots(vm, [], installation));
	}

	const place = placeOf(vm);
	assertOwned(vm, place, config, installation);
	assertUnlocked(vm, place, config);
	return removeNext(vm, context);
};
