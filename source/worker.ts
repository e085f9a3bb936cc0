import {parentPort, workerData} from 'node:worker_threads';
import {loadSettings} from './config.js';
import {openApp} from './app.js';
import {type WorkerOrder, type WorkerSays} from './app/worker-messages.js';

/**
 The scheduler's body in a thread of its own: a terminal that stops reading blocks the console's thread, never this
 one. It opens its own connection to the database and shares nothing with the console but these messages.
 */
const {config, database, actor} = workerData as WorkerOrder;
const port = parentPort!;
const say = (message: WorkerSays): void => {
	port.postMessage(message);
};

const begin = async (): Promise<void> => {
	const app = await openApp({settings: await loadSettings({file: config, databaseFlag: database, env: process.env}), actor, isReadOnly: false});
	// Nobody reads this thread's log: what matters stands in the activity log.
	const scheduler = await app.startScheduler('console', () => undefined);
	const tell = (): void => {
		say({type: 'leading', isLeading: scheduler.isLeading()});
	};

	tell();
	const timer = setInterval(tell, 1000);
	const end = async (): Promise<void> => {
		clearInterval(timer);
		await scheduler.stop();
		await app.close();
		say({type: 'stopped'});
		port.close();
	};

	port.once('message', () => {
		void end();
	});
};

try {
	await begin();
} catch (error) {
	say({type: 'failed', message: error instanceof Error ? error.message : String(error)});
	port.close();
}
