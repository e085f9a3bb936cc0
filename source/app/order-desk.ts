import {type Actor} from '../domain/activity.js';
import {type IntakeOrder, nonceKeptMs} from '../domain/intake-order.js';
import {type IntentContext, type Intents} from '../intents/intents.js';
import {type OrderAccount} from '../intents/order-account.js';
import {Refused} from '../intents/refused.js';
import {OrderKnown, orderedOnce, type OrderHead} from './ordered-once.js';

export type {OrderHead} from './ordered-once.js';

/** What may be asked for by an order. */
export type Orderable = {readonly intents: Intents; readonly orderAccount: OrderAccount};

/** Where billing systems order: each order is taken once, whoever sends it how often. */
export type OrderDesk = {
	/** Durable before it answers; false: that key said it before. */
	readonly useNonce: (keyName: string, nonce: string) => Promise<boolean>;
	/** Has `ask` ask for one thing; the order's row is written with it or not at all. The same key again asks for nothing and answers with that row; with another body it is refused (`conflict`). */
	readonly take: (head: Omit<OrderHead, 'actor' | 'address'>, actor: Actor, ask: (orderable: Orderable) => Promise<unknown>) => Promise<{readonly order: IntakeOrder; readonly isNew: boolean}>;
};

const again = (order: IntakeOrder, bodySha256: string): {readonly order: IntakeOrder; readonly isNew: boolean} => {
	if (order.bodySha256 !== bodySha256) {
		throw new Refused('conflict', `the order key ${order.orderKey} was used for another order: ${order.action} of ${order.reference}`, 'send the order as it was, or use a key of its own for each order');
	}

	return {order, isNew: false};
};

/** `actor` of the context is whoever orders. */
export const createOrderDesk = (context: Omit<IntentContext, 'actor'>): OrderDesk => {
	const {store, clock} = context;
	const load = async () => Promise.all([import('../intents/create-intents.js'), import('../intents/order-account.js')]);

	return {
		async useNonce(keyName, nonce) {
			const now = clock.now();
			return store.write(async ({intake}) => intake.useNonce(keyName, nonce, {now, from: now - nonceKeptMs}));
		},
		async take(given, actor, ask) {
			const head: OrderHead = {...given, actor: actor.name, address: actor.address};
			const known = await store.read.intake.findByKey(head.keyName, head.orderKey);
			if (known) {
				return again(known, head.bodySha256);
			}

			const [{createIntents}, {orderAccount}] = await load();
			let taken: IntakeOrder | undefined;
			const own: IntentContext = {
				...context, actor,
				store: orderedOnce(store, head, {
					now: clock.now,
					onTaken(order) {
						taken = order;
					},
				}),
			};
			try {
				await ask({intents: createIntents(own), orderAccount: orderAccount(own)});
			} catch (error) {
				if (error instanceof OrderKnown) {
					return again(error.order, head.bodySha256);
				}

				throw error;
			}

			if (!taken) {
				throw new Error(`The order ${head.orderKey} asked for nothing.`);
			}

			// Who adds a site does not ring: the account is for the leader to make now.
			if (taken.state === 'accepted') {
				await store.ring();
			}

			return {order: taken, isNew: true};
		},
	};
};
