import {Worker} from 'node:worker_threads';
import {type RunningScheduler} from './workshop.js';
import {type WorkerOrder, type WorkerSays} from './worker-messages.js';

/** How long a worker may take to hand over before it is ended: longer than the longest call to a cluster. */
const stopWithinMs = 25_000;

/** Starts the scheduler in a thread of its own; throws where it could not start. */
export const startWorker = async (order: WorkerOrder): Promise<Pick<RunningScheduler, 'isLeading' | 'stop'>> => {
	const worker = new Worker(new URL('worker.js', import.meta.url), {workerData: order});
	let isLeading = false;
	const ended = new Promise<void>(resolve => {
		worker.once('exit', () => {
			isLeading = false;
			resolve();
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
			reject(error);
		});
		worker.once('exit', () => {
			reject(new Error('The scheduler ended before it began.'));
		});
	});

	return {
		isLeading: () => isLeading,
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
