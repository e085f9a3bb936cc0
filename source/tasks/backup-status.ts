import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Watches running backups. */
export const backupStatus: Task = {name: 'backup_status', run: moveOwn('backup_status')};
