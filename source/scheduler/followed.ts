/** Work that goes on by itself: nobody waits for it but the end. */
export type Followed = {
	readonly follow: (work: Promise<void>, what: string) => void;
	/** Resolves when nothing of it goes on. */
	readonly settled: () => Promise<void>;
};

export const createFollowed = (complain: (error: unknown, what: string) => void): Followed => {
	const going = new Set<Promise<void>>();

	const watch = async (work: Promise<void>, what: string) => {
		try {
			await work;
		} catch (error) {
			complain(error, what);
		}
	};

	return {
		follow(work, what) {
			const watched = watch(work, what);
			going.add(watched);
			void watched.then(() => going.delete(watched));
		},
		async settled() {
			while (going.size > 0) {
				await Promise.all(going);
			}
		},
	};
};
