/** Something of which only so many may be in use at once, counted from unfinished remote tasks: clones on a storage, backups on a node. */
export type Slot = {
	/** `clone:fra1/pve1/local-lvm`. */
	readonly key: string;
	readonly limit: number;
};

/** So many remote tasks of one type may be started on a cluster within a time: destroys an hour. */
export type Rate = {
	readonly limit: number;
	readonly withinMs: number;
};
