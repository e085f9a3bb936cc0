import {type Clock} from '../../domain/clock.js';
import {type RecordSet, type PresentSet} from '../../domain/dns-record.js';
import {type DnsSettings} from '../../domain/settings.js';
import {type Guard, type RecordChange} from './dns.js';

/** How long one go at a name server may take once its turn has come, with all that it sends; and how long it may wait for its turn. */
export const dnsTimeoutMs = 5000;

/** The config's row of a zone on that kind of server. */
export type RowOf<Provider extends DnsSettings['provider']> = Extract<DnsSettings, {readonly provider: Provider}>;

/** One go at a server. */
export type Go = {
	/** Asked straight before whatever changes anything goes out, each time; what it throws is thrown. A `get` or `check` does not ask. */
	readonly ask: Guard;
	/** Aborted when the go has taken too long as a whole: no answer came. */
	readonly signal: AbortSignal;
};

/**
 One zone, spoken to in the server's own way. Throws `ClientError` with the `peer` it was given. Turns, and the pause after a fault of the server, are kept
 around it: they heed scope `cluster` of kind `transient` or `unknown-outcome`, and `retryAfterMs`.
 */
export type ZoneDriver = {
	readonly get: (set: Omit<RecordSet, 'values'>, go: Go) => Promise<PresentSet>;
	readonly replace: (change: RecordChange, go: Go) => Promise<void>;
	readonly check: (go: Go) => Promise<readonly string[]>;
};

/** One server, opened once for all of its zones in the config; opening sends nothing. Keys come with each zone's row. */
export type ServerDriver<Row extends DnsSettings = DnsSettings> = {
	/** For people: `PowerDNS at http://127.0.0.1:8081`. */
	readonly title: string;
	/** How many `replace` go at once, and how many of the others. */
	readonly changesAtOnce: number;
	readonly readsAtOnce: number;
	/** `peer`: whose errors they are, `example.net on powerdns`. */
	readonly zone: (row: Row, peer: string) => ZoneDriver;
	readonly close: () => Promise<void>;
};

/** What each kind exports: `createPowerdns`, `createRfc2136`, `createCloudflare`. */
export type OpenServer<Provider extends DnsSettings['provider']> = (row: RowOf<Provider>, deps: {readonly clock: Clock}) => ServerDriver<RowOf<Provider>>;
