import {type Lock} from './instance.js';
import {type WorkDeps} from './work.js';

/** Notices that the wall clock was set. */
export type ClockWatch = {
	/** Moves what was put off along with the clock, if it was set since anybody led; before anything else of a cycle. */
	readonly keepUp: (held: Lock) => Promise<void>;
	/** Not set since then: moments in the database mean what they say. */
	readonly isRight: () => boolean;
};

/** What is slewed, or set by less, puts nothing off by much. */
const toleranceMs = 5000;

/** `onRight`: what was kept back may go on. */
export const createClockWatch = ({store: {read}, session: {bootId}, clock, log}: Pick<WorkDeps, 'store' | 'session' | 'clock' | 'log'>, onRight: () => void): ClockWatch => {
	/** How far the wall clock was ahead of the monotonic one; under which leadership that was looked at. */
	let known = {aheadMs: 0, fence: 0};

	const measure = () => clock.now() - clock.monotonic();
	const isRight = () => Math.abs(measure() - known.aheadMs) <= toleranceMs;

	return {
		isRight,
		async keepUp({held: {fence}, store}) {
			if (known.fence === fence && isRight()) {
				return;
			}

			const aheadMs = measure();
			const last = await read.upkeep.findClock();
			const byMs = last?.bootId === bootId ? aheadMs - last.aheadMs : 0;
			const isSet = Math.abs(byMs) > toleranceMs;
			// Noted anew only then: many small steps come to one that counts.
			const isNoted = last?.bootId === bootId && !isSet;
			if (!isNoted) {
				await store.write(async ({upkeep}) => upkeep.setClock({bootId, aheadMs}, byMs, clock.now()));
			}

			known = {aheadMs: isNoted ? last.aheadMs : aheadMs, fence};
			if (isSet) {
				log({level: 'warning', event: 'clock', message: `the wall clock was set ${byMs < 0 ? 'back' : 'ahead'} by ${Math.round(Math.abs(byMs) / 1000)} s: what was put off was moved with it`});
			}

			onRight();
		},
	};
};
