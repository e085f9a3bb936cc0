import {takeSample, type Sample} from './fleet-measure.js';
import {type FleetWorld} from './fleet-world.js';

const secondMs = 1000;
const minute = 60;

/** What cycles in which there is nothing to do leave behind. */
export type Remains = {readonly bytes: number; readonly files: number; readonly sockets: number; readonly timers: number};

const growth = (before: Sample, after: Sample): number => after.heapBytes - before.heapBytes;

/**
 Two stretches of so many minutes with a cycle a second, nothing being asked for: the hours of a fleet pass in long steps, and what each cycle leaves behind
 would not be seen in them. Of the two the one that left less counts: what is still being warmed up ends, a leak does not. A quarter of an hour at most:
 then traffic is counted.
 */
export const measureQuiet = async (world: FleetWorld, minutes: number): Promise<Remains> => {
	const live = async (seconds: number): Promise<Sample> => {
		await world.pass(world.time.clock.now() + (seconds * secondMs), secondMs);
		return takeSample(world);
	};

	// What was asked for last comes to its end. At whole minutes more is done, and connections are open: it is looked in the same place between two.
	const first = await live((2 * minute) + 20);
	const second = await live(minutes * minute);
	const third = await live(minutes * minute);
	return {
		bytes: Math.min(growth(first, second), growth(second, third)),
		files: third.files - first.files, sockets: third.sockets - first.sockets, timers: third.timers - first.timers,
	};
};
