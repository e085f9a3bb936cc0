import {schedule as scheduleByCron} from 'node-cron';
import {type Clock} from '../domain/clock.js';

/** Fires each second of the wall clock until it is stopped. */
export type Schedule = (fire: () => void) => {readonly stop: () => void};

/** node-cron, silent about seconds that it missed: the watchdog sees to those. */
export const everySecond: Schedule = fire => {
	const silent = () => undefined;
	const task = scheduleByCron('* * * * * *', fire, {
		suppressMissedWarning: true, logger: {
			info: silent, warn: silent, error: silent, debug: silent,
		},
	});
	return {
		stop() {
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

const secondMs = 1000;

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

	let cron = schedule(fire);

	const watch = () => {
		const silentMs = clock.monotonic() - firedAt;
		if (silentMs > 2 * secondMs) {
			cron.stop();
			firedAt = clock.monotonic();
			isSilent = true;
			cron = schedule(fire);
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
