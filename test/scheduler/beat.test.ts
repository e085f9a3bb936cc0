import process from 'node:process';
import {
	describe,
	expect,
	test,
	vi,
	type TestContext,
} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {startBeat} from '../../source/scheduler/beat.js';

const pause = async (ms: number) => new Promise(resolve => {
	setTimeout(resolve, ms);
});

const start = ({onTestFinished}: TestContext, cycleMs: number, own: Partial<Parameters<typeof startBeat>[0]> = {}) => {
	const cycles: number[] = [];
	const silences: number[] = [];
	const beat = startBeat({
		clock: systemClock,
		cycleMs: () => cycleMs,
		cycle() {
			cycles.push(systemClock.monotonic());
		},
		onSilence(ms) {
			silences.push(ms);
		},
		...own,
	});
	onTestFinished(beat.stop);
	return {cycles, silences, stop: beat.stop};
};

describe('the beat on a pretended date', () => {
	test('goes on when the wall clock is set back by an hour, where node-cron by itself is silent', async context => {
		const {cycles, silences} = start(context, 1000);
		await pause(1200);
		const before = cycles.length;
		// Only the date is a pretended one: timers and the monotonic clock go on.
		vi.useFakeTimers({toFake: ['Date'], now: Date.now() - 3_600_000, shouldAdvanceTime: true});
		context.onTestFinished(() => {
			vi.useRealTimers();
		});
		const steppedAt = systemClock.monotonic();
		await pause(5500);
		expect(silences).toHaveLength(1);
		const gaps = cycles.slice(before).map((cycle, index, all) => cycle - (all[index - 1] ?? steppedAt));
		expect(Math.max(...gaps)).toBeLessThan(3300);
		expect(gaps.length).toBeGreaterThanOrEqual(3);
		vi.useRealTimers();
	});

	test('has nothing to count out when the wall clock is set ahead by six hours: what node-cron does with them by itself takes seconds', async context => {
		start(context, 1000);
		await pause(1200);
		const before = process.cpuUsage();
		vi.useFakeTimers({toFake: ['Date'], now: Date.now() + (6 * 3_600_000), shouldAdvanceTime: true});
		context.onTestFinished(() => {
			vi.useRealTimers();
		});
		await pause(1500);
		const {user, system} = process.cpuUsage(before);
		expect(user + system).toBeLessThan(1_500_000);
	});

	test('goes on when the wall clock is set ahead by a month, where node-cron by itself counts out every second of it', async context => {
		const {cycles} = start(context, 1000);
		await pause(1200);
		const before = cycles.length;
		vi.useFakeTimers({toFake: ['Date'], now: Date.now() + (30 * 86_400_000), shouldAdvanceTime: true});
		context.onTestFinished(() => {
			vi.useRealTimers();
		});
		await vi.waitFor(() => {
			expect(cycles.length).toBeGreaterThanOrEqual(before + 3);
		}, {timeout: 20_000, interval: 50});
	});
});

describe.concurrent('the beat', () => {
	test('cycles each second by node-cron, never twice in one', async context => {
		const {cycles, silences, stop} = start(context, 1000);
		await pause(3200);
		stop();
		expect(cycles.length).toBeGreaterThanOrEqual(3);
		expect(cycles.length).toBeLessThanOrEqual(4);
		expect(silences).toEqual([]);
	});

	test('goes on alone where what fires never fires, and starts it anew', async context => {
		let starts = 0;
		const {cycles, silences} = start(context, 1000, {
			schedule() {
				starts++;
				return {stop: () => undefined};
			},
		});
		await pause(4500);
		expect(silences.length).toBeGreaterThanOrEqual(1);
		expect(starts).toBe(silences.length + 1);
		expect(cycles.length).toBeGreaterThanOrEqual(2);
	});

	test('keeps a cycle shorter than a second by itself', async context => {
		const {cycles} = start(context, 100);
		await pause(1050);
		expect(cycles.length).toBeGreaterThanOrEqual(8);
		expect(cycles.length).toBeLessThanOrEqual(12);
	});

	test('is silent once it is stopped', async context => {
		const {cycles, stop} = start(context, 100);
		await pause(300);
		stop();
		const {length} = cycles;
		await pause(1200);
		expect(cycles).toHaveLength(length);
	});
});
