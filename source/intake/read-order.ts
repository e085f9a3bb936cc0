import {createHash} from 'node:crypto';
import * as z from 'zod';
import {
	orderActions,
	type OrderAction,
	orderKinds,
	type OrderKind,
	type BilledAs,
} from '../domain/intake-order.js';
import {isReference} from '../domain/reference.js';
import {changeSchema} from '../intents/change-vm.js';
import {installOrderSchema} from '../intents/install-order.js';
import {oneLine, orderSchema} from '../intents/order-schema.js';
import {strict} from '../intents/problems.js';
import {orderToKeep} from '../intents/read-order.js';
import {readShape} from '../intents/read-shape.js';

/** An order that is as it should be; what is absent does not go with its action. */
export type SentOrder = {
	readonly orderKey: string;
	readonly action: OrderAction;
	readonly kind: OrderKind;
	readonly service: BilledAs | null;
	readonly reference: string;
	/** As it came. */
	readonly order?: unknown;
	readonly change?: unknown;
	readonly plan?: string;
	readonly reason?: string;
	readonly template?: string;
};

const number = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

const head = {
	orderKey: z.string().regex(/^[\u{21}-\u{7E}]{1,200}$/u, {error: 'must be one word of at most 200 letters, digits and signs'}),
	action: z.enum(orderActions),
	kind: z.enum(orderKinds),
	service: strict({id: number, client: number.nullable().default(null)}).nullable().default(null),
};

const reference = z.string().refine(text => isReference(text), {error: 'must be the reference that was ordered'});
const reason = oneLine(100).optional();

/** What goes with which action, beside the head. */
const shapes: Readonly<Record<OrderKind, Readonly<Record<OrderAction, z.core.$ZodLooseShape>>>> = {
	vm: {
		create: {order: orderSchema},
		'change-package': {reference, change: changeSchema},
		suspend: {reference, reason},
		unsuspend: {reference, reason},
		terminate: {reference},
		reinstall: {reference, template: z.string().min(1).max(63)},
	},
	site: {
		create: {order: installOrderSchema},
		'change-package': {reference, plan: oneLine(100)},
		suspend: {reference, reason},
		unsuspend: {reference, reason},
		terminate: {reference},
		reinstall: {reference},
	},
};

const schemas = new Map(orderKinds.flatMap(kind => orderActions.map(action => [`${kind} ${action}`, strict({...head, ...shapes[kind][action]})])));

/** Where nobody knows yet what else belongs there. */
const anyOrder = z.looseObject(head);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks an order; every problem stands in the refusal. */
export const readSentOrder = (body: unknown): SentOrder => {
	const given = isMap(body) ? body : {};
	const schema = schemas.get(`${String(given.kind)} ${String(given.action)}`) ?? anyOrder;
	const read = readShape(schema, body, 'the order', 'mend the order and send it again; nothing was ordered') as unknown as SentOrder & {readonly order?: {readonly reference: string}};
	return {
		...read,
		reference: read.order?.reference ?? read.reference,
		// What they are checked and kept by is what came, without what was filled in.
		order: given.order, change: given.change,
	};
};

/** By which an order is known again; without the password, which is kept nowhere once it is set. */
export const fingerprintOf = (body: unknown): string => {
	const {order, ...rest} = body as {readonly order?: unknown};
	return createHash('sha256').update(JSON.stringify(order === undefined ? rest : {...rest, order: orderToKeep(order)})).digest('hex');
};
