/** A snapshot of a VM, as it was last seen in its cluster. Moments in ms since the epoch. */
export type Snapshot = {
	readonly id: number;
	readonly vmId: number;
	readonly name: string;
	readonly note: string | null;
	readonly createdAt: number;
	/** Never removed by its age. */
	readonly keep: boolean;
	/** Taken through cronsole; others are only shown. */
	readonly ours: boolean;
};
