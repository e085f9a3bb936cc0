import {type Backup} from '../domain/backup.js';
import {parametersOf, type OperationParameters} from '../domain/operation-parameters.js';
import {type TaskContext} from './task.js';

const dayMs = 24 * 3_600_000;

/** Whether its removal was tried lately and failed; that is not done over and over. */
const hasFailedLately = async ({id, vmId}: Backup, {store, clock}: Pick<TaskContext, 'store' | 'clock'>): Promise<boolean> => {
	const operations = await store.read.operations.listFor(vmId);
	return operations.some(operation => operation.kind === 'remove-backup' && operation.state === 'failed' && clock.now() - (operation.finishedAt ?? 0) < dayMs
		&& parametersOf('remove-backup', operation).backupId === id);
};

/** Asks for the removal of the backups of removed VMs once they were kept for as long as the config says. Those made outside stay. */
export const sweepBackups = async (context: Pick<TaskContext, 'store' | 'settings' | 'clock'>): Promise<void> => {
	const {store, settings, clock} = context;
	const kept = await store.read.backups.listOfRemoved(clock.now() - (settings.terminate.keepBackupsDays * dayMs));
	for (const backup of kept.filter(({kind}) => kind !== 'foreign')) {
		if (await hasFailedLately(backup, context)) {
			continue;
		}

		const parameters: OperationParameters['remove-backup'] = {backupId: backup.id};
		await store.write(async ({operations}) => operations.add(backup.vmId, {
			kind: 'remove-backup', params: parameters, requestedBy: 'schedule_backup', now: clock.now(),
		}));
	}
};
