import {type StuckMessages} from '../domain/mail-findings.js';
import {type OutboxState} from '../domain/outbox-state.js';

/** To whom: a mailbox, the operators' command, their webhook, the billing system. */
export type OutboxChannel = 'mail' | 'command' | 'webhook' | 'whmcs';

/** A message that was caused, written in the transaction that caused it. Moments are wall ms. */
export type OutboxRow = {
	readonly id: number;
	readonly channel: OutboxChannel;
	/** `vm-ready`. */
	readonly template: string;
	readonly to: string;
	/** What the template may use; empty once it was sent: it may hold a password. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly state: OutboxState;
	readonly vmId: number | null;
	readonly installId: number | null;
	readonly createdAt: number;
	readonly attempt: number;
	readonly nextAttemptAt: number | null;
	/** The same in every try. */
	readonly messageId: string | null;
	readonly sentAt: number | null;
	/** Safe text. */
	readonly error: string | null;
};

export type OutboxReads = {
	readonly list: (given?: {readonly state?: OutboxState; readonly installId?: number; readonly limit?: number}) => Promise<readonly OutboxRow[]>;
	readonly find: (id: number) => Promise<OutboxRow | undefined>;
	/** Pending ones whose moment has come: what operators are to hear first, then those that were never tried, then the one that is due longest. */
	readonly listDue: (given: {readonly now: number; readonly limit: number}) => Promise<readonly OutboxRow[]>;
	/** Unknown and failed ones, counted by state and template; without those of clients who were forgotten. */
	readonly listStuck: () => Promise<readonly StuckMessages[]>;
};

/** What came of a try. */
export type OutboxResult =
	| {readonly state: 'sent'}
	| {readonly state: 'failed' | 'unknown'; readonly error: string}
	| {readonly state: 'pending'; readonly error: string; readonly nextAttemptAt: number};

export type OutboxWrites = {
	/** `key` makes it unique: the same key again adds nothing. */
	readonly add: (mail: Pick<OutboxRow, 'template' | 'to' | 'variables' | 'vmId' | 'installId' | 'createdAt'> & {readonly key: string; readonly channel?: OutboxChannel}) => Promise<void>;
	/** Pending → sending, until that moment; false where somebody else has it. */
	readonly claim: (id: number, given: {readonly messageId: string; readonly until: number}) => Promise<boolean>;
	/** Of what is `sending`. Of a message that was sent the variables go; what failed keeps them, so that a person can send it again. */
	readonly settle: (id: number, result: OutboxResult, now: number) => Promise<void>;
	/** What has been `sending` beyond its moment becomes `unknown`; answers them. */
	readonly markLost: (now: number) => Promise<readonly OutboxRow[]>;
	/** Takes away some of what was sent before that moment; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
	/** By a person's key: unknown or failed → pending, its count anew. False: it is neither. */
	readonly resend: (id: number, now: number) => Promise<boolean>;
};

export type Outbox = OutboxReads & OutboxWrites;
