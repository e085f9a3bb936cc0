import {setTimeout as sleep} from 'node:timers/promises';

/** How long somebody else's write is waited for before the database counts as unusable. */
export const patienceMs = 15_000;

const longestPauseMs = 25;

/** Whether SQLite says that another connection is in the way. */
export const isBusy = (error: unknown): boolean => {
	const {code} = (error ?? {}) as {readonly code?: unknown};
	return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code.startsWith('SQLITE_PROTOCOL'));
};

/**
 Tries again while another connection is in the way, asleep in between so that the event loop goes on: SQLite's own busy handler would block it.
 The pauses differ at random, as SQLite's writers do not queue.
 */
export const retryBusy = async <T>(attempt: () => T, giveUpAfterMs = patienceMs): Promise<T> => {
	const deadline = performance.now() + giveUpAfterMs;

	for (;;) {
		try {
			return attempt();
		} catch (error) {
			if (!isBusy(error) || performance.now() > deadline) {
				throw error;
			}
		}

		await sleep(1 + (Math.random() * longestPauseMs));
	}
};
