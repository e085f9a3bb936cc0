import {
	type BilledAs,
	type IntakeOrder,
	type IntakeOrderState,
	type OrderKind,
} from '../domain/intake-order.js';

/** What a service of the billing system is here; moments are wall ms. */
export type BilledService = {
	readonly id: number;
	readonly keyName: string;
	readonly service: BilledAs;
	readonly kind: OrderKind;
	/** Of the order: its VM or site may have generations. */
	readonly reference: string;
	/** The latest that an order was about. */
	readonly vmId: number | null;
	readonly installId: number | null;
	/** What the billing system was last told of it; null: nothing yet. */
	readonly told: unknown;
	readonly updatedAt: number;
};

export type NewOrder = Omit<IntakeOrder, 'id' | 'attempt' | 'nextAttemptAt' | 'error'>;

export type IntakeReads = {
	readonly find: (id: number) => Promise<IntakeOrder | undefined>;
	readonly findByKey: (keyName: string, orderKey: string) => Promise<IntakeOrder | undefined>;
	/** The last that was ordered of that reference. */
	readonly findLast: (reference: string) => Promise<IntakeOrder | undefined>;
	/** Accepted ones whose moment has come, of each reference only the oldest that is accepted: they are done in their order. */
	readonly listDue: (given: {readonly now: number; readonly limit: number}) => Promise<readonly IntakeOrder[]>;
	readonly listBilled: () => Promise<readonly BilledService[]>;
	readonly findBilledVm: (vmId: number) => Promise<BilledService | undefined>;
	/** Of that install or, where it was made anew without the billing system, of its reference. */
	readonly findBilledSite: (install: {readonly id: number; readonly reference: string}) => Promise<BilledService | undefined>;
};

export type IntakeWrites = {
	/** Adds an order, notes what its service is here, and drops what it makes pointless. */
	readonly add: (order: NewOrder) => Promise<IntakeOrder>;
	/** Compare-and-set on `accepted`; false where it is that no more. */
	readonly settle: (id: number, to: Pick<IntakeOrder, 'attempt' | 'nextAttemptAt' | 'error'> & {readonly state: IntakeOrderState}) => Promise<boolean>;
	/** False: that key said it before. What is older than `from` is forgotten. */
	readonly useNonce: (keyName: string, nonce: string, given: {readonly now: number; readonly from: number}) => Promise<boolean>;
	readonly setTold: (id: number, told: unknown, now: number) => Promise<void>;
	/** Takes away some nonces from before that moment; answers how many. */
	readonly pruneNonces: (before: number, limit?: number) => Promise<number>;
	/** Takes away some orders from before that moment that wait for nothing; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
};

export type Intake = IntakeReads & IntakeWrites;
