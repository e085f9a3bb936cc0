import {type HeldLease, type LeaseView} from '../domain/lease.js';

/** What came of asking for a lease. */
export type Acquired =
	/** `takenFrom` says whose it was, where its owner died or let it expire; `alarm` where the owner still lives. */
	| {readonly held: HeldLease; readonly takenFrom: LeaseView | null; readonly alarm: boolean}
	| {readonly held: null; readonly by: LeaseView};

/** Leases. They are acquired and renewed on the plain store; every write under one goes through `Store.fencedBy`. */
export type Leases = {
	/**
	 Takes the lease if it is free, its owner is dead (witness gone, or another boot), or it expired more than ttl/6 ago. One that the owner holds
	 already is held (by itself): two parts of a process never share a lease. The number always rises.
	 */
	readonly acquire: (name: string, owner: string, ttlMs: number) => Promise<Acquired>;
	/** Renews every lease of the owner at once; answers those that it still holds. */
	readonly renewAll: (owner: string) => Promise<readonly HeldLease[]>;
	/** Nothing happens where it was taken meanwhile. */
	readonly release: (held: HeldLease) => Promise<void>;
	/** Everything that is held, with its owner and whether it is stale. */
	readonly list: () => Promise<readonly LeaseView[]>;
	/** Frees it if it is stale, or whatever it is with `isForced`; undefined: it was not held (or is alive, without force). */
	readonly clear: (name: string, isForced: boolean) => Promise<LeaseView | undefined>;
};

/** A write came from somebody whose lease was taken or freed: stop, do not try again. */
export class LockLost extends Error {
	override readonly name = 'LockLost';
	constructor(readonly lease: string) {
		super(`The lease ${lease} was lost: its owner did not renew it in time, or a person cleared it.`);
	}
}
