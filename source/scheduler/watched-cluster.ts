import {type TaskState} from '../clients/proxmox/task-watch.js';

/** What the watch remembers of one cluster. Moments are monotonic ms. */
export type WatchedCluster = {
	/** UPIDs that run. */
	readonly known: Set<string>;
	/** How many looks in a row missed one. */
	/** How often a look missed one. */
	readonly misses: Map<string, number>;
	readonly progress: Map<string, number>;
	lastLookAt: number;
	nextLookAt: number;
	/** Early looks left, as of `lastLookAt`. */
	early: number;
	/** Whose progress is asked for next. */
	turn: number;
	isLooking: boolean;
};

const firstLookMs = 250;
const lookMs = 1000;
/** How many looks may come early at once, and how long one takes to come back: many new tasks share the look of the second. */
const earlyLooks = 5;
const earlyLookMs = 4000;
/** A task is gone when so many looks missed it (between them it may not have been asked for). */
const missesUntilGone = 2;

export const createWatchedCluster = (now: number): WatchedCluster => ({
	known: new Set(), misses: new Map(), progress: new Map(), lastLookAt: now - lookMs, nextLookAt: now, early: earlyLooks, turn: 0, isLooking: false,
});

const earlyLooksLeft = ({early, lastLookAt}: WatchedCluster, now: number): number => Math.min(earlyLooks, early + ((now - lastLookAt) / earlyLookMs));

const firstLookAt = (watched: WatchedCluster, now: number): number =>
	earlyLooksLeft(watched, now) >= 1 ? now + firstLookMs : Math.max(now + firstLookMs, watched.lastLookAt + lookMs);

/** Takes note of what runs; a task that was not known before brings the next look forward. */
export const noteRunning = (watched: WatchedCluster, upids: readonly string[], now: number): void => {
	const {known, misses, progress} = watched;
	if (upids.some(upid => !known.has(upid))) {
		const first = firstLookAt(watched, now);
		watched.nextLookAt = known.size === 0 ? first : Math.min(watched.nextLookAt, first);
	}

	known.clear();
	for (const upid of upids) {
		known.add(upid);
	}

	for (const upid of [...misses.keys(), ...progress.keys()].filter(gone => !known.has(gone))) {
		misses.delete(upid);
		progress.delete(upid);
	}
};

/** A look begins; the next one is due a second later. */
export const beginLook = (watched: WatchedCluster, now: number): void => {
	const isEarly = now - watched.lastLookAt < lookMs;
	watched.early = earlyLooksLeft(watched, now) - (isEarly ? 1 : 0);
	watched.isLooking = true;
	watched.lastLookAt = now;
	watched.nextLookAt = now + lookMs;
};

/** How a task ended by what a look says; undefined: it runs, or it was missed only once. */
export const exitOf = ({misses}: WatchedCluster, upid: string, seen: TaskState | undefined): string | undefined => {
	if (typeof seen === 'object') {
		return seen.exitStatus;
	}

	const count = (misses.get(upid) ?? 0) + (seen === 'missing' ? 1 : 0);
	misses.set(upid, count);
	return count >= missesUntilGone ? 'vanished' : undefined;
};

/** Those whose next look has come. */
export const isLookDue = ({isLooking, known, nextLookAt}: WatchedCluster, now: number): boolean => !isLooking && known.size > 0 && nextLookAt <= now;

/** When the next look at any of them is due; undefined: nothing runs that is not being looked at. */
export const nextLookAt = (all: Iterable<WatchedCluster>): number | undefined => {
	const moments = [...all].filter(({isLooking, known}) => !isLooking && known.size > 0).map(watched => watched.nextLookAt);
	return moments.length === 0 ? undefined : Math.min(...moments);
};
