const backupStates = ['waiting', 'running', 'done', 'failed', 'removed'] as const;
export type BackupState = typeof backupStates[number];

/** A backup of a VM, wished for, under way, there or gone. Moments in ms since the epoch. */
export type Backup = {
	/** Shown as `b12`. */
	readonly id: number;
	readonly vmId: number;
	/** `foreign`: found on the storage, made outside. */
	readonly kind: 'manual' | 'scheduled' | 'foreign';
	/** The scheduled day in the VM's zone, `2026-11-21`; null for others. One a VM and day. */
	readonly localDate: string | null;
	readonly state: BackupState;
	/** `shared:backup/vzdump-qemu-101-….vma.zst`; null until it is there. */
	readonly volid: string | null;
	readonly storage: string;
	readonly sizeBytes: number | null;
	readonly note: string | null;
	/** When it was begun (of one that waits: asked for). */
	readonly createdAt: number;
	readonly finishedAt: number | null;
	/** Why it failed (kept while its day's next attempt is under way), or a warning that it ended with. */
	readonly cause: string | null;
	/** Attempts begun, of a scheduled one. */
	readonly attempts: number;
	/** The operation that makes it; null for foreign ones. */
	readonly operationId: number | null;
};

/** `b12`. */
export const backupName = ({id}: {readonly id: number}): string => `b${id}`;
