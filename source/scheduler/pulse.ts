import {type Clock} from '../domain/clock.js';
import {type Store} from '../store/store.js';

/** Whether anything changed since the last look, so that a cycle in which nothing did costs nothing. */
export type Pulse = {
	/** This process changed something: of its own commits the database tells nothing. */
	readonly rise: () => void;
	readonly count: () => number;
	/** True once after each change, and where the last look is long ago: the bell may be lost. */
	readonly hasChanged: () => boolean;
};

const lookAnywayMs = 5000;

export const createPulse = (store: Pick<Store, 'dataVersion'>, clock: Clock): Pulse => {
	let count = 0;
	let seen = {version: -1, count: -1, at: -Infinity};
	return {
		rise() {
			count++;
		},
		count: () => count,
		hasChanged() {
			const now = {version: store.dataVersion(), count, at: clock.monotonic()};
			if (now.version === seen.version && now.count === seen.count && now.at - seen.at < lookAnywayMs) {
				return false;
			}

			seen = now;
			return true;
		},
	};
};
