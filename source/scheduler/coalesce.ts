/** Work that is asked for often and done one at a time. */
export type Coalesced = {
	/** Starts it; where it is under way already it is done once more after that, however often it was asked for. */
	readonly ask: () => void;
	readonly stop: () => void;
	/** Resolves when it is not under way. */
	readonly settled: () => Promise<void>;
};

export const coalesce = (work: () => Promise<void>, onError: (error: unknown) => void): Coalesced => {
	let present: Promise<void> | undefined;
	let isAskedAgain = false;
	let isStopped = false;

	const workOff = async () => {
		while (isAskedAgain && !isStopped) {
			isAskedAgain = false;
			try {
				await work();
			} catch (error) {
				onError(error);
			}
		}

		present = undefined;
	};

	return {
		ask() {
			isAskedAgain = true;
			if (!isStopped) {
				present ??= workOff();
			}
		},
		stop() {
			isStopped = true;
		},
		async settled() {
			await present;
		},
	};
};
