import {ClientError} from '../clients/client-error.js';
import {placeName, type DnsRecord} from '../domain/dns-record.js';
import {
	afterFailure,
	payRecord,
	type Fault,
	type PayContext,
	type Server,
} from './pay-record.js';
import {settleRecord, type Paid} from './settle-record.js';

/** What the config does not know any more stays owed: it may come back, and the records stand there. */
const unknownServer = (place: string): Server => {
	const refuse = async (): Promise<never> => {
		throw new ClientError(`the config has no zone ${place} any more`, {peer: place, kind: 'transient', scope: 'cluster'});
	};

	return {get: refuse, replace: refuse};
};

/** One record after the other. Once the server is in trouble as a whole, the rest is put off with the record that met it, and no attempt is counted. */
const payPlace = async (place: string, records: readonly DnsRecord[], faults: Map<string, Fault>, context: PayContext): Promise<readonly Paid[]> => {
	const {dns, signal} = context;
	const server = dns.find(records[0]!) ?? unknownServer(place);
	const all: Paid[] = [];
	for (const record of records) {
		if (signal.aborted) {
			break;
		}

		const fault = faults.get(place);
		if (fault) {
			const result = {...afterFailure(record, fault.error, context), attempt: record.attempt, nextAttemptAt: fault.until};
			all.push(await settleRecord(record, {result, what: fault.error.message}, context));
			continue;
		}

		const {paid, fault: met} = await payRecord(record, server, context);
		all.push(paid);
		if (met) {
			faults.set(place, met);
		}
	}

	return all;
};

const payAll = async (records: readonly DnsRecord[], faults: Map<string, Fault>, context: PayContext): Promise<readonly Paid[]> => {
	const places = Map.groupBy(records, record => placeName(record));
	const ends = await Promise.allSettled([...places].map(async ([place, there]) => payPlace(place, there, faults, context)));
	return ends.flatMap(end => {
		if (end.status === 'rejected') {
			throw end.reason as Error;
		}

		return end.value;
	});
};

/**
 Tries each record once: servers beside each other, what is to be there before anything goes. What is wrong with a name server is what the record's row
 says after; only what is no `ClientError` is thrown (a lease was lost), and what `announce` throws.
 */
export const payRecords = async (records: readonly DnsRecord[], context: PayContext): Promise<readonly Paid[]> => {
	const faults = new Map<string, Fault>();
	const there = await payAll(records.filter(({values}) => values.length > 0), faults, context);
	const gone = await payAll(records.filter(({values}) => values.length === 0), faults, context);
	return [...there, ...gone];
};
