import {type Settings} from './settings.js';
import {taskTable, type TaskName, type TaskState} from './task.js';

/** What people set of a task, as against what the file says. */
export type SetByPeople = Pick<TaskState, 'intervalSetBy' | 'paused'> & {
	readonly task: TaskName;
	/** Null: the file decides. */
	readonly intervalSeconds: number | null;
};

/** What the file and the people come to, for each of the seven. A set interval wins over the file's. */
export const resolveTaskStates = (inFile: Settings['tasks'], set: readonly SetByPeople[]): readonly TaskState[] => taskTable.map(({name, defaultIntervalSeconds}) => {
	const file = inFile[name]?.intervalSeconds ?? null;
	const people = set.find(({task}) => task === name);
	const fileIntervalSeconds = file ?? defaultIntervalSeconds;
	const isSet = people?.intervalSeconds !== null && people?.intervalSeconds !== undefined;
	return {
		name,
		intervalSeconds: isSet ? people.intervalSeconds : fileIntervalSeconds,
		intervalFrom: isSet ? 'set' : (file === null ? 'default' : 'file'),
		intervalSetBy: isSet ? people.intervalSetBy : null,
		fileIntervalSeconds,
		paused: people?.paused ?? null,
	};
});
