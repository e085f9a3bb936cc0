import {emptyTally, type Tally} from '../domain/run.js';
import {LockLost} from '../store/leases.js';

/** What one item came to; what was `untouched` is in no count. */
export type ItemResult = 'processed' | 'untouched' | 'failed' | 'waiting' | 'attention';

/** How many items of a run are worked on at a time. */
const concurrency = 24;

const counted: Readonly<Record<ItemResult, (tally: Tally) => Tally>> = {
	processed: tally => ({...tally, processed: tally.processed + 1}),
	untouched: tally => tally,
	failed: tally => ({...tally, errors: tally.errors + 1}),
	waiting: tally => ({...tally, waiting: tally.waiting + 1}),
	attention: tally => ({...tally, errors: tally.errors + 1, needsAttention: tally.needsAttention + 1}),
};

/** Adds one item to a tally; one that newly needs a person failed as well. */
export const count = (tally: Tally, result: ItemResult): Tally => counted[result](tally);

/**
 Works on every item, so many at a time, and counts; one that throws is counted as failed and ends nothing. After the signal nothing new is begun.
 Where the task's lock was lost nothing could be written any more: that is thrown, once what was begun has ended.
 */
export const forEach = async <T>(items: readonly T[], signal: AbortSignal, each: (item: T) => Promise<ItemResult>): Promise<Tally> => {
	// Taken one after the other, so that ten thousand that wait are no ten thousand promises.
	const rest = items.values();
	let tally = emptyTally;
	let lost: LockLost | undefined;

	const one = async (item: T) => {
		if (lost !== undefined || signal.aborted) {
			return;
		}

		try {
			const result = await each(item);
			tally = count(tally, result);
		} catch (error) {
			if (error instanceof LockLost) {
				lost = error;
				return;
			}

			tally = {...count(tally, 'failed'), message: tally.message ?? (error instanceof Error ? error.message : String(error))};
		}
	};

	await Promise.all(Array.from({length: concurrency}, async () => {
		for (const item of rest) {
			await one(item);
		}
	}));
	if (lost) {
		throw lost;
	}

	return tally;
};
