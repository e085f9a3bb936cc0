import {type App} from '../../app.js';
import {type Operation} from '../../domain/operation.js';

/** How far the remote task is that an operation waits for, 0 to 100; null: there is none, or it does not tell. */
export const readProgress = async ({read}: Pick<App, 'read'>, {remoteTaskId}: Pick<Operation, 'remoteTaskId'>): Promise<number | null> => {
	const task = remoteTaskId === null ? undefined : await read.remoteTasks.find(remoteTaskId);
	return task?.state === 'running' ? task.progress : null;
};
