import {ClientError} from '../clients/client-error.js';
import {placeName, type DnsRecord} from '../domain/dns-record.js';
import {
	afterFailure,
	payRecord,
	type Fault,
	type PayContext,
	type Server,
} from './pay-record.js';
import {settleRecords, type Paid} from './settle-record.js';

/** What the config does not know any more stays owed: it may come back, and the records stand there. */
const unknownServer = (place: string): Server => {
	const refuse = async (): Promise<never> => {
		throw new ClientError(`the config has no zone ${place} any more`, {peer: place, kind: 'transient', scope: 'cluster'});
	};

	return {get: refuse, replace: refuse};
};

/** A go ends after so long, whatever is left: other debts want their turn, and a hold is to be heard of; ms. */
const longestGoMs = 20_000;

/** Nothing is asked: what a server in trouble as a whole says is true of all that is owed there, and no attempt counts. */
const putOff = async (records: readonly DnsRecord[], {error, until}: Fault, context: PayContext): Promise<readonly Paid[]> => settleRecords(records, record => ({
	result: {...afterFailure(record, error, context), attempt: record.attempt, nextAttemptAt: until}, what: error.message,
}), context);

type Go = PayContext & {
	/** Where a server was met in trouble. */
	readonly faults: Map<string, Fault>;
	/** On the monotonic clock. */
	readonly endsAt: number;
};

/** One record after the other. Once the server is in trouble as a whole, the rest is put off with the record that met it. */
const payPlace = async (place: string, records: readonly DnsRecord[], go: Go): Promise<readonly Paid[]> => {
	const {dns, signal, clock, faults, endsAt} = go;
	const server = dns.find(records[0]!) ?? unknownServer(place);
	const all: Paid[] = [];
	for (const [index, record] of records.entries()) {
		if (signal.aborted || clock.monotonic() >= endsAt) {
			break;
		}

		const fault = faults.get(place);
		if (fault) {
			return [...all, ...await putOff(records.slice(index), fault, go)];
		}

		const {paid, fault: met} = await payRecord(record, server, go);
		all.push(paid);
		if (met) {
			faults.set(place, met);
		}
	}

	return all;
};

const payAll = async (records: readonly DnsRecord[], go: Go): Promise<readonly Paid[]> => {
	const places = Map.groupBy(records, record => placeName(record));
	const ends = await Promise.allSettled([...places].map(async ([place, there]) => payPlace(place, there, go)));
	return ends.flatMap(end => {
		if (end.status === 'rejected') {
			throw end.reason as Error;
		}

		return end.value;
	});
};

/**
 Tries each record once: servers beside each other, what is to be there before anything goes; for what there is no time left nothing changes. What is
 wrong with a name server is what the record's row says after; only what is no `ClientError` is thrown (a lease was lost), and what `announce` throws.
 */
export const payRecords = async (records: readonly DnsRecord[], context: PayContext): Promise<readonly Paid[]> => {
	const go = {...context, faults: new Map<string, Fault>(), endsAt: context.clock.monotonic() + longestGoMs};
	const there = await payAll(records.filter(({values}) => values.length > 0), go);
	const gone = await payAll(records.filter(({values}) => values.length === 0), go);
	return [...there, ...gone];
};
