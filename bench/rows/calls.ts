import {setTimeout as sleep} from 'node:timers/promises';
import {until} from '../../test/support/program.js';
import {type Bench, type Row} from '../row.js';
import {orderMany} from '../support/deploy-all.js';
import {createPlace, isLeading, type Place} from '../support/place.js';
import {isTaskLook, readCalls} from '../support/request-log.js';

const windowMs = 8000;
/** Slow enough that no clone ends while it is looked at. */
const speed = 0.2;
const counts = [5, 20, 50] as const;

/** One look at the cluster's tasks and one task's log a second. */
const callsASecond = 2;

const measure = async (place: Place, count: number): Promise<Row> => {
	const daemon = place.daemon();
	const app = await place.openApp();
	try {
		await until('it leads', () => isLeading(daemon));
		await orderMany(app, place, {from: 0, count});
		await until('all are cloned', async () => (await app.read.remoteTasks.listRunning()).filter(({upid}) => upid !== null).length === count, 30_000);
		await sleep(2000);
		const {logFile} = place.simulators[0]!;
		const before = readCalls(logFile).filter(call => isTaskLook(call)).length;
		await sleep(windowMs);
		const after = readCalls(logFile).filter(call => isTaskLook(call)).length;
		return {
			name: `API calls a second while ${count} remote tasks run`, unit: '/s', ours: (after - before) / windowMs * 1000, limit: callsASecond, goal: {ratioAtMost: 1.15},
		};
	} finally {
		await app.close();
	}
};

/** What watching costs the cluster: flat, however much there is to be watched. */
export const calls: Bench = {
	name: 'calls',
	async run() {
		const places = await Promise.all(counts.map(async count => createPlace({speed, clonesPerStorage: count})));
		try {
			return await Promise.all(places.map(async (place, index) => measure(place, counts[index]!)));
		} finally {
			await Promise.all(places.map(async place => place.remove()));
		}
	},
};
