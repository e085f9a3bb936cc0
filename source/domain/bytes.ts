const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `1.2 GB`: powers of 1000, as storage and traffic are sold. */
export const formatBytes = (bytes: number): string => {
	// What rounds to 1000 of a unit is 1 of the next.
	const step = Math.max(0, units.findLastIndex((_, index) => bytes >= 999.5 * (1000 ** (index - 1))));
	const value = bytes / (1000 ** step);
	const digits = step === 0 || value >= 99.95 ? 0 : 1;
	return `${value.toFixed(digits)} ${units[step]}`;
};
