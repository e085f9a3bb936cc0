type Call = (...values: readonly unknown[]) => Promise<unknown>;

/** What is under way that time has to wait for. */
export type Traffic = {
	readonly underWay: () => number;
	/** The same calls, each under way until its answer is there. */
	readonly counted: <T extends object>(calls: T) => T;
};

export const createTraffic = (): Traffic => {
	let underWay = 0;

	const count = (call: Call): Call => async (...values) => {
		underWay++;
		try {
			return await call(...values);
		} finally {
			underWay--;
		}
	};

	return {
		underWay: () => underWay,
		counted: calls => Object.fromEntries(Object.entries(calls).map(([name, value]: [string, unknown]) => [name, typeof value === 'function' ? count(value as Call) : value])) as typeof calls,
	};
};
