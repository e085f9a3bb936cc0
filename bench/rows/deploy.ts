import {setTimeout as sleep} from 'node:timers/promises';
import {until} from '../../test/support/program.js';
import {median, type Bench, type Row} from '../row.js';
import {openBareCluster} from '../support/bare-deploy.js';
import {orderMany, waitUntilReady} from '../support/deploy-all.js';
import {createPlace, isLeading} from '../support/place.js';
import {
	isHealthLook,
	isTaskLook,
	readCalls,
	type LoggedCall,
} from '../support/request-log.js';

const rounds = 3;
const speed = 5;
const remoteTasks = 3;
/** What is waited at most, on the average, until a task's end is seen. */
const waitMs = 700;

const countCalls = (before: readonly LoggedCall[], after: readonly LoggedCall[]) => {
	const own = after.slice(before.length).filter(call => !isHealthLook(call) && !isTaskLook(call));
	const changes = own.filter(({method}) => method !== 'GET').length;
	return {all: own.length, changes, fewest: (changes * 2) + 1};
};

/** One deploy, alone, against the same calls by a script that waits perfectly for each task. */
export const deploy: Bench = {
	name: 'deploy',
	async run() {
		const place = await createPlace({speed});
		const [simulator] = place.simulators;
		const daemon = place.daemon();
		const app = await place.openApp();
		const bare = openBareCluster(simulator!);
		try {
			await until('it leads', () => isLeading(daemon));
			const ours: number[] = [];
			const limit: number[] = [];
			const counts: Array<ReturnType<typeof countCalls>> = [];
			for (let round = 0; round < rounds; round++) {
				const before = readCalls(simulator!.logFile);
				ours.push(await waitUntilReady(app, await orderMany(app, place, {from: round, count: 1}), 60_000));
				counts.push(countCalls(before, readCalls(simulator!.logFile)));
				const begin = performance.now();
				await bare.deploy(round);
				limit.push(performance.now() - begin);
				await sleep(500);
			}

			const rows: Row[] = [
				{
					name: 'one deploy (limit: 1.05 x bare + 0.7 s a remote task)', unit: 'ms', ours: median(ours),
					limit: (1.05 * median(limit)) + (waitMs * remoteTasks), goal: {ratioAtMost: 1},
				},
				{
					name: 'API calls a deploy (limit: one look before each change)', unit: '', ours: median(counts.map(({all}) => all)),
					limit: median(counts.map(({fewest}) => fewest)), goal: {ratioAtMost: 1.3},
				},
			];
			return rows;
		} finally {
			await bare.close();
			await app.close();
			await place.remove();
		}
	},
};
