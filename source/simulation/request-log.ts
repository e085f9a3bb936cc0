import {closeSync, openSync, writeSync} from 'node:fs';
import {type Task} from './task.js';

/** The simulator's log: a compact JSON line for each request, and for each start and end of a task. */
export type RequestLog = {
	readonly request: (line: {readonly at: number; readonly method: string; readonly path: string; readonly params: unknown; readonly json: boolean; readonly status: number}) => void;
	readonly task: (task: Task, event: 'started' | 'finished', at: number) => void;
	readonly close: () => void;
};

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Opens the log; every line is written before the call returns, so that no signal loses one. */
export const openRequestLog = (file: string | undefined): RequestLog => {
	const descriptor = file === undefined ? undefined : openSync(file, 'a', 0o600);
	const write = (line: unknown) => {
		if (descriptor !== undefined) {
			writeSync(descriptor, `${JSON.stringify(line)}\n`);
		}
	};

	return {
		request({at, method, path, params, json, status}) {
			write({
				at: iso(at), method, path, params, json, status,
			});
		},
		task(task, event, at) {
			const vmid = /^\d+$/.test(task.plan.id) ? Number(task.plan.id) : null;
			write({
				at: iso(at), task: task.upid, type: task.plan.type, vmid, event, ...((event === 'finished') && {exitstatus: task.exitstatus}),
			});
		},
		close() {
			if (descriptor !== undefined) {
				closeSync(descriptor);
			}
		},
	};
};
