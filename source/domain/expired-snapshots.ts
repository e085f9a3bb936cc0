import {type Snapshot} from './snapshot.js';

const dayMs = 86_400_000;

/** Those that have outlived their days, oldest first: the package's where it names them, else the config's; 0 is for ever. Kept ones and those of others have no age. */
export const expiredSnapshots = (snapshots: readonly Snapshot[], packageDays: number | undefined, configDays: number, now: number): readonly Snapshot[] => {
	const days = packageDays ?? configDays;
	return days === 0
		? []
		: snapshots
			// Without a moment of its own it would be as old as the epoch.
			.filter(({ours, keep, createdAt}) => ours && !keep && createdAt > 0 && now - createdAt > days * dayMs)
			.toSorted((a, b) => a.createdAt === b.createdAt ? a.id - b.id : a.createdAt - b.createdAt);
};
