import {describe, expect, test} from 'vitest';
import {expiredSnapshots} from '../../source/domain/expired-snapshots.js';
import {type Snapshot} from '../../source/domain/snapshot.js';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 17);

const snapshot = (name: string, ageMs: number, own: Partial<Snapshot> = {}): Snapshot => ({
	id: 1, vmId: 101, name, note: null, createdAt: now - ageMs, keep: false, ours: true, ...own,
});

const namesOf = (...given: Parameters<typeof expiredSnapshots>) => expiredSnapshots(...given).map(({name}) => name);

describe('a snapshot', () => {
	test('expires once it is older than its days, to the millisecond', () => {
		expect(namesOf([snapshot('a', 3 * day), snapshot('b', (3 * day) + 1)], 3, 0, now)).toEqual(['b']);
	});

	test('lives as long as the package says, else as long as the config says', () => {
		const snapshots = [snapshot('a', 5 * day)];
		expect(namesOf(snapshots, 3, 10, now)).toEqual(['a']);
		expect(namesOf(snapshots, 10, 3, now)).toEqual([]);
		expect(namesOf(snapshots, undefined, 3, now)).toEqual(['a']);
	});

	test('lives for ever at 0 days, which in the package is a value of its own', () => {
		const snapshots = [snapshot('a', 500 * day)];
		expect(namesOf(snapshots, 0, 3, now)).toEqual([]);
		expect(namesOf(snapshots, undefined, 0, now)).toEqual([]);
		expect(namesOf(snapshots, 3, 0, now)).toEqual(['a']);
	});

	test('that is kept, or that somebody else took, has no age', () => {
		expect(namesOf([snapshot('kept', 9 * day, {keep: true}), snapshot('foreign', 9 * day, {ours: false}), snapshot('mine', 9 * day)], 3, 0, now)).toEqual(['mine']);
	});

	test('from the future, or whose moment nobody knows, does not expire', () => {
		expect(namesOf([snapshot('later', -9 * day), snapshot('unknown', 0, {createdAt: 0})], 3, 0, now)).toEqual([]);
	});
});

test('the oldest comes first', () => {
	expect(namesOf([snapshot('young', 4 * day), snapshot('second', 6 * day, {id: 3}), snapshot('first', 6 * day, {id: 2})], 3, 0, now)).toEqual(['first', 'second', 'young']);
});
