import {type Level} from './activity.js';

/** A line of the daemon's log (and of what `--run-task` prints). Times are added where it is written. */
export type LogLine = {
	readonly level: Level;
	/** A short word for filters: `leading`, `run-started`, `step`, `incident`. */
	readonly event: string;
	readonly message: string;
	readonly task?: string;
	readonly run?: number;
	/** `v101`. */
	readonly vm?: string;
	readonly install?: number;
};

export type Log = (line: LogLine) => void;
