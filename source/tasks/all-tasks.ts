import {type TaskName} from '../domain/task.js';
import {backupStatus} from './backup-status.js';
import {collectStatistics} from './collect-statistics.js';
import {processInstalls} from './process-installs.js';
import {processVms} from './process-vms.js';
import {removeSnapshots} from './remove-snapshots.js';
import {restoreBackup} from './restore-backup.js';
import {scheduleBackup} from './schedule-backup.js';
import {type Task} from './task.js';

/** The seven, by name. */
export const allTasks: Readonly<Record<TaskName, Task>> = {
	process_vms: processVms,
	remove_snapshots: {name: 'remove_snapshots', run: removeSnapshots},
	restore_backup: restoreBackup,
	backup_status: backupStatus,
	schedule_backup: scheduleBackup,
	collect_statistics: collectStatistics,
	process_installs: processInstalls,
};
