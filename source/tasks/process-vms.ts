import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves on every VM that is not ready. */
export const processVms: Task = {name: 'process_vms', run: moveOwn('process_vms')};
