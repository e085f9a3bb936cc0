import {type Backup} from './backup.js';

/** A backup that is there. */
export type GoodBackup = Pick<Backup, 'id' | 'kind' | 'createdAt'> & {
	/** Marked on the storage as not to be removed. */
	readonly isProtected: boolean;
};

/**
 Those that have to go so that no more than `quota` are left, oldest first. Manual ones count, but only scheduled ones go; foreign ones neither count
 nor go, protected ones never go, and the newest stays whatever the quota is. Without a quota (or with 0: none are sold) nothing goes.
 */
export const rotate = <B extends GoodBackup>(good: readonly B[], quota = 0): readonly B[] => {
	const ours = good.filter(({kind}) => kind !== 'foreign').toSorted((a, b) => a.createdAt === b.createdAt ? a.id - b.id : a.createdAt - b.createdAt);
	const newest = ours.at(-1);
	return ours
		.filter(backup => backup.kind === 'scheduled' && !backup.isProtected && backup !== newest)
		.slice(0, quota === 0 ? 0 : Math.max(0, ours.length - quota));
};
