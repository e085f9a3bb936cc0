/** Something of which only so many may be in use at once, counted from unfinished remote tasks: clones on a storage, backups on a node. */
export type Slot = {
	/** `clone:fra1/pve1/local-lvm`. */
	readonly key: string;
	readonly limit: number;
};
