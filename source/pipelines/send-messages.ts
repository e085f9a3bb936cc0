import {type Alerts} from '../clients/alert.js';
import {type BillingSystem} from '../clients/billing/billing.js';
import {ClientError} from '../clients/client-error.js';
import {type MailServer} from '../clients/mail/mail.js';
import {type RenderMessage} from '../clients/mail/message.js';
import {type Clock} from '../domain/clock.js';
import {type Log} from '../domain/log.js';
import {longestWaitMs} from '../domain/operation.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {vmName} from '../domain/vm.js';
import {withoutSecrets} from '../domain/without-secrets.js';
import {type OutboxChannel, type OutboxResult, type OutboxRow} from '../store/outbox.js';
import {type FencedStore} from '../store/store.js';
import {deliverMessage} from './deliver-message.js';
import {addActivity, settleMessage, titleOf} from './settle-message.js';

/** What sends messages, made from the settings. */
export type MessageSenders = {
	/** Null: no `mail:` in the config. */
	readonly mail: MailServer | null;
	readonly alerts: Alerts;
	/** Null: no `whmcs:` in the config. */
	readonly billing: BillingSystem | null;
	readonly render: RenderMessage;
	/** `<…@…>`, new with each call. */
	readonly createMessageId: () => string;
};

export type SendContext = MessageSenders & {
	/** Fenced by any lease of the sender's. */
	readonly store: FencedStore;
	readonly settings: Settings;
	readonly clock: Clock;
	/** 0 to 1, for jitter. */
	readonly random: () => number;
	readonly log: Log;
	/** Ends the go before the next message. */
	readonly signal: AbortSignal;
};

/** What one go came to. */
export type SendTally = {
	readonly sent: number;
	/** Tried again later. */
	readonly putOff: number;
	readonly failed: number;
	readonly unknown: number;
};

const minute = 60_000;
const hour = 60 * minute;
/** How long a message may be under way before whoever sends it is thought dead; a letter takes a minute at most. */
const sendingMs = 2 * minute;
const giveUpAfterMs = 72 * hour;
/** What a person sends again when it is old gets some tries too. */
const fewestTries = 6;
const mostAtOnce = 1000;
/** After which a go ends with the message that it is at: the next one sees what has become due for the operators meanwhile. */
const goMs = 30_000;

/** A minute, doubling to an hour, less a little, so that not all come at once. */
const backOffMs = (attempt: number, random: () => number): number => Math.round(Math.min(hour, minute * (2 ** Math.min(attempt - 1, 10))) * (0.8 + (random() / 5)));

/** `attempt` counts this try. */
const again = (row: OutboxRow, error: string, {attempt, at}: {readonly attempt: number; readonly at: number}, now: number): OutboxResult =>
	now - row.createdAt >= giveUpAfterMs && attempt >= fewestTries
		? {state: 'failed', error: safeText(`given up after ${attempt} tries: ${error}`)}
		: {state: 'pending', error, nextAttemptAt: at};

type Trouble = {
	readonly words: string;
	/** When the rest may be tried. */
	readonly until: number;
};

/** What a server may quote, and no error text may keep: the password, and the client, who may be forgotten one day. */
const secretsOf = ({variables, channel, to}: OutboxRow): readonly string[] => [typeof variables.password === 'string' ? variables.password : '', channel === 'mail' ? to : ''];

const resultOf = (row: OutboxRow, error: ClientError, {clock, random}: SendContext): OutboxResult => {
	const words = safeText(withoutSecrets(error.message, secretsOf(row)));
	if (error.kind === 'unknown-outcome' || error.kind === 'rejected') {
		return {state: error.kind === 'rejected' ? 'failed' : 'unknown', error: words};
	}

	const attempt = row.attempt + 1;
	const now = clock.now();
	return again(row, words, {attempt, at: now + Math.max(backOffMs(attempt, random), Math.min(error.retryAfterMs ?? 0, longestWaitMs))}, now);
};

/** One try of one message that is claimed: what came of it. Only what was sent and not answered may be unknown; before, nothing happened. */
const tryOnce = async (row: OutboxRow, messageId: string, context: SendContext): Promise<{readonly result: OutboxResult; readonly trouble?: Trouble}> => {
	try {
		await deliverMessage(row, messageId, context);
		return {result: {state: 'sent'}};
	} catch (error) {
		const known = error instanceof ClientError ? error : new ClientError(`it broke off: ${String(error)}`, {peer: row.channel, kind: 'unknown-outcome'});
		const result = resultOf(row, known, context);
		if (known.scope !== 'cluster' || result.state === 'sent') {
			return {result};
		}

		// One that met it before comes after the rest: it may be this letter alone that a server hangs up over.
		const until = result.state === 'pending' ? result.nextAttemptAt - Math.min(1, row.attempt) : context.clock.now() + backOffMs(1, context.random);
		return {result, trouble: {words: result.error, until}};
	}
};

