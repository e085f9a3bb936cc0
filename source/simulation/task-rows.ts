import {type Task} from './task.js';
import {tokenName, user} from './world.js';

/** A task as lists show it; what has ended has `endtime` and its exit text as `status`. */
export const taskSummary = (task: Task): Record<string, unknown> => ({
	upid: task.upid,
	node: task.plan.node,
	starttime: task.starttime,
	type: task.plan.type,
	id: task.plan.id,
	user,
	tokenid: tokenName,
	...(task.endtime !== undefined && {endtime: task.endtime, status: task.exitstatus}),
});

/** The same with the process that ran it. */
export const taskRow = (task: Task): Record<string, unknown> => ({...taskSummary(task), pid: task.pid, pstart: task.pstart});

/** A running task, as `source=active` has it: the whole token in `user`, and a status in capitals. */
export const activeRow = (task: Task): Record<string, unknown> => {
	const {tokenid, ...row} = taskRow(task);
	return {
		...row, user: `${user}!${String(tokenid)}`, saved: '0', status: 'RUNNING',
	};
};

/** How a task stands. */
export const taskStatus = (task: Task): Record<string, unknown> => {
	const {endtime, status, ...row} = taskRow(task);
	return {...row, ...(endtime === undefined ? {status: 'running'} : {status: 'stopped', exitstatus: status})};
};
