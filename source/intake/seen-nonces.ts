/** Nonces of what is only looked at: lost with the process, since to look twice does no harm. False: it was said before. */
export type SeenNonces = (key: string, nonce: string) => boolean;

/** Remembers each for so long; `now` is monotonic ms. */
export const createSeenNonces = (now: () => number, keptMs: number): SeenNonces => {
	// In the order in which they were said, so that the oldest stand first.
	const seen = new Map<string, number>();

	return (key, nonce) => {
		const at = now();
		for (const [name, since] of seen) {
			if (at - since < keptMs) {
				break;
			}

			seen.delete(name);
		}

		const name = `${key}\n${nonce}`;
		if (seen.has(name)) {
			return false;
		}

		seen.set(name, at);
		return true;
	};
};
