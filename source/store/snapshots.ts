import {type Snapshot} from '../domain/snapshot.js';

export type SnapshotReads = {
	/** Oldest first. */
	readonly list: (vmId: number) => Promise<readonly Snapshot[]>;
	readonly find: (vmId: number, name: string) => Promise<Snapshot | undefined>;
	/** Those of ours that are not kept, of VMs that live, oldest first: what a lifetime could apply to. */
	readonly listMortal: () => Promise<readonly Snapshot[]>;
	readonly count: (vmId: number) => Promise<number>;
};

/** A snapshot as its cluster lists it. */
export type SeenSnapshot = Pick<Snapshot, 'name' | 'note' | 'createdAt'>;

export type SnapshotWrites = {
	/** One that was taken through cronsole; the same name again answers without a second row. */
	readonly add: (snapshot: Omit<Snapshot, 'id'>) => Promise<void>;
	readonly keep: (vmId: number, name: string, isKept: boolean) => Promise<void>;
	/**
	 Makes the rows what was seen: adds those that are not ours, drops those that are gone; those that stay keep their notes and marks. One that has the
	 name of another and was taken at another moment is not the same.
	 */
	readonly sync: (vmId: number, seen: readonly SeenSnapshot[]) => Promise<void>;
	readonly remove: (vmId: number, name: string) => Promise<void>;
};

export type Snapshots = SnapshotReads & SnapshotWrites;
