import {type Task} from './task.js';

/** A call that waits a while for its task: null when it ended well in time, else its UPID. */
export class Background {
	constructor(readonly task: Task, readonly waitMs: number, readonly prefix = '') {}
}
