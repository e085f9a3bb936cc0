import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

/** Moves on what the statistics own. */
export const collectStatistics: Task = {name: 'collect_statistics', run: moveOwn('collect_statistics')};
