import {until} from '../../test/support/program.js';
import {type Bench} from '../row.js';
import {openBareCluster} from '../support/bare-deploy.js';
import {orderMany, waitUntilReady} from '../support/deploy-all.js';
import {createPlace, isLeading, type Place} from '../support/place.js';

const clusters = 3;
/** A full clone takes ten seconds: real ones take longer, and each look at a task counts for less. */
const speed = 2;
const timeoutMs = 30 * 60_000;

const measureBare = async ({simulators}: Place, count: number): Promise<number> => {
	const all = simulators.map(simulator => openBareCluster(simulator));
	const begin = performance.now();
	await Promise.all(Array.from({length: count}, async (_, index) => all[index % clusters]!.deploy(Math.floor(index / clusters))));
	const ms = performance.now() - begin;
	await Promise.all(all.map(async ({close}) => close()));
	return ms;
};

/** Many deploys at once on three clusters, against the same script within the same limits. */
export const createDeploys = (count: number): Bench => ({
	name: `deploys-${count}`,
	isLong: true,
	async run() {
		const place = await createPlace({clusters, speed});
		const app = await place.openApp();
		try {
			const limit = await measureBare(place, count);
			const daemon = place.daemon();
			await until('it leads', () => isLeading(daemon));
			const ours = await waitUntilReady(app, await orderMany(app, place, {from: 0, count}), timeoutMs);
			return [{
				name: `${count} deploys at once on ${clusters} clusters`, unit: 's', ours: ours / 1000, limit: limit / 1000, goal: {ratioAtMost: 1.15},
			}];
		} finally {
			await app.close();
			await place.remove();
		}
	},
});
