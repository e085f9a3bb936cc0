import {setTimeout as sleep} from 'node:timers/promises';
import {start, until} from '../../test/support/program.js';
import {type App} from '../../source/app.js';
import {quantile, type Bench} from '../row.js';
import {orderMany} from '../support/deploy-all.js';
import {childProgram, createPlace, isLeading} from '../support/place.js';
import {seed} from '../support/seed.js';

const deploys = 500;
const windowMs = 90_000;
/** So slow that hardly one is done when the others have begun. */
const speed = 0.5;
const intervals = {process_vms: 2, remove_snapshots: 2, backup_status: 3} as const;
const tasks = [...Object.entries(intervals).map(([name, seconds]) => `${name}: {interval: ${seconds}s}`), 'collect_statistics: {interval: 0}'].join(', ');

/** How long after its due moment each run began: due is one interval after the start before. */
const latenesses = async (app: App, since: number): Promise<readonly number[]> => {
	const runs = await app.read.runs.listRecent(Math.ceil(windowMs / 1000));
	const all = Object.entries(intervals).map(([name, seconds]) => {
		const starts = runs.filter(({task, trigger, startedAt}) => task === name && trigger === 'schedule' && startedAt >= since).map(({startedAt}) => startedAt).toSorted((one, other) => one - other);
		return starts.slice(1).map((startedAt, index) => startedAt - starts[index]! - (seconds * 1000));
	});
	return all.flat();
};

/** How late a due task begins while much is stored and under way, beside node-cron in a process that does nothing else. */
export const lateness: Bench = {
	name: 'lateness',
	async run() {
		const place = await createPlace({clusters: 3, speed, tasks});
		await seed(place.database, 10_000);
		const app = await place.openApp();
		try {
			const daemon = place.daemon();
			await until('it leads', () => isLeading(daemon));
			await orderMany(app, place, {from: 0, count: deploys});
			const cron = start(childProgram('cron-beat'), []);
			const since = Date.now();
			await sleep(windowMs);
			const ours = await latenesses(app, since);
			const underWay = await app.read.operations.listUnderWay(['process_vms']);
			const jitter = cron.lines.map(Number);
			await cron.end('SIGKILL');
			return [
				{
					name: `lateness of a due task, p99, 10,000 VMs, ${underWay.length} deploys under way`, unit: 'ms', ours: quantile(ours, 0.99), limit: quantile(jitter, 0.99), goal: {oursAtMost: 1200},
				},
				{
					name: 'lateness of a due task, p50', unit: 'ms', ours: quantile(ours, 0.5), limit: quantile(jitter, 0.5), goal: {oursAtMost: 1200},
				},
			];
		} finally {
			await app.close();
			await place.remove();
		}
	},
};
