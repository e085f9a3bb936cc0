import {type SnapshotRow} from '../clients/proxmox/proxmox.js';
import {
	findStamp,
	stampOf,
	vmName,
	type Vm,
} from '../domain/vm.js';
import {placeOf} from './owned-config.js';
import {
	done,
	type Alongside,
	type Done,
	type StepContext,
} from './step.js';

/** What stands in the description of a snapshot that is taken: our stamp, by which it is known for good, then the note. */
export const describeSnapshot = (vm: Vm, installation: string, note: string | null): string => `${stampOf(installation, vm)} ${note ?? ''}`.trimEnd();

/** Whether a snapshot was taken through cronsole. */
export const isOwnSnapshot = (vm: Vm, {description}: Pick<SnapshotRow, 'description'>, installation: string): boolean => {
	const stamp = findStamp(description);
	return stamp?.installation === installation && stamp.vm === vmName(vm);
};

const noteOf = (vm: Vm, {description, isBroken}: SnapshotRow, installation: string): string | null => {
	const note = description.replace(stampOf(installation, vm), '').trim();
	const parts = [...(isBroken ? ['half made or half removed'] : []), ...(note === '' ? [] : [note])];
	return parts.length === 0 ? null : parts.join(': ');
};

/** Makes the rows of a VM's snapshots what its cluster lists, with those of ours known as ours, whatever became of the operation that took them. */
export const syncSnapshots = (vm: Vm, rows: readonly SnapshotRow[], installation: string): Alongside => async ({snapshots}) => {
	const seen = rows.map(row => ({name: row.name, createdAt: row.createdAt, note: noteOf(vm, row, installation)}));
	await snapshots.sync(vm.id, seen);
	const known = await snapshots.list(vm.id);
	for (const {name, note, createdAt} of seen.filter((_, index) => isOwnSnapshot(vm, rows[index]!, installation))) {
		if (known.some(row => row.name === name && !row.ours)) {
			await snapshots.add({
				vmId: vm.id, name, note, createdAt, keep: false, ours: true,
			});
		}
	}
};

/** Ends a step with the snapshots as they are by now. */
export const recordSnapshots = async (vm: Vm, {proxmox, installation}: Pick<StepContext, 'proxmox' | 'installation'>): Promise<Done> => {
	const rows = await proxmox.listSnapshots(placeOf(vm));
	return done(syncSnapshots(vm, rows, installation));
};
