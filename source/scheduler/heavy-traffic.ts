import {type Clock} from '../domain/clock.js';
import {heavyShare, presentMonths, type HeavyUse} from '../domain/traffic-findings.js';
import {type Reads} from '../store/store.js';

/** Traffic is counted once an hour: what a look found a moment ago is still so. */
const atMostEveryMs = 30_000;

/** Looks for VMs that have nearly used up their traffic, not more often than need be: it goes through every VM's month. */
export const createHeavyTraffic = (traffic: Reads['traffic'], clock: Clock): (() => Promise<readonly HeavyUse[]>) => {
	let known: {readonly uses: readonly HeavyUse[]; readonly at: number} | undefined;

	return async () => {
		if (!known || clock.monotonic() - known.at >= atMostEveryMs) {
			known = {at: clock.monotonic(), uses: await traffic.listHeavy(presentMonths(clock.now()), heavyShare)};
		}

		return known.uses;
	};
};
