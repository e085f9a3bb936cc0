/** Timers that are set, whichever clock they go by: those that are in place when this is called are counted from then on. */
export const countTimers = (): (() => number) => {
	const {
		setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: end,
	} = globalThis;
	const pending = new Set<unknown>();

	const setOnce = (callback: (...values: unknown[]) => void, ms?: number, ...values: unknown[]): unknown => {
		// Undici's coarse clock of the machine is known by its name.
		if (callback.name === 'onTick') {
			return set(callback, ms, ...values);
		}

		const handle: unknown = set(() => {
			pending.delete(handle);
			callback(...values);
		}, ms);
		pending.add(handle);
		return handle;
	};

	const setRepeated = (callback: (...values: unknown[]) => void, ms?: number, ...values: unknown[]): unknown => {
		const handle: unknown = repeat(callback, ms, ...values);
		pending.add(handle);
		return handle;
	};

	const forget = (stop: (handle: never) => void) => (handle: unknown) => {
		pending.delete(handle);
		stop(handle as never);
	};

	Object.assign(globalThis, {
		setTimeout: setOnce, setInterval: setRepeated, clearTimeout: forget(clear), clearInterval: forget(end),
	});
	return () => pending.size;
};
