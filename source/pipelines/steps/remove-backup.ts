import {backupName} from '../../domain/backup.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {
	done,
	givenUp,
	skipped,
	type Alongside,
	type Step,
} from '../step.js';
import {listStored, removeStored, resumeRemoval} from '../stored-backups.js';

/** Removes one of the VM's backups; one that is gone already is fine, a protected one stays. */
export const removeBackup: Step = async (vm, {operation, store, proxmox, remote, clock}) => {
	const {backupId} = parametersOf('remove-backup', operation);
	const name = backupName({id: backupId});
	const record = await store.read.backups.find(backupId);
	if (record?.vmId !== vm.id) {
		return givenUp(`${name} is no backup of ${vm.hostname}`);
	}

	const noteRemoved: Alongside = async ({backups}) => backups.set(backupId, {state: 'removed', finishedAt: clock.now()});
	const earlier = await resumeRemoval(remote);
	if (earlier !== undefined) {
		return earlier === 'gone' ? done(noteRemoved) : earlier;
	}

	const {state, volid, storage} = record;
	if (state === 'removed' || volid === null) {
		return state === 'waiting' || state === 'running' ? givenUp(`${name} is not there yet`) : skipped('it is gone already', noteRemoved);
	}

	const there = await listStored(proxmox, storage, {near: vm.node, vmid: vm.vmid});
	const stored = there?.backups.find(backup => backup.volid === volid);
	if (!stored) {
		return there?.isComplete ? skipped('it is gone already', noteRemoved) : givenUp(`${name} is not seen on ${storage}, but not every node that could have it can be asked now: try again when all of them answer`);
	}

	if (stored.isProtected) {
		return givenUp(`${name} is protected on ${storage}: lift its protection in Proxmox first`);
	}

	const waits = await removeStored(vm, stored, {remote, proxmox});
	return waits === 'gone' ? done(noteRemoved) : waits;
};
