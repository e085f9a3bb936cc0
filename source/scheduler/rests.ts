import {type Clock} from '../domain/clock.js';
import {type Move} from '../pipelines/move.js';

/** Operations that rest after a go that changed nothing, so that no row can keep a core busy. */
export type Rests = {
	readonly isResting: (operation: number) => boolean;
	/** Takes note of what a go came to. */
	readonly note: (operation: number, move: Pick<Move, 'outcome' | 'steps'>) => void;
	readonly count: () => number;
	/** Monotonic: when the next one has rested; undefined: none rests. */
	readonly nextEnd: () => number | undefined;
};

const shortMs = 250;
const busyMs = 1000;
const longestMs = 60_000;

export const createRests = (clock: Clock): Rests => {
	const rests = new Map<number, {readonly until: number; readonly restedMs: number; readonly times: number}>();

	const restFor = ({outcome}: Pick<Move, 'outcome'>, times: number): number => {
		if (outcome === 'failed') {
			return Math.min(longestMs, shortMs * (2 ** times));
		}

		return outcome === 'busy' ? busyMs : shortMs;
	};

	const forgetOld = (now: number) => {
		for (const [operation, {until}] of rests) {
			if (now - until > longestMs) {
				rests.delete(operation);
			}
		}
	};

	return {
		isResting: operation => (rests.get(operation)?.until ?? 0) > clock.monotonic(),
		note(operation, move) {
			const now = clock.monotonic();
			forgetOld(now);
			if (move.steps > 0 || move.outcome === 'done') {
				rests.delete(operation);
				return;
			}

			const last = rests.get(operation);
			// One that comes back long after its rest had a moment of its own to wait for: only what comes back at once is slowed down.
			const isAtOnce = last !== undefined && now - last.until <= Math.max(busyMs, last.restedMs);
			const times = isAtOnce ? last.times + 1 : 0;
			const restedMs = restFor(move, times);
			rests.set(operation, {until: now + restedMs, restedMs, times});
		},
		count: () => rests.size,
		nextEnd() {
			const now = clock.monotonic();
			const ends = rests.values().map(({until}) => until).filter(until => until > now).toArray();
			return ends.length === 0 ? undefined : Math.min(...ends);
		},
	};
};
