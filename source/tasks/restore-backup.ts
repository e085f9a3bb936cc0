import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves restores on, from the first look to the mail. */
export const restoreBackup: Task = {name: 'restore_backup', run: moveOwn('restore_backup')};
