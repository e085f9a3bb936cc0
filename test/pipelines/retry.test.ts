import {expect, test} from 'vitest';
import {ClientError, type ClientErrorKind} from '../../source/clients/client-error.js';
import {
	backOffMs,
	decide,
	pollMs,
	type Failure,
} from '../../source/pipelines/retry.js';

const vm = {
	id: 101, cluster: 'fra1', node: 'pve1', vmid: 5000,
};

const failure = (kind: ClientErrorKind, own: Partial<Failure> = {}): Failure => ({
	error: new ClientError('what was said', {peer: 'fra1', kind}), vm, attempt: 0, maxAttempts: 20, elapsedMs: 0, random: () => 1, ...own,
});

test('a transient failure is tried after five seconds, doubling to five minutes', () => {
	const waits = [0, 1, 2, 3, 4, 5, 6, 7, 18].map(attempt => decide(failure('transient', {attempt})));
	expect(waits.map(wait => wait.next === 'again' && wait.afterMs)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

test('jitter takes away up to a half', () => {
	expect(backOffMs(0, () => 0)).toBe(2500);
	expect(backOffMs(50, () => 0)).toBe(150_000);
	expect(backOffMs(50, () => 1)).toBe(300_000);
});

test('after the last attempt a person is needed, and told how many there were', () => {
	expect(decide(failure('transient', {attempt: 19}))).toEqual({
		next: 'attention', reason: 'what was said (given up after 20 attempts)', command: 'cronsole vm retry v101',
	});
	expect(decide(failure('unknown-outcome', {attempt: 19})).next).toBe('attention');
});

test('after an unknown outcome the step looks again soon', () => {
	expect(decide(failure('unknown-outcome'))).toEqual({next: 'again', afterMs: 1000});
	expect(decide(failure('unknown-outcome', {attempt: 9}))).toEqual({next: 'again', afterMs: 300_000});
});

test('a locked VM is waited for, and after three hours a person gets the command that unlocks it', () => {
	expect(decide(failure('locked'))).toEqual({next: 'wait', afterMs: 2000, what: 'what was said'});
	expect(decide(failure('locked', {elapsedMs: 600_000}))).toMatchObject({next: 'wait', afterMs: 60_000});
	const last = decide(failure('locked', {elapsedMs: 3 * 3_600_000}));
	expect(last).toMatchObject({next: 'attention', command: 'ssh root@pve1 qm unlock 5000 && cronsole vm retry v101'});
	expect(last).toHaveProperty('reason', expect.stringContaining('`qm unlock 5000` on pve1'));
});

test('what is rejected or denied needs a person at once, what is missing is looked for', () => {
	expect(decide(failure('rejected'))).toEqual({next: 'attention', reason: 'what was said', command: 'cronsole vm retry v101'});
	expect(decide(failure('denied'))).toEqual({next: 'attention', reason: 'what was said', command: 'cronsole check && cronsole vm retry v101'});
	expect(decide(failure('missing')).next).toBe('find');
});

test('a token that is refused although the cluster takes it is tried again: a cluster that just comes back refuses everybody for a moment', () => {
	const error = new ClientError('what was said', {peer: 'fra1', kind: 'denied', scope: 'cluster'});
	expect(decide(failure('denied', {error}))).toEqual({next: 'again', afterMs: 5000});
	expect(decide(failure('denied', {error, attempt: 19}))).toMatchObject({next: 'attention', command: 'cronsole vm retry v101'});
});

test('a poll is made at first often, then every tenth of the time that has passed', () => {
	expect([0, 30_000, 900_000].map(elapsed => pollMs(elapsed, {least: 1000, most: 10_000}))).toEqual([1000, 3000, 10_000]);
});
