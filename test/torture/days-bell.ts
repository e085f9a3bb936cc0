import {type Process} from './days-time.js';

/** The bell between processes that live in one. */
export type Bell = {
	readonly ring: () => Promise<void>;
	readonly onRing: (process: Process, heard: () => void) => () => Promise<void>;
	/** Who is dead hears nothing. */
	readonly forget: (process: Process) => void;
};

export const createBell = (runAs: (process: Process, work: () => void) => void): Bell => {
	const listeners = new Map<Process, () => void>();
	return {
		async ring() {
			for (const [process, heard] of listeners) {
				if (!process.frozen) {
					setImmediate(() => {
						runAs(process, heard);
					});
				}
			}
		},
		onRing(process, heard) {
			listeners.set(process, heard);
			return async () => {
				listeners.delete(process);
			};
		},
		forget(process) {
			listeners.delete(process);
		},
	};
};
