/** Work that is asked for often and done one at a time. */
export type Coalesced = {
	/** Starts it; where it is under way already it is done once more after that, however often it was asked for. */
	readonly ask: () => void;
	readonly stop: () => void;
	/** Resolves when it is not under way. */
	readonly settled: () => Promise<void>;
};

export const coalesce = (work: () => Promise<void>, onError: (error: unknown) => void | Promise<void>): Coalesced => {
	let present: Promise<void> | undefined;
	const state = {isAskedAgain: false, isStopped: false};

	const workOff = async () => {
		while (state.isAskedAgain && !state.isStopped) {
			state.isAskedAgain = false;
			try {
				await work();
			} catch (error) {
				await onError(error);
			}
		}

		present = undefined;
	};

	return {
		ask() {
			state.isAskedAgain = true;
			if (!state.isStopped) {
				present ??= workOff();
			}
		},
		stop() {
			state.isStopped = true;
		},
		async settled() {
			await present;
		},
	};
};
