import {type TaskName} from '../domain/task.js';
import {moveOwn} from './move-own.js';
import {processVms} from './process-vms.js';
import {type Task} from './task.js';

/** A task that finds nothing due of its own and moves on what it owns. */
const moving = (name: TaskName): Task => ({name, run: moveOwn(name)});

/** The seven, by name. */
export const allTasks: Readonly<Record<TaskName, Task>> = {
	process_vms: processVms,
	remove_snapshots: moving('remove_snapshots'),
	restore_backup: moving('restore_backup'),
	backup_status: moving('backup_status'),
	schedule_backup: moving('schedule_backup'),
	collect_statistics: moving('collect_statistics'),
	process_installs: moving('process_installs'),
};
