/** A small seeded source of chance: the same seed gives the same world. */
export type Random = {
	/** A number from 0 up to, but not including, 1. */
	readonly next: () => number;
	/** A whole number, both ends included. */
	readonly integer: (minimum: number, maximum: number) => number;
	readonly hex: (length: number) => string;
	readonly shuffle: <T>(items: readonly T[]) => T[];
};

const modulus = 2_147_483_647;
const multiplier = 48_271;
const warmUp = 16;

/** The minimal standard generator of Park and Miller: short, quick, and good enough to shuffle keys and to draw MAC addresses. */
export const createRandom = (seed: number): Random => {
	let state = 1 + (Math.trunc(seed) % (modulus - 1));

	const next = () => {
		state = (state * multiplier) % modulus;
		return (state - 1) / (modulus - 1);
	};

	// Neighbouring seeds begin alike.
	for (let round = 0; round < warmUp; round++) {
		next();
	}

	const integer = (minimum: number, maximum: number) => minimum + Math.floor(next() * (maximum - minimum + 1));

	return {
		next,
		integer,
		hex: length => Array.from({length}, () => integer(0, 15).toString(16)).join(''),
		shuffle<T>(items: readonly T[]) {
			const shuffled = [...items];
			for (let last = shuffled.length - 1; last > 0; last--) {
				const other = integer(0, last);
				const moved = shuffled[last]!;
				shuffled[last] = shuffled[other]!;
				shuffled[other] = moved;
			}

			return shuffled;
		},
	};
};
