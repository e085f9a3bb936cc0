/** Counts what each key sends; answers 0 or in how many seconds the next one is taken. */
export type RateLimit = (key: string, perMinute: number) => number;

/** So many a minute, all of them at once if need be. `now` is monotonic ms. */
export const createRateLimit = (now: () => number): RateLimit => {
	const buckets = new Map<string, {left: number; at: number}>();

	return (key, perMinute) => {
		const at = now();
		const perMs = perMinute / 60_000;
		const bucket = buckets.get(key) ?? {left: perMinute, at};
		buckets.set(key, bucket);
		bucket.left = Math.min(perMinute, bucket.left + ((at - bucket.at) * perMs));
		bucket.at = at;
		if (bucket.left < 1) {
			return Math.max(1, Math.ceil((1 - bucket.left) / perMs / 1000));
		}

		bucket.left--;
		return 0;
	};
};
