import {backupName} from '../domain/backup.js';
import {operationKinds} from '../domain/operation-kind.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {type Vm} from '../domain/vm.js';
import {patience} from './applying.js';
import {lookForVm} from './look-for-vm.js';
import {assertOwned, assertUnlocked, placeOf} from './owned-config.js';
import {createReapplying} from './reapplying.js';
import {
	givenUp,
	rowsOf,
	skipped,
	type Outcome,
	type Pipeline,
	type StepContext,
} from './step.js';
import {removeAllSnapshots} from './steps/remove-all-snapshots.js';
import {restoreBackup} from './steps/restore-backup.js';
import {createStopToBringBack} from './stop-to-bring-back.js';

/** Why that backup cannot be restored into this VM; undefined: it can. */
const findFlaw = async (vm: Vm, {store, proxmox, operation}: StepContext): Promise<string | undefined> => {
	const {backupId} = parametersOf('restore', operation);
	const name = backupName({id: backupId});
	const backup = await store.read.backups.find(backupId);
	if (backup?.vmId !== vm.id || backup.volid === null) {
		return backup?.vmId === vm.id ? `the backup ${name} is ${backup.state}: there is nothing to restore` : `${vm.hostname} has no backup ${name}`;
	}

	const {node, vmid} = placeOf(vm);
	const listed = await proxmox.listBackups(node, backup.storage, vmid);
	return listed.some(row => row.volid === backup.volid && row.vmid === vmid)
		? undefined
		: `${backup.storage} does not list the backup ${name} of VM ${vmid} any more: ${backup.volid}`;
};

const lookForBackup = async (vm: Vm, context: StepContext): Promise<Outcome | undefined> => {
	const flaw = await findFlaw(vm, context);
	if (flaw !== undefined) {
		return givenUp(flaw);
	}

	const config = await lookForVm(vm, context);
	if (config === undefined) {
		return skipped(`VM ${vm.vmid} is nowhere on ${vm.cluster}: there is nothing to stop`);
	}

	assertOwned(vm, placeOf(vm), config, context.installation);
	assertUnlocked(vm, placeOf(vm), config);
	return undefined;
};

/** A backup over the VM, and from its old configuration to what the VM is to be. */
export const restore: Pipeline = {
	rows: rowsOf(operationKinds.restore.positions, [
		{title: 'stop', step: createStopToBringBack(lookForBackup), stuckAfterMs: patience.short},
		{title: 'remove snapshots', step: removeAllSnapshots, stuckAfterMs: patience.long},
		{title: 'restore', step: restoreBackup, stuckAfterMs: patience.long},
		...createReapplying({mail: operation => parametersOf('restore', operation).mail ? 'backup-restored' : null}),
	]),
};
