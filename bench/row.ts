/** What a row may be at most or must be at least: a ratio to its limit, or, where a person says what is enough, a figure of ours. */
export type Goal = {readonly ratioAtMost: number} | {readonly ratioAtLeast: number} | {readonly oursAtMost: number};

/** One line of the table: what the product took, and what the least that could do it took in the same run. */
export type Row = {
	readonly name: string;
	readonly unit: string;
	readonly ours: number;
	readonly limit: number;
	readonly goal: Goal;
};

/** Rows that are measured together. */
export type Bench = {
	readonly name: string;
	/** Too long for every day. */
	readonly isLong?: boolean;
	readonly run: () => Promise<readonly Row[]>;
};

export const ratioOf = ({ours, limit}: Row): number => ours / limit;

export const isMet = (row: Row): boolean => {
	const {goal, ours} = row;
	if ('oursAtMost' in goal) {
		return ours <= goal.oursAtMost;
	}

	return 'ratioAtMost' in goal ? ratioOf(row) <= goal.ratioAtMost : ratioOf(row) >= goal.ratioAtLeast;
};

/** The value that so much of the sorted values lie below: 0.5 is the median. */
export const quantile = (values: readonly number[], share: number): number => {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);
