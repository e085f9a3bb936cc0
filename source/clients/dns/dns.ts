import {type PresentSet, type RecordSet, type ZonePlace} from '../../domain/dns-record.js';

/** Another content of a record set. */
export type RecordChange = Omit<RecordSet, 'values'> & {
	/** What was seen there. Where it is not that any more and the server can tell, the change is refused as `transient`. */
	readonly from: readonly string[];
	/** Empty: the set goes. */
	readonly to: readonly string[];
	/** Seconds. */
	readonly ttl: number;
	/** For whoever reads the zone, where the server keeps such a thing: `cronsole v101`. */
	readonly comment: string;
};

/**
 One zone on the server that is asked to change it. What fails throws `ClientError` whose peer is `example.net on powerdns`: scope `cluster` where the
 server as a whole is in trouble (cannot be reached, refuses us, wants us to pause), `item` where it is about this record.
 */
export type NameServer = {
	readonly place: ZonePlace;
	/** For people: `PowerDNS at http://127.0.0.1:8081`. */
	readonly title: string;
	/** What really stands under that name: no wildcard's answer, no cached one. */
	readonly get: (set: Omit<RecordSet, 'values'>) => Promise<PresentSet>;
	/** Adds before it takes away, or does both at once. That it is so already is success. */
	readonly replace: (change: RecordChange) => Promise<void>;
	/** Looks whether the zone is there and can be written, and changes nothing; the answer is what is doubtful about it. Throws `ClientError` where it cannot be used. */
	readonly check: () => Promise<readonly string[]>;
};

/** Throws when the caller may not change anything any more (its lease is near its end or was taken). */
export type Guard = () => void;

/** The zones of the config. */
export type Dns = {
	/** Undefined: the config has no such zone there (any more). */
	readonly find: (place: ZonePlace) => NameServer | undefined;
};

/** Name servers that can be spoken to; limits and pauses are shared by everyone in this process. */
export type DnsConnections = {
	/** For a holder of a lease: its guard is asked straight before each change. */
	readonly guardedBy: (guard: Guard) => Dns;
	/** For looking only: every change throws. */
	readonly reader: Dns;
	/** After new settings: connects anew. */
	readonly reset: () => void;
	readonly close: () => Promise<void>;
};
