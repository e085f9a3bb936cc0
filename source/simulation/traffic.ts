/** What flows through a VM, as a function of time alone: counters and graphs are its integrals and never disagree. */
export type Flow = {
	/** Mean bytes a second. */
	readonly netin: number;
	readonly netout: number;
	readonly diskread: number;
	readonly diskwrite: number;
	/** Where in the day this VM's busy hour lies, in radians. */
	readonly phase: number;
};

export type Counter = 'netin' | 'netout' | 'diskread' | 'diskwrite';

const day = 86_400_000;
const fiveMinutes = 300_000;
const swing = 0.5;
const ripple = 0.3;

// The antiderivative of mean x (1 + swing x sin(daily) + ripple x sin(every five minutes)), by the second.
const primitive = (mean: number, phase: number, atMs: number) => {
	const daily = (2 * Math.PI) / day;
	const often = (2 * Math.PI) / fiveMinutes;
	return (mean / 1000) * (atMs - ((swing / daily) * Math.cos((daily * atMs) + phase)) - ((ripple / often) * Math.cos((often * atMs) + (2 * phase))));
};

/** Bytes between two moments in milliseconds. */
export const bytesBetween = (flow: Flow, counter: Counter, fromMs: number, toMs: number): number =>
	toMs <= fromMs ? 0 : Math.max(0, primitive(flow[counter], flow.phase, toMs) - primitive(flow[counter], flow.phase, fromMs));

/** How busy the processor is, 0 to 1. */
export const loadAt = (flow: Flow, atMs: number): number => {
	const wave = 0.5 + (0.3 * Math.sin(((2 * Math.PI * atMs) / day) + flow.phase)) + (0.2 * Math.sin(((2 * Math.PI * atMs) / fiveMinutes) + flow.phase));
	return 0.02 + (0.4 * wave);
};
