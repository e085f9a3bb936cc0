/** A source of the same numbers for the same seed. */
export type Random = {
	readonly below: (count: number) => number;
	readonly pick: <T>(rows: readonly T[]) => T;
	readonly chance: (share: number) => boolean;
};

/** Mulberry32: small, and good enough to vary inputs. */
export const createRandom = (seed: number): Random => {
	/* eslint-disable no-bitwise -- It is made of bits. */
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6D_2B_79_F5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	/* eslint-enable no-bitwise */

	const below = (count: number): number => Math.floor(next() * count);
	return {below, pick: rows => rows[below(rows.length)]!, chance: share => next() < share};
};
