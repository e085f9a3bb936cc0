import {scheduler} from '../domain/activity.js';
import {
	placeName,
	recordName,
	type DnsRecord,
	type DnsState,
} from '../domain/dns-record.js';
import {safeText} from '../domain/safe-text.js';
import {type DnsResult} from '../store/dns-records.js';
import {type Tables} from '../store/store.js';
import {type StepContext} from './step.js';

/** What came of a go at a record. */
export type Paid = {
	readonly record: DnsRecord;
	readonly state: DnsState;
	readonly isWritten: boolean;
	/** What keeps it from being done; null where it is, and where somebody else was faster. `record`, as it was before, has the one of the last time. */
	readonly error: string | null;
	/** For people, safe text: `web1.example.net A in example.net on powerdns: written`. */
	readonly line: string;
};

export type End = {
	readonly result: DnsResult;
	/** For people: `written`, or what went wrong. */
	readonly what: string;
	readonly isWritten?: boolean;
	/** Nobody is at the record before then: what was sent may still arrive. */
	readonly claimedUntil?: number;
};

export const isTrouble = (state: DnsState): boolean => state === 'foreign' || state === 'refused';

/** Tells people what needs one of them, once, and when it came right again. */
const tell = async ({vms, activity}: Tables, record: DnsRecord, {state, error}: DnsResult, now: number): Promise<void> => {
	const isNews = isTrouble(state) ? state !== record.state : state === 'done' && isTrouble(record.state);
	if (!isNews) {
		return;
	}

	const vm = record.vmId === null ? undefined : await vms.find(record.vmId);
	const what = `DNS: ${recordName(record)} in ${placeName(record)}`;
	await activity.add({
		at: now, actor: scheduler, subject: vm?.hostname ?? record.name, ...record.vmId !== null && {vmId: record.vmId},
		...(isTrouble(state) ? {level: 'warning', message: safeText(`${what}: ${error}`)} : {level: 'info', message: `${what} is right again`}),
	});
};

/** Somebody else is at it, or something else is wanted by now. */
export const overtaken = (record: DnsRecord): Paid => ({
	record, state: 'owed', isWritten: false, error: null, line: `${recordName(record)} in ${placeName(record)}: somebody else is at it`,
});

const settleOne = async (tables: Tables, record: DnsRecord, {result, what, isWritten = false, claimedUntil}: End, now: number): Promise<Paid> => {
	if (!await tables.dnsRecords.settle(record.id, record.revision, result, now)) {
		return overtaken(record);
	}

	await tell(tables, record, result, now);
	if (claimedUntil !== undefined) {
		await tables.dnsRecords.claim(record.id, record.revision + 1, {mine: result.mine, now, until: claimedUntil});
	}

	return {
		record, state: result.state, isWritten, error: result.error, line: safeText(`${recordName(record)} in ${placeName(record)}: ${what}`),
	};
};

/** Writes down what came of a go, all of it at once; where somebody else was faster it counts for nothing. */
export const settleRecords = async (records: readonly DnsRecord[], endOf: (record: DnsRecord) => End, {store, clock}: Pick<StepContext, 'store' | 'clock'>): Promise<readonly Paid[]> =>
	store.write(async tables => {
		const all: Paid[] = [];
		for (const record of records) {
			all.push(await settleOne(tables, record, endOf(record), clock.now()));
		}

		return all;
	});
