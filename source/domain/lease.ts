/** A lease as the table holds it. Times in ms; `…Monotonic` are CLOCK_MONOTONIC of the boot `bootId`. */
export type Lease = {
	/** `leader`, `task:<name>`, `vm:<id>`, `install:<id>`. */
	readonly name: string;
	/** The owner's session id; null: free. */
	readonly owner: string | null;
	/** Rises with every acquisition and never falls. */
	readonly fence: number;
	readonly ttlMs: number;
	readonly untilMonotonic: number;
	readonly bootId: string;
	readonly acquiredAt: number;
	readonly renewedAt: number;
};

/** Who holds a lease, for people: with the verdict on whether it is stale (the owner is dead or the lease expired). */
export type LeaseView = {
	readonly name: string;
	readonly owner: {readonly host: string; readonly pid: number; readonly instance: string; readonly kind: SessionKind};
	readonly acquiredAt: number;
	readonly renewedAt: number;
	readonly stale: boolean;
	readonly fence: number;
};

/** A lease in the hand of its holder. */
export type HeldLease = {
	readonly name: string;
	readonly owner: string;
	readonly fence: number;
	readonly ttlMs: number;
};

/** daemon and console can lead; run is a `--run-task` or `install add` process; screen and command never hold a lease. */
export type SessionKind = 'daemon' | 'console' | 'run' | 'screen' | 'command';

/** A process that uses the database. */
export type Session = {
	readonly id: string;
	readonly kind: SessionKind;
	readonly host: string;
	readonly pid: number;
	readonly bootId: string;
	/** The person behind it, `anna`, or `scheduler`. */
	readonly actor: string;
	/** Where that person's ssh comes from; null on the machine itself. */
	readonly address: string | null;
	readonly isReadOnly: boolean;
	readonly startedAt: number;
	readonly seenAt: number;
};
