import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves on the staged site installs. */
export const processInstalls: Task = {name: 'process_installs', run: moveOwn('process_installs')};
