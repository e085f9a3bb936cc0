import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves on the removals of expired snapshots. */
export const removeSnapshots: Task = {name: 'remove_snapshots', run: moveOwn('remove_snapshots')};
