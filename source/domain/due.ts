import {type TaskState} from './task.js';

/** Whether a scheduled start of a task is due. */
export type Dueness =
	/** `since` is the moment at which it became due: 0 for a task that never ran. The same moment is the same missed start. */
	| {readonly kind: 'due'; readonly since: number}
	| {readonly kind: 'later'; readonly at: number}
	| {readonly kind: 'off' | 'paused' | 'hold'};

type Wanted = Pick<TaskState, 'intervalSeconds' | 'paused'>;

/** Measured from start to start. A last start that lies in the future (the clock was set back) makes the task due. */
export const findDueness = (task: Wanted, lastStartedAt: number | null, now: number, isOnHold: boolean): Dueness => {
	if (task.intervalSeconds === 0) {
		return {kind: 'off'};
	}

	if (task.paused !== null) {
		return {kind: 'paused'};
	}

	if (isOnHold) {
		return {kind: 'hold'};
	}

	if (lastStartedAt === null) {
		return {kind: 'due', since: 0};
	}

	if (lastStartedAt > now) {
		return {kind: 'due', since: lastStartedAt};
	}

	const at = lastStartedAt + (task.intervalSeconds * 1000);
	return at <= now ? {kind: 'due', since: at} : {kind: 'later', at};
};

/** When the next scheduled start is, for screens: `now` where it is due, null where none will come. */
export const nextDueAt = (task: Wanted, lastStartedAt: number | null, now: number, isOnHold: boolean): number | null => {
	const dueness = findDueness(task, lastStartedAt, now, isOnHold);
	if (dueness.kind === 'due') {
		return now;
	}

	return dueness.kind === 'later' ? dueness.at : null;
};

const minute = 60_000;

/** What the overdue rule looks at. Moments are wall ms. */
export type OverdueInput = {
	readonly lastStartedAt: number | null;
	readonly isRunning: boolean;
	readonly isOnHold: boolean;
	/** Since when somebody leads; null: nobody does. */
	readonly leadingSince: number | null;
	readonly now: number;
};

/** Not running, and its last start lies further back than max(3 × interval, interval + 5 min), while somebody has led for a minute at least. */
export const isOverdue = (task: Wanted, {lastStartedAt, isRunning, isOnHold, leadingSince, now}: OverdueInput): boolean => {
	if (isRunning || leadingSince === null || now - leadingSince < minute || findDueness(task, lastStartedAt, now, isOnHold).kind !== 'due') {
		return false;
	}

	const interval = task.intervalSeconds * 1000;
	return now - (lastStartedAt ?? leadingSince) > Math.max(3 * interval, interval + (5 * minute));
};
