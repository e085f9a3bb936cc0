import {moveOwn} from './move-own.js';
import {type Task} from './task.js';

const moveOnVms = moveOwn('process_vms');

/** Moves on every VM that is not ready, and pays what is owed in DNS: beside each other, so that no VM waits for a name server. A record is no item of the run. */
export const processVms: Task = {
	name: 'process_vms',
	async run(context) {
		const [tally] = await Promise.all([moveOnVms(context), context.payDns()]);
		return tally;
	},
};
