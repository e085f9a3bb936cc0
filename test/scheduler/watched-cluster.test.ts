import {expect, test} from 'vitest';
import {
	beginLook,
	createWatchedCluster,
	exitOf,
	isLookDue,
	noteRunning,
} from '../../source/scheduler/watched-cluster.js';

test('of many tasks that begin one after the other the first few are looked at early, all others share the look of their second', () => {
	const watched = createWatchedCluster(0);
	const upids: string[] = [];
	const looks: number[] = [];
	for (let now = 0; now < 10_000; now += 100) {
		upids.push(`UPID:${now}`);
		noteRunning(watched, upids, now);
		if (!isLookDue(watched, now)) {
			continue;
		}

		beginLook(watched, now);
		watched.isLooking = false;
		looks.push(now);
	}

	expect(looks[0]).toBe(300);
	// One in each second, five that are early at once, and one more for every four seconds.
	expect(looks.length).toBeLessThanOrEqual(10 + 5 + 3);
	expect(looks.length).toBeGreaterThan(10);
});

test('a task that one look missed may be there yet; what two missed has vanished, unless it was seen to end', () => {
	const watched = createWatchedCluster(0);
	noteRunning(watched, ['UPID:1', 'UPID:2'], 0);
	expect(exitOf(watched, 'UPID:1', 'missing')).toBeUndefined();
	expect(exitOf(watched, 'UPID:1', undefined)).toBeUndefined();
	expect(exitOf(watched, 'UPID:1', 'missing')).toBe('vanished');
	expect(exitOf(watched, 'UPID:2', 'missing')).toBeUndefined();
	expect(exitOf(watched, 'UPID:2', {exitStatus: 'OK'})).toBe('OK');
});
