import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Starts and watches restores. */
export const restoreBackup: Task = {name: 'restore_backup', run: moveOwn('restore_backup')};
