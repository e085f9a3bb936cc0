import {type Clock} from '../domain/clock.js';
import {type Stamps} from '../store/overview.js';

/** Some of what is looked for comes by time alone. */
const atLeastEveryMs = 300_000;

export type KeptLookDeps<Found, Given extends readonly unknown[]> = {
	readonly clock: Clock;
	/** Their rows tell what is found. */
	readonly tables: readonly string[];
	/** However often they change. */
	readonly atMostEveryMs: number;
	readonly look: (...given: Given) => Promise<Found>;
};

/** What was found, and whether nothing has changed since. */
export type KeptLook<Found, Given extends readonly unknown[]> = (stamps: Stamps, ...given: Given) => Promise<{readonly found: Found; readonly isFresh: boolean}>;

/** For what goes through every VM: looked for again only where one of its tables changed or something else was given, not too often, and after a while in any case. */
export const createKeptLook = <Found, Given extends readonly unknown[]>({clock, tables, atMostEveryMs, look}: KeptLookDeps<Found, Given>): KeptLook<Found, Given> => {
	let known: {readonly found: Found; readonly at: number; readonly key: string; readonly given: Given} | undefined;

	return async (stamps, ...given) => {
		const key = tables.map(table => stamps[table]).join(' ');
		const age = known ? clock.monotonic() - known.at : Infinity;
		const isSame = known?.key === key && known.given.every((one, index) => one === given[index]) && age < atLeastEveryMs;
		if (!known || (!isSame && age >= atMostEveryMs)) {
			known = {
				at: clock.monotonic(), key, given, found: await look(...given),
			};
			return {found: known.found, isFresh: true};
		}

		return {found: known.found, isFresh: isSame};
	};
};
