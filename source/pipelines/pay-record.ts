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
	settleRecords,
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

/** How much of its claim may be over when a change is sent; ms. */
const longestPauseMs = 5000;

/** How soon at the latest a server is asked again that was in trouble as a whole; ms. */
const serverAgainMs = 60_000;

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
	const againMs = isRefused ? lookAgainMs : Math.min(backOffMs(record.attempt, random), error.scope === 'cluster' ? serverAgainMs : Infinity);
	return {
		state, error: why, mine: record.mine,
		// Where it is known when to come again nothing was tried in vain.
		attempt: record.attempt + (error.retryAfterMs === null ? 1 : 0),
		nextAttemptAt: clock.now() + Math.min(error.retryAfterMs ?? againMs, longestWaitMs),
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
	const isThere = decision.what === 'write' ? record.values.length > 0 && record.values.every(value => decision.to.includes(value)) : !record.isGivenUp;
	return {result, what: result.error ?? words[decision.what][isThere ? 0 : 1], isWritten: decision.what === 'write'};
};

/** Looks at what stands there, and writes what is wanted where that is ours to do. What a name server throws is an answer too. */
export const payRecord = async (record: DnsRecord, server: Server, context: PayContext): Promise<{readonly paid: Paid; readonly fault?: Fault}> => {
	const {store, clock} = context;
	const settle = async (settled: DnsRecord, end: End): Promise<Paid> => {
		const [paid] = await settleRecords([settled], () => end, context);
		return paid!;
	};

	let row = record;
	let claimedUntil: number | undefined;
	try {
		const {name, type} = record;
		const present = await server.get({name, type});
		const decision = decideRecord(record, present);
		if (decision.what === 'write') {
			const {to, mine} = decision;
			context.announce?.(safeText(`${recordName(record)} ${to.length > 0 ? to.join(' ') : 'nothing'} to ${placeName(record)}`));
			const {claimed, until} = await store.write(async ({dnsRecords}) => {
				const now = clock.now();
				const span = {now, until: now + claimMs};
				return {until: span.until, claimed: await dnsRecords.claim(record.id, record.revision, {mine: [...new Set([...record.mine, ...mine])], ...span})};
			});
			// Where this process slept after its claim, what it sends could arrive when somebody else is at it.
			if (!claimed || clock.now() > until - claimMs + longestPauseMs) {
				return {paid: overtaken(record)};
			}

			row = claimed;
			claimedUntil = until;
			await server.replace({
				name, type, from: present.values, to, ttl, comment: row.vmId === null ? 'cronsole' : `cronsole ${vmName({id: row.vmId})}`,
			});
		}

		return {paid: await settle(row, endOf(record, decision, clock.now()))};
	} catch (error) {
		if (!(error instanceof ClientError) || error.kind === 'observed') {
			throw error;
		}

		const result = afterFailure(row, error, context);
		const paid = await settle(row, {result, what: error.message, claimedUntil: error.kind === 'unknown-outcome' ? claimedUntil : undefined});
		return error.scope === 'cluster' ? {paid, fault: {error, until: result.nextAttemptAt}} : {paid};
	}
};
