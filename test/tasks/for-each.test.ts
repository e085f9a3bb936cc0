import {expect, test} from 'vitest';
import {LockLost} from '../../source/store/leases.js';
import {forEach} from '../../source/tasks/for-each.js';

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

test('items that end at the same moment are all counted, and one that throws ends none of the others', async () => {
	const tally = await forEach(Array.from({length: 60}, (_, index) => index), new AbortController().signal, async item => {
		await pause(5);
		if (item % 10 === 0) {
			throw new Error(`item ${item} is broken`);
		}

		return item % 2 === 0 ? 'waiting' : 'processed';
	});
	expect(tally).toEqual({
		processed: 30, errors: 6, waiting: 24, needsAttention: 0, message: 'item 0 is broken',
	});
});

test('one that newly needs a person counts as failed too', async () => {
	expect(await forEach([1], new AbortController().signal, async () => 'attention')).toMatchObject({errors: 1, needsAttention: 1});
});

test('only so many are worked on at a time', async () => {
	let present = 0;
	let most = 0;
	await forEach(Array.from({length: 100}, (_, index) => index), new AbortController().signal, async () => {
		present++;
		most = Math.max(most, present);
		await pause(2);
		present--;
		return 'processed';
	});
	expect(most).toBe(24);
});

test('after the signal nothing new is begun', async () => {
	const abort = new AbortController();
	const tally = await forEach(Array.from({length: 50}, (_, index) => index), abort.signal, async () => {
		abort.abort();
		return 'processed';
	});
	expect(tally.processed).toBe(1);
});

test('a lost lock ends the run: what was begun ends, nothing new begins, and it is thrown', async () => {
	let begun = 0;
	await expect(forEach(Array.from({length: 100}, (_, index) => index), new AbortController().signal, async () => {
		begun++;
		await pause(2);
		throw new LockLost('task:collect_statistics');
	})).rejects.toThrow(LockLost);
	expect(begun).toBe(24);
});
