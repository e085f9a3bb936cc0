import {setTimeout as sleep} from 'node:timers/promises';
import {type FleetWorld} from './fleet-world.js';

/** Claims by somebody else while the daemon forgets: for each, how many of its transactions came before it. */
export type Claims = {
	readonly waited: readonly number[];
	readonly stop: () => Promise<void>;
};

const pruningGoesOnMs = 40;
const betweenMs = 5;

/** Claims a lease on a connection of its own, again and again, while the daemon is pruning. */
export const startClaiming = async ({store, pruning}: Pick<FleetWorld, 'store' | 'pruning'>): Promise<Claims> => {
	const session = await store.sessions.start({
		kind: 'run', actor: 'crond', address: null, isReadOnly: false,
	});
	const waited: number[] = [];
	const over = new AbortController();
	const claiming = (async () => {
		while (!over.signal.aborted) {
			if (performance.now() - pruning.lastAt < pruningGoesOnMs) {
				const {batches} = pruning;
				const {held} = await store.leases.acquire('install:0', session.id, 60_000);
				await store.leases.release(held!);
				waited.push(pruning.batches - batches);
			}

			await sleep(betweenMs);
		}
	})();
	return {
		waited,
		async stop() {
			over.abort();
			await claiming;
			await store.sessions.end(session.id);
		},
	};
};
