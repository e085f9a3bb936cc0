import {Worker} from 'node:worker_threads';
import {type RunningScheduler} from './workshop.js';
import {type WorkerOrder, type WorkerSays} from './worker-messages.js';

/** How long a worker may take to hand over before it is ended: longer than the longest call to a cluster. */
const stopWithinMs = 25_000;

/** A scheduler in a thread of its own. */
export type WorkingThread = Pick<RunningScheduler, 'isLeading' | 'stop'> & {
	/** Resolves with the reason when the thread is over, told to or not. */
	readonly ended: Promise<string>;
};

/** Starts the scheduler in a thread of its own; throws where it could not start. */
export const startWorker = async (order: WorkerOrder, program: URL = new URL('worker.js', import.meta.url)): Promise<WorkingThread> => {
	const worker = new Worker(program, {workerData: order});
	let isLeading = false;
	let reason = 'its thread is over';
	const ended = new Promise<string>(resolve => {
		worker.once('exit', () => {
			isLeading = false;
			resolve(reason);
		});
	});
	await new Promise<void>((resolve, reject) => {
		worker.on('message', (says: WorkerSays) => {
			if (says.type === 'leading') {
				({isLeading} = says);
				resolve();
			} else if (says.type === 'failed') {
				reject(new Error(says.message));
			}
		});
		worker.on('error', (error: Error) => {
			reason = error.message;
			reject(error);
		});
		worker.once('exit', () => {
			reject(new Error('The scheduler ended before it began.'));
		});
	});

	return {
		isLeading: () => isLeading,
		ended,
		async stop() {
			worker.postMessage('stop');
			const timer = setTimeout(() => {
				void worker.terminate();
			}, stopWithinMs);
			await ended;
			clearTimeout(timer);
		},
	};
};
