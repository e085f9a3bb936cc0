import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves on the backups that the weekday schedules started. */
export const scheduleBackup: Task = {name: 'schedule_backup', run: moveOwn('schedule_backup')};
