import {type DnsRecord, type DnsState, type WantedSet} from '../domain/dns-record.js';

/** What came of a go at a record. */
export type DnsResult = {
	readonly state: DnsState;
	/** What of the record set was written by us, or may have been. */
	readonly mine: readonly string[];
	readonly error: string | null;
	readonly attempt: number;
	/** Wall ms; null where it is done. */
	readonly nextAttemptAt: number | null;
};

/** A debt with what people want to know of its VM. */
export type DnsDebt = DnsRecord & {readonly hostname: string | null; readonly cluster: string | null};

export type DnsRecordReads = {
	/** The VM's records, in the order of zone, name, type; also those that it gave up and that are not gone yet. */
	readonly listFor: (vmId: number) => Promise<readonly DnsRecord[]>;
	/** Everybody's, in the same order. */
	readonly listAll: () => Promise<readonly DnsRecord[]>;
	/** Everything that is not as it is wanted, the longest-owed first. */
	readonly listDebts: (limit: number) => Promise<readonly DnsDebt[]>;
	/**
	 Debts whose moment has come (or lies so far off that the clock must have been set back since) and that nobody is at, what is to be there before what is to go: of each zone on each server at most `limit`, so that one that
	 is in trouble keeps no other from its turn; none of VMs on the clusters `except`.
	 */
	readonly listDue: (given: {readonly now: number; readonly limit: number; readonly except?: readonly string[]}) => Promise<readonly DnsRecord[]>;
};

export type DnsRecordWrites = {
	/**
	 Writes down what the VM is to have; what it had beyond that is given up: it is to go, or to become the generic name again. What stays as it was is left
	 alone; the rest is owed at once. A set that another VM gave up or has becomes this one's. Answers whether anything is owed anew.
	 */
	readonly want: (vmId: number, sets: readonly WantedSet[], now: number) => Promise<boolean>;
	/** All of the VM's records are looked at anew, at once; with `takesOver` what stands there is ours. Answers how many there are. */
	readonly recheck: (vmId: number, options: {readonly takesOver: boolean; readonly now: number}) => Promise<number>;
	/** Straight before a write goes out: nobody else is at it until then, and `mine` may be ours from now on. Undefined: the row is not that any more, or somebody is at it. */
	readonly claim: (id: number, revision: number, given: {readonly mine: readonly string[]; readonly now: number; readonly until: number}) => Promise<DnsRecord | undefined>;
	/** After a go; false: the row is not that any more, and the result counts for nothing. A set that was given up, and of which nothing is ours any more, leaves no row. */
	readonly settle: (id: number, revision: number, result: DnsResult, now: number) => Promise<boolean>;
};

export type DnsRecords = DnsRecordReads & DnsRecordWrites;
