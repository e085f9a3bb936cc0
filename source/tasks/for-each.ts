import PQueue from 'p-queue';
import {emptyTally, type Tally} from '../domain/run.js';

/** What one item came to. */
export type ItemResult = 'processed' | 'failed' | 'waiting' | 'attention';

/** How many items of a run are worked on at a time. */
const concurrency = 24;

const counted: Readonly<Record<ItemResult, (tally: Tally) => Tally>> = {
	processed: tally => ({...tally, processed: tally.processed + 1}),
	failed: tally => ({...tally, errors: tally.errors + 1}),
	waiting: tally => ({...tally, waiting: tally.waiting + 1}),
	attention: tally => ({...tally, errors: tally.errors + 1, needsAttention: tally.needsAttention + 1}),
};

/** Adds one item to a tally; one that newly needs a person failed as well. */
export const count = (tally: Tally, result: ItemResult): Tally => counted[result](tally);

/** Works on every item, so many at a time, and counts; one that throws is counted as failed and ends nothing. After the signal nothing new is begun. */
export const forEach = async <T>(items: readonly T[], signal: AbortSignal, each: (item: T) => Promise<ItemResult>): Promise<Tally> => {
	const queue = new PQueue({concurrency});
	let tally = emptyTally;

	const one = async (item: T) => {
		if (signal.aborted) {
			return;
		}

		try {
			const result = await each(item);
			tally = count(tally, result);
		} catch (error) {
			tally = {...count(tally, 'failed'), message: tally.message ?? (error instanceof Error ? error.message : String(error))};
		}
	};

	await Promise.all(items.map(async item => queue.add(async () => one(item))));
	return tally;
};
