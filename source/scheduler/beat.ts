import {schedule as scheduleByCron} from 'node-cron';
import {type Clock} from '../domain/clock.js';

/** Fires each second of the wall clock until it is stopped. */
export type Schedule = (fire: () => void, clock: Pick<Clock, 'now'>) => {readonly stop: () => void};

const secondMs = 1000;

/** So long before each second it is looked whether the one before was missed. */
const leadMs = 5;

const startCron = (fire: () => void) => {
	const silent = () => undefined;
	return scheduleByCron('* * * * * *', fire, {
		suppressMissedWarning: true, logger: {
			info: silent, warn: silent, error: silent, debug: silent,
		},
	});
};

/**
 node-cron, silent about seconds that it missed: the watchdog sees to those. It counts them out one by one, those of a day for half a minute in which
 nothing else runs: where the clock was set ahead or the machine slept, it is started anew just before it would.
 */
const everySecond: Schedule = (fire, {now}) => {
	let task = startCron(fire);
	let guard: NodeJS.Timeout;

	const plan = () => {
		const at = now();
		const left = secondMs - (at % secondMs) - leadMs;
		const lookAt = at + (left > 0 ? left : left + secondMs);
		guard = setTimeout(() => {
			if (now() - lookAt > 2 * secondMs) {
				void task.destroy();
				task = startCron(fire);
			}

			plan();
		}, lookAt - at);
	};

	plan();
	return {
		stop() {
			clearTimeout(guard);
			void task.destroy();
		},
	};
};

export type BeatDeps = {
	readonly clock: Clock;
	readonly cycleMs: () => number;
	readonly cycle: () => void;
	/** It was silent for so long and was started anew. */
	readonly onSilence: (silentMs: number) => void;
	readonly schedule?: Schedule;
};

/**
 Drives the cycle. node-cron fires each second by the wall clock, and says nothing for as long as that clock was set back; so a chain of monotonic
 timers watches it, starts it anew after two silent seconds, and runs the cycle meanwhile (and the beats of a cycle shorter than a second).
 */
export const startBeat = ({clock, cycleMs, cycle, onSilence, schedule = everySecond}: BeatDeps): {readonly stop: () => void} => {
	let firedAt = clock.monotonic();
	let cycledAt = -Infinity;
	let isSilent = false;
	let isStopped = false;
	let watchdog: NodeJS.Timeout;

	const cycleIfDue = () => {
		const now = clock.monotonic();
		// node-cron's own jitter is no reason to leave a beat out.
		if (isStopped || !(now - cycledAt >= cycleMs() * 0.9)) {
			return;
		}

		cycledAt = now;
		cycle();
	};

	const fire = () => {
		firedAt = clock.monotonic();
		isSilent = false;
		cycleIfDue();
	};

	let cron = schedule(fire, clock);

	const watch = () => {
		const silentMs = clock.monotonic() - firedAt;
		if (silentMs > 2 * secondMs) {
			cron.stop();
			firedAt = clock.monotonic();
			isSilent = true;
			cron = schedule(fire, clock);
			onSilence(silentMs);
		}

		if (isSilent || cycleMs() < secondMs) {
			cycleIfDue();
		}

		watchdog = setTimeout(watch, Math.min(secondMs, cycleMs()));
	};

	watchdog = setTimeout(watch, Math.min(secondMs, cycleMs()));
	return {
		stop() {
			isStopped = true;
			clearTimeout(watchdog);
			cron.stop();
		},
	};
};
