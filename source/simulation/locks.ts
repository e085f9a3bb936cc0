/** A wish for one of the locks that a task takes on its way; it is held until the task ends. */
export type LockRequest = {
	readonly key: string;
	/** How many may hold it side by side; a shared lock has no end of holders, an exclusive one has one. */
	readonly holders: number;
	readonly waitMs: number;
	/** What the task says when it has waited in vain. */
	readonly text: string;
	/** Lines that stand in the task's log while it waits. */
	readonly waiting: readonly string[];
};

/** The lock files of all nodes. */
export type Locks = {
	readonly tryAcquire: (owner: string, request: Pick<LockRequest, 'key' | 'holders'>) => boolean;
	readonly release: (owner: string) => void;
	readonly isHeld: (key: string) => boolean;
};

type Held = {readonly owner: string; readonly holders: number};

export const createLocks = (): Locks => {
	const held = new Map<string, Held[]>();

	return {
		tryAcquire(owner, {key, holders}) {
			const others = held.get(key) ?? [];
			// Shared and exclusive holders do not mix: the smaller number counts.
			if (others.length >= Math.min(holders, ...others.map(other => other.holders))) {
				return false;
			}

			held.set(key, [...others, {owner, holders}]);
			return true;
		},
		release(owner) {
			for (const [key, holders] of held) {
				const left = holders.filter(holder => holder.owner !== owner);
				if (left.length === 0) {
					held.delete(key);
				} else if (left.length < holders.length) {
					held.set(key, left);
				}
			}
		},
		isHeld: key => held.has(key),
	};
};

const tries = ['trying to acquire lock...'];

/** The lock file of one VM, alone. */
export const vmLock = (vmid: number, waitMs = 10_000): LockRequest => ({
	key: `vm/${vmid}`, holders: 1, waitMs, waiting: tries, text: `can't lock file '/var/lock/qemu-server/lock-${vmid}.conf' - got timeout`,
});

/** The lock file of one VM, together with others: clones of something that does not run. */
export const sharedVmLock = (vmid: number, waitMs: number): LockRequest => ({...vmLock(vmid, waitMs), holders: Infinity});

/** The allocation lock of a storage: a few clones get along, more of them time out. */
export const storageLock = (node: string, storage: string, isShared: boolean): LockRequest => ({
	key: isShared ? `storage/${storage}` : `storage/${node}/${storage}`,
	holders: 3,
	waitMs: 10_000,
	waiting: tries,
	text: isShared ? `cfs-lock 'storage-${storage}' error: got lock request timeout` : `can't lock file '/var/lock/pve-manager/pve-storage-${storage}' - got timeout`,
});

/** One backup job a node; the others stand in line. */
export const vzdumpLock = (node: string): LockRequest => ({
	key: `vzdump/${node}`,
	holders: 1,
	waitMs: 180 * 60_000,
	waiting: ['INFO: trying to get global lock - waiting...'],
	text: 'can\'t acquire lock \'/var/run/vzdump.lock\' - got timeout',
});
