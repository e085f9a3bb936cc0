import {type Hold} from '../domain/cluster.js';
import {type TaskName} from '../domain/task.js';

/** What people set, as against what the file says. */
export type TaskSetting = {
	readonly task: TaskName;
	/** Null: the file decides. */
	readonly intervalSeconds: number | null;
	readonly intervalSetBy: string | null;
	readonly paused: null | {readonly by: string; readonly reason: string | null; readonly since: number; readonly until: number | null};
};

export type TaskSettingReads = {
	/** All seven; a pause or hold whose end has passed is not there any more. */
	readonly list: (now: number) => Promise<readonly TaskSetting[]>;
	readonly findHold: (now: number) => Promise<Hold | null>;
};

export type TaskSettingWrites = {
	readonly setInterval: (task: TaskName, seconds: number | null, by: string) => Promise<void>;
	readonly setPaused: (task: TaskName, paused: TaskSetting['paused']) => Promise<void>;
	readonly setHold: (hold: Hold | null) => Promise<void>;
};

export type TaskSettings = TaskSettingReads & TaskSettingWrites;
