import {type Asked} from './ask-vm.js';

/** Ends whatever is open on a VM, with the records that would have been completed by it. */
export const endOpen = async ({tables, vm, now}: Asked, why: string): Promise<void> => {
	for (const {id, kind} of await tables.operations.cancelOpen(vm.id, now, why)) {
		const backup = kind === 'backup' || kind === 'scheduled-backup' ? await tables.backups.findByOperation(id) : undefined;
		if (backup?.state === 'waiting' || backup?.state === 'running') {
			await tables.backups.set(backup.id, {state: 'failed', cause: why, finishedAt: now});
		}
	}

	await tables.vms.setAttention(vm.id, null);
};
