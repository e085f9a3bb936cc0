import {LockLost} from '../store/leases.js';
import {type FencedStore, type Tables} from '../store/store.js';

/** As many as this go into one transaction: half of what a run works on at a time, so that the other half goes on meanwhile. */
const most = 12;
const longestMs = 20;

type Wanted = {
	readonly change: (tables: Tables) => Promise<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
};

/** Nothing of what is wrong with one may undo the others: each is tried by itself. */
const writeEach = async (store: FencedStore, group: readonly Wanted[]): Promise<void> => {
	for (const {change, resolve, reject} of group) {
		try {
			resolve(await store.write(change));
		} catch (error) {
			reject(error);
		}
	}
};

const writeAll = async (store: FencedStore, group: readonly Wanted[]): Promise<void> => {
	try {
		const values = await store.write(async tables => {
			const results: unknown[] = [];
			for (const {change} of group) {
				results.push(await change(tables));
			}

			return results;
		});
		for (const [index, {resolve}] of group.entries()) {
			resolve(values[index]);
		}
	} catch (error) {
		if (!(error instanceof LockLost)) {
			await writeEach(store, group);
			return;
		}

		for (const {reject} of group) {
			reject(error);
		}
	}
};

/** The same store; small transactions that are wanted within some milliseconds become durable together. A change must not do anything but write. */
export const groupWrites = (store: FencedStore): FencedStore => {
	let group: Wanted[] = [];
	let timer: NodeJS.Timeout | undefined;

	const flush = () => {
		clearTimeout(timer);
		const wanted = group;
		group = [];
		void writeAll(store, wanted);
	};

	return {
		...store,
		write: async <T>(change: (tables: Tables) => Promise<T>) => new Promise<T>((resolve, reject) => {
			group.push({change, resolve: resolve as Wanted['resolve'], reject});
			if (group.length >= most) {
				flush();
			} else if (group.length === 1) {
				timer = setTimeout(flush, longestMs);
			}
		}),
	};
};
