/** What a row must be: its ratio to the limit, and, where a person says what is enough, the figure itself. All that is given must hold; nothing given: the row only shows something. */
export type Goal = {readonly ratioAtMost?: number; readonly ratioAtLeast?: number; readonly oursAtMost?: number};

/** One line of the table: what the product took, and what the least that could do it took in the same run. */
export type Row = {
	readonly name: string;
	readonly unit: string;
	readonly ours: number;
	readonly limit: number;
	readonly goal: Goal;
};

/** What a run is told. */
export type Wish = {
	/** So many VMs are stored, for rows that show how a figure grows: ascending, the first is what the others are held against. */
	readonly vms: readonly number[];
};

/** Rows that are measured together. */
export type Bench = {
	readonly name: string;
	/** Too long for every day. */
	readonly isLong?: boolean;
	readonly run: (wish: Wish) => Promise<readonly Row[]>;
};

export const ratioOf = ({ours, limit}: Row): number => ours / limit;

export const isMet = (row: Row): boolean => {
	const {ours, goal: {ratioAtMost = Infinity, ratioAtLeast = 0, oursAtMost = Infinity}} = row;
	const ratio = ratioOf(row);
	return ours <= oursAtMost && (!Number.isFinite(ratio) || (ratio <= ratioAtMost && ratio >= ratioAtLeast));
};

/** The value that so much of the sorted values lie below: 0.5 is the median. */
export const quantile = (values: readonly number[], share: number): number => {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** One row of several runs: that of the median ratio, figure and limit of one and the same run. */
const middle = (rows: readonly Row[]): Row => {
	const order = rows.toSorted((a, b) => ratioOf(a) - ratioOf(b) || a.ours - b.ours);
	return order[Math.floor((order.length - 1) / 2)]!;
};

/** The same rows measured in several runs, as one of each. */
export const mergeRuns = (runs: ReadonlyArray<readonly Row[]>): readonly Row[] => runs[0]!.map((_, index) => middle(runs.map(rows => rows[index]!)));
