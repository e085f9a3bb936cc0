import {ClientError, type ClientErrorKind} from '../clients/client-error.js';
import {type NameServer} from '../clients/dns/dns.js';
import {decideRecord, type RecordDecision} from '../domain/decide-record.js';
import {placeName, recordName, type DnsRecord} from '../domain/dns-record.js';
import {longestWaitMs} from '../domain/operation.js';
import {safeText} from '../domain/safe-text.js';
import {vmName} from '../domain/vm.js';
import {type DnsResult} from '../store/dns-records.js';
import {backOffMs} from './retry.js';
import {
	isTrouble,
	overtaken,
	settleRecord,
	type End,
	type Paid,
} from './settle-record.js';
import {type StepContext} from './step.js';

export type PayContext = Pick<StepContext, 'dns' | 'store' | 'clock' | 'random' | 'signal'> & {
	/** Hears of each change before it is sent, `web1.example.net A 203.0.113.10 to example.net on powerdns` (safe text); what it throws keeps it from being sent. */
	readonly announce?: (change: string) => void;
};

/** A server's trouble as a whole, and when it is asked again. */
export type Fault = {readonly error: ClientError; readonly until: number | null};

export type Server = Pick<NameServer, 'get' | 'replace'>;

/** Nobody else is at a record for so long: its turn, the call and what is still on its way after it each take 5 s at most; ms. */
const claimMs = 15_000;

/** What only a person can put right is looked at again that often; ms. */
const lookAgainMs = 15 * 60_000;

/** Seconds. */
const ttl = 300;

const hopeless: ReadonlySet<ClientErrorKind> = new Set(['denied', 'rejected', 'missing']);

/** What follows from a failed go; a fault of the server as a whole is no word about the record. */
export const afterFailure = (record: DnsRecord, error: ClientError, {clock, random}: Pick<PayContext, 'clock' | 'random'>): DnsResult => {
	const isRefused = error.scope !== 'cluster' && hopeless.has(error.kind);
	// That it could not be looked at says nothing new about a record that somebody else made.
	const known = isTrouble(record.state) ? record : {state: 'owed', error: safeText(error.message)} as const;
	const {state, error: why} = isRefused ? {state: 'refused', error: safeText(error.message)} as const : known;
	const afterMs = error.retryAfterMs ?? (isRefused ? lookAgainMs : backOffMs(record.attempt, random));
	return {
		state, error: why, mine: record.mine, attempt: record.attempt + 1, nextAttemptAt: clock.now() + Math.min(afterMs, longestWaitMs),
	};
};

const resultOf = (record: DnsRecord, decision: RecordDecision, now: number): DnsResult => {
	const mine = decision.what === 'foreign' ? record.mine : decision.mine;
	const why = decision.what === 'foreign' ? decision.why : (decision.what === 'write' ? decision.lacks : null);
	return why === null
		? {
			state: 'done', mine, error: null, attempt: 0, nextAttemptAt: null,
		}
		: {
			state: 'foreign', mine, error: safeText(why), attempt: 0, nextAttemptAt: now + lookAgainMs,
		};
};

const words = {write: ['written', 'taken away'], nothing: ['there already', 'gone already'], foreign: ['', '']} as const;

const endOf = (record: DnsRecord, decision: RecordDecision, now: number): End => {
	const result = resultOf(record, decision, now);
	return {result, what: result.error ?? words[decision.what][record.values.length > 0 ? 0 : 1], isWritten: decision.what === 'write'};
};

/** Looks at what stands there, and writes what is wanted where that is ours to do. What a name server throws is an answer too. */
export const payRecord = async (record: DnsRecord, server: Server, context: PayContext): Promise<{readonly paid: Paid; readonly fault?: Fault}> => {
	const {store, clock} = context;
	let row = record;
	let until: number | undefined;
	try {
		const {name, type} = record;
		const present = await server.get({name, type});
		const decision = decideRecord(record, present);
		if (decision.what === 'write') {
			const {to, mine} = decision;
			context.announce?.(safeText(`${recordName(record)} ${to.length > 0 ? to.join(' ') : 'nothing'} to ${placeName(record)}`));
			const now = clock.now();
			until = now + claimMs;
			const claimed = await store.write(async ({dnsRecords}) => dnsRecords.claim(record.id, record.revision, {mine: [...new Set([...record.mine, ...mine])], now, until: now + claimMs}));
			if (!claimed) {
				return {paid: overtaken(record)};
			}

			row = claimed;
			await server.replace({
				name, type, from: present.values, to, ttl, comment: row.vmId === null ? 'cronsole' : `cronsole ${vmName({id: row.vmId})}`,
			});
		}

		return {paid: await settleRecord(row, endOf(record, decision, clock.now()), context)};
	} catch (error) {
		if (!(error instanceof ClientError) || error.kind === 'observed') {
			throw error;
		}

		const result = afterFailure(row, error, context);
		const paid = await settleRecord(row, {result, what: error.message, claimedUntil: error.kind === 'unknown-outcome' ? until : undefined}, context);
		return error.scope === 'cluster' ? {paid, fault: {error, until: result.nextAttemptAt}} : {paid};
	}
};
