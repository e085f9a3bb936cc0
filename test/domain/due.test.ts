import {describe, expect, test} from 'vitest';
import {findDueness, isOverdue, nextDueAt} from '../../source/domain/due.js';

const minute = 60_000;
const now = 1_000_000_000;
const each = (intervalSeconds: number) => ({intervalSeconds, paused: null});
const paused = {
	intervalSeconds: 60, paused: {
		by: 'anna', reason: null, since: 1, until: null,
	},
};

describe('a task', () => {
	test.each([
		['that never ran is due', each(60), null, false, {kind: 'due', since: 0}],
		['is due when its interval has passed since its last start', each(60), now - minute, false, {kind: 'due', since: now}],
		['is due since the moment at which its interval had passed', each(60), now - (5 * minute), false, {kind: 'due', since: now - (4 * minute)}],
		['is not due a millisecond before', each(60), now - minute + 1, false, {kind: 'later', at: now + 1}],
		['is due when its last start lies in the future: the clock was set back', each(60), now + minute, false, {kind: 'due', since: now + minute}],
		['with an interval of 0 is off', each(0), null, false, {kind: 'off'}],
		['that is paused is not due', paused, null, false, {kind: 'paused'}],
		['is not due during a hold', each(60), null, true, {kind: 'hold'}],
	] as const)('%s', (_title, task, lastStartedAt, isOnHold, expected) => {
		expect(findDueness(task, lastStartedAt, now, isOnHold)).toEqual(expected);
	});

	test('shows when it comes next: now where it is due, nothing where it will not come', () => {
		expect(nextDueAt(each(60), null, now, false)).toBe(now);
		expect(nextDueAt(each(60), now - 1000, now, false)).toBe(now + 59_000);
		expect(nextDueAt(each(0), null, now, false)).toBeNull();
		expect(nextDueAt(each(60), null, now, true)).toBeNull();
	});
});

describe('overdue', () => {
	const led = {
		lastStartedAt: now - (7 * minute), isRunning: false, isOnHold: false, leadingSince: now - (60 * minute), now,
	};
	test.each([
		['is a task each minute that last started 6 minutes ago and more', each(60), {}, true],
		['is not one that started 6 minutes ago exactly', each(60), {lastStartedAt: now - (6 * minute)}, false],
		['is a task each hour only after three hours', each(3600), {lastStartedAt: now - (179 * minute)}, false],
		['is a task each hour after more than three hours', each(3600), {lastStartedAt: now - (181 * minute)}, true],
		['is nothing that runs', each(60), {isRunning: true}, false],
		['is nothing while nobody leads', each(60), {leadingSince: null}, false],
		['is nothing while the leader is new', each(60), {leadingSince: now - 59_000}, false],
		['is nothing during a hold', each(60), {isOnHold: true}, false],
		['is nothing that is paused', paused, {}, false],
		['is nothing that is off', each(0), {}, false],
		['is one that never ran, counted since somebody leads', each(60), {lastStartedAt: null}, true],
	] as const)('%s', (_title, task, input, expected) => {
		expect(isOverdue(task, {...led, ...input})).toBe(expected);
	});
});
