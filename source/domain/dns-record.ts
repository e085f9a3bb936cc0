/** What cronsole writes: a VM's own addresses, and the names of its addresses. */
export type RecordType = 'A' | 'AAAA' | 'PTR';

/** Where records stand: a zone of the config on one of its providers. */
export type ZonePlace = {
	/** Lower case, without the final dot. */
	readonly zone: string;
	/** `powerdns`; `powerdns-2` is the second of that kind with this zone. Where it is reached may change, this does not. */
	readonly nameServer: string;
};

/** All records of one name and type. */
export type RecordSet = {
	/** Lower case, without the final dot. */
	readonly name: string;
	readonly type: RecordType;
	/** Canonical addresses, or names without the final dot. */
	readonly values: readonly string[];
};

/** A record set that a VM is to have. */
export type WantedSet = ZonePlace & RecordSet & {
	/** What stands there while no VM has the address: may be replaced, and comes back. Null: nothing. */
	readonly generic: string | null;
};

/**
 - `done`: it stands there as it is wanted
 - `owed`: not yet, or a try failed that may go better
 - `foreign`: somebody else's record stands there
 - `refused`: the name server does not take it

 All but `done` are debts: each is tried again.
 */
export type DnsState = 'done' | 'owed' | 'foreign' | 'refused';

/** A record set that cronsole keeps as it is wanted, or wants to be rid of. Moments are wall ms. */
export type DnsRecord = WantedSet & {
	readonly id: number;
	/** Whose it is, or was when it was given up; null: only the generic name stands there. */
	readonly vmId: number | null;
	/** `values` is what is wanted; empty: it is to go. These of them were written by us, or may have been: an answer did not come. */
	readonly mine: readonly string[];
	/** The VM has it no more: ours is to go, and what else comes to stand there is nobody's trouble. */
	readonly isGivenUp: boolean;
	/** A person said that what stands there is ours from now on, whoever made it. */
	readonly takesOver: boolean;
	readonly state: DnsState;
	/** Why it is owed, foreign or refused; safe text. */
	readonly error: string | null;
	/** Failed tries in a row. */
	readonly attempt: number;
	/** Null: it is done. */
	readonly nextAttemptAt: number | null;
	/** Since when it has been owed, or done. */
	readonly since: number;
	/** Rises with every change of the row: whoever looked before it did may not write any more. */
	readonly revision: number;
};

/** What a name server has under a name and type. */
export type PresentSet = {
	readonly values: readonly string[];
	/** Where a CNAME stands instead; null: none does. */
	readonly alias: string | null;
};

/** For people: `web1.example.net A`. */
export const recordName = ({name, type}: Pick<RecordSet, 'name' | 'type'>): string => `${name} ${type}`;

/** For people: `example.net on powerdns`. */
export const placeName = ({zone, nameServer}: ZonePlace): string => `${zone} on ${nameServer}`;
