import {type FencedStore, type Tables} from '../../source/store/store.js';

/** What was forgotten, and how. */
export type Pruning = {
	/** Rows in all, and the most that one transaction took. */
	rows: number;
	largest: number;
	/** Transactions that forgot something. */
	batches: number;
	/** When one last did, in ms of the machine. */
	lastAt: number;
};

type Prune = (...values: readonly unknown[]) => Promise<number>;

const forgetting = ['prune', 'pruneSteps'] as const;

/** The same tables; what they forget is noted. */
const noting = (tables: Tables, pruning: Pruning): Tables => Object.fromEntries(Object.entries(tables).map(([name, table]) => {
	const calls = table as unknown as Readonly<Record<string, Prune>>;
	return [name, {
		...table, ...Object.fromEntries(forgetting.filter(call => calls[call] !== undefined).map(call => [call, async (...values: readonly unknown[]) => {
			const rows = await calls[call]!(...values);
			pruning.rows += rows;
			pruning.largest = Math.max(pruning.largest, rows);
			pruning.batches += rows > 0 ? 1 : 0;
			pruning.lastAt = performance.now();
			return rows;
		}])),
	}];
})) as unknown as Tables;

/** Looks at what a store forgets, one transaction after the other. */
export const watchPruning = () => {
	const pruning: Pruning = {
		rows: 0, largest: 0, batches: 0, lastAt: -Infinity,
	};
	return {
		pruning,
		watched: (fenced: FencedStore): FencedStore => ({...fenced, write: async change => fenced.write(async tables => change(noting(tables, pruning)))}),
	};
};
