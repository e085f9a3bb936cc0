import fs from 'node:fs';
import {Buffer} from 'node:buffer';

const lookMs = 5;

/** Tells at once when a simulated task ends, by the simulator's own log: a wait that costs the cluster nothing. */
export type TaskEnds = {
	readonly wait: (upid: string) => Promise<void>;
	readonly close: () => void;
};

export const followTasks = (logFile: string): TaskEnds => {
	const ended = new Map<string, PromiseWithResolvers<void>>();
	const endOf = (upid: string): PromiseWithResolvers<void> => {
		const present = ended.get(upid) ?? Promise.withResolvers<void>();
		ended.set(upid, present);
		return present;
	};

	const descriptor = fs.openSync(logFile, 'r');
	const buffer = Buffer.alloc(1024 * 1024);
	let rest = '';
	const timer = setInterval(() => {
		const length = fs.readSync(descriptor, buffer);
		const lines = (rest + buffer.toString('utf8', 0, length)).split('\n');
		rest = lines.pop()!;
		for (const line of lines.filter(text => text.includes('"event":"finished"'))) {
			endOf((JSON.parse(line) as {readonly task: string}).task).resolve();
		}
	}, lookMs);

	return {
		wait: async upid => endOf(upid).promise,
		close() {
			clearInterval(timer);
			fs.closeSync(descriptor);
		},
	};
};
