/** A mail that was caused, written in the transaction that caused it. */
export type OutboxRow = {
	readonly id: number;
	/** `vm-ready`. */
	readonly template: string;
	readonly to: string;
	/** What the template may use. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly state: 'pending' | 'sending' | 'sent' | 'failed' | 'unknown';
	readonly vmId: number | null;
	readonly installId: number | null;
	readonly createdAt: number;
};

export type OutboxReads = {
	readonly list: () => Promise<readonly OutboxRow[]>;
};

export type OutboxWrites = {
	/** `key` makes it unique: the same key again adds nothing. */
	readonly add: (mail: Pick<OutboxRow, 'template' | 'to' | 'variables' | 'vmId' | 'installId' | 'createdAt'> & {readonly key: string}) => Promise<void>;
};

export type Outbox = OutboxReads & OutboxWrites;
