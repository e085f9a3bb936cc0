/** The values that are not among the others. */
export const without = (values: readonly string[], others: readonly string[]): readonly string[] => values.filter(value => !others.includes(value));

/** The values that are among the others too. */
export const both = (values: readonly string[], others: readonly string[]): readonly string[] => values.filter(value => others.includes(value));

/** Whether they are the same values, in whatever order. */
export const isSameSet = (values: readonly string[], others: readonly string[]): boolean => new Set(values).symmetricDifference(new Set(others)).size === 0;