const tell = (row: OutboxRow, result: OutboxResult, {log}: SendContext): OutboxResult['state'] => {
	const message = result.state === 'sent' ? `${titleOf(row)} was sent` : `${titleOf(row)}: ${result.state === 'pending' ? 'tried again later' : result.state}: ${result.error}`;
	const level = result.state === 'sent' ? 'info' : (result.state === 'failed' ? 'error' : 'warning');
	log({
		level, event: 'message', message, ...(row.vmId !== null && {vm: vmName({id: row.vmId})}), ...(row.installId !== null && {install: row.installId}),
	});
	return result.state;
};

/** Whoever is in trouble as a whole was asked once: the rest waits with the message that met it, all in one transaction. */
const putOff = async (rows: readonly OutboxRow[], {words, until}: Trouble, context: SendContext): Promise<ReadonlyArray<OutboxResult['state']>> => {
	const {store, clock, createMessageId} = context;
	const put = await store.write(async tables => {
		const results: Array<readonly [OutboxRow, OutboxResult]> = [];
		for (const row of rows) {
			const now = clock.now();
			if (!await tables.outbox.claim(row.id, {messageId: row.messageId ?? createMessageId(), until: now + sendingMs})) {
				continue;
			}

			const result = again(row, words, {attempt: row.attempt + 1, at: until}, now);
			await settleMessage(row, result, tables, now);
			results.push([row, result]);
		}

		return results;
	});
	return put.map(([row, result]) => tell(row, result, context));
};

/** One way's messages, one after the other. */
const sendChannel = async (rows: readonly OutboxRow[], context: SendContext): Promise<ReadonlyArray<OutboxResult['state']>> => {
	const {store, clock, signal, createMessageId} = context;
	const states: Array<OutboxResult['state']> = [];
	const endsAt = clock.monotonic() + goMs;
	for (const [index, row] of rows.entries()) {
		if (signal.aborted || clock.monotonic() >= endsAt) {
			break;
		}

		const messageId = row.messageId ?? createMessageId();
		if (!await store.write(async ({outbox}) => outbox.claim(row.id, {messageId, until: clock.now() + sendingMs}))) {
			continue;
		}

		const {result, trouble} = await tryOnce(row, messageId, context);
		await store.write(async tables => settleMessage(row, result, tables, clock.now()));
		states.push(tell(row, result, context));
		if (trouble) {
			return [...states, ...await putOff(rows.slice(index + 1), trouble, context)];
		}
	}

	return states;
};

/** What was being sent by somebody who is gone may have arrived. */
const markLost = async (context: SendContext): Promise<number> => {
	const {store, clock} = context;
	const sending = await store.read.outbox.list({state: 'sending', limit: 1});
	if (sending.length === 0) {
		return 0;
	}

	const lost = await store.write(async tables => {
		const now = clock.now();
		const rows = await tables.outbox.markLost(now);
		for (const row of rows) {
			await addActivity(row, {level: 'warning', message: `it is not known whether ${titleOf(row)} was sent: ${row.error}`}, tables, now);
		}

		return rows;
	});
	for (const row of lost) {
		tell(row, {state: 'unknown', error: row.error ?? ''}, context);
	}

	return lost.length;
};

/**
 Sends what is due, each message once: claimed before it goes out, settled after. The ways (mail, command, webhook, billing system) beside each other, so that none waits for
 another that hangs. What is wrong with a server or a message is what its row says after; only a lost lease and a store that cannot be used are thrown.
 */
export const sendDue = async (context: SendContext): Promise<SendTally> => {
	const lost = await markLost(context);
	const due = await context.store.read.outbox.listDue({now: context.clock.now(), limit: mostAtOnce});
	const ways = Map.groupBy(due, ({channel}): OutboxChannel => channel);
	const ends = await Promise.allSettled(ways.values().map(async rows => sendChannel(rows, context)));
	const states = ends.flatMap(end => {
		if (end.status === 'rejected') {
			throw end.reason as Error;
		}

		return end.value;
	});
	const count = (wanted: OutboxResult['state']): number => states.filter(state => state === wanted).length;
	return {
		sent: count('sent'), putOff: count('pending'), failed: count('failed'), unknown: count('unknown') + lost,
	};
};
