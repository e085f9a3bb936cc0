import {expect} from 'vitest';
import {thirds, type Sample} from './fleet-measure.js';
import {type Remains} from './fleet-quiet.js';

const mib = 1024 * 1024;
/** What is measured anew differs by half of that. */
const leastSeenBytes = 100 * 1024;

/** From the first third of the hours to the last, and with each of the cycles that had nothing to do. Whatever grows is named, not only the first. */
export const expectNoGrowth = (samples: readonly Sample[], quiet: Remains): void => {
	const heap = thirds(samples, ({heapBytes}) => heapBytes);
	expect.soft(heap.last - heap.first, 'the heap').toBeLessThan(Math.max(2.5 * mib, heap.first * 0.03));
	const files = thirds(samples, sample => sample.files);
	// One may be open for a moment.
	expect.soft(files.last, 'open files').toBeLessThanOrEqual(files.first + 1);
	const sockets = thirds(samples, sample => sample.sockets);
	expect.soft(sockets.last - sockets.first, 'open sockets').toBeLessThan(6);
	const timers = thirds(samples, sample => sample.timers);
	expect.soft(timers.last - timers.first, 'timers').toBeLessThan(4);
	expect.soft(quiet.bytes, 'what cycles leave in memory').toBeLessThan(leastSeenBytes);
	expect.soft(quiet.files, 'files that cycles leave open').toBeLessThanOrEqual(0);
	expect.soft(quiet.sockets, 'sockets that cycles leave open').toBeLessThan(6);
	expect.soft(quiet.timers, 'timers that cycles leave behind').toBeLessThan(4);
	const size = thirds(samples, ({databaseBytes}) => databaseBytes);
	expect.soft(size.last / size.first, 'the database').toBeLessThan(1.05);
	expect.soft(Math.max(...samples.map(({walBytes}) => walBytes)), 'the WAL').toBeLessThan(20 * mib);
};
