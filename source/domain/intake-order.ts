export const orderKinds = ['vm', 'site'] as const;
export type OrderKind = typeof orderKinds[number];

export const orderActions = ['create', 'change-package', 'suspend', 'unsuspend', 'terminate', 'reinstall'] as const;
export type OrderAction = typeof orderActions[number];

/**
 Of the row itself. `accepted`: the leader is to ask a panel for it · `handed-on`: an operation or an install is at it and tells how it stands ·
 `dropped`: a later order made it pointless.
 */
export type IntakeOrderState = 'accepted' | 'handed-on' | 'done' | 'failed' | 'dropped';

/** What a billing system bills by: its numbers, not ours. */
export type BilledAs = {readonly id: number; readonly client: number | null};

/** An order of a billing system as it was taken. Moments are wall ms. */
export type IntakeOrder = {
	readonly id: number;
	/** Whose it is: a key of the config, or `session:NAME`. */
	readonly keyName: string;
	/** Chosen by whoever ordered: the same key is the same order. */
	readonly orderKey: string;
	/** Of the body without its password. */
	readonly bodySha256: string;
	readonly action: OrderAction;
	readonly kind: OrderKind;
	readonly reference: string;
	/** Of a hosting account, where another one is asked for. */
	readonly plan: string | null;
	readonly vmId: number | null;
	readonly installId: number | null;
	/** Null: nothing was left to do, or a panel is asked. */
	readonly operationId: number | null;
	readonly service: BilledAs | null;
	/** Who ordered, as the activity log has it. */
	readonly actor: string;
	readonly address: string | null;
	readonly state: IntakeOrderState;
	readonly attempt: number;
	readonly nextAttemptAt: number | null;
	/** Why it failed, waits or was dropped; safe text. */
	readonly error: string | null;
	readonly createdAt: number;
};

/** For so long a nonce is known that was said once: longer than any signature with it counts. */
export const nonceKeptMs = 600_000;

/** `o12`: our id of an order, as billing systems write it. */
export const orderName = ({id}: Pick<IntakeOrder, 'id'>): string => `o${id}`;

const pointless: Readonly<Record<OrderAction, readonly OrderAction[]>> = {
	create: [],
	'change-package': ['change-package'],
	suspend: ['suspend', 'unsuspend'],
	unsuspend: ['suspend', 'unsuspend'],
	terminate: ['create', 'change-package', 'suspend', 'unsuspend'],
	reinstall: [],
};

/** Which orders that still wait for a panel are pointless once that one was given: only the last wish counts. */
export const madePointlessBy = (action: OrderAction): readonly OrderAction[] => pointless[action];
