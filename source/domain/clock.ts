/** Where time comes from; handed in, so that tests and the simulator own it. */
export type Clock = {
	/** Wall time: milliseconds since the epoch. */
	readonly now: () => number;
	/** Monotonic time in milliseconds, the same for all processes of one boot; wall-clock steps do not touch it. */
	readonly monotonic: () => number;
};

/** The machine's own clocks: the wall and CLOCK_MONOTONIC. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => Number(process.hrtime.bigint() / 1_000_000n),
};
