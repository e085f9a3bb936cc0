import {type IntakeOrder, type IntakeOrderState} from '../domain/intake-order.js';
import {type NewOrder} from '../store/intake.js';
import {type Store} from '../store/store.js';

/** What an order is before it was taken: what it is about comes of it. */
export type OrderHead = Omit<NewOrder, 'vmId' | 'installId' | 'operationId' | 'state' | 'createdAt'>;

/** That key was taken before: nothing was done now. */
export class OrderKnown extends Error {
	override readonly name = 'OrderKnown';
	constructor(readonly order: IntakeOrder) {
		super(`the order ${order.orderKey} was taken before`);
	}
}

/** What the intents answer with, as far as an order's row tells of it. */
type Answer = {
	readonly vm?: {readonly id: number};
	readonly install?: {readonly id: number};
	readonly subject?: {readonly id: number};
	readonly operation?: {readonly id: number} | null;
	readonly changed?: boolean;
};

/** A new site's account, and whatever is asked of an account, is for the leader to see to; all else is some operation's or install's. */
const stateAfter = ({kind, action}: OrderHead, {operation, changed}: Answer): IntakeOrderState => {
	if (kind === 'vm') {
		return operation ? 'handed-on' : 'done';
	}

	if (action === 'reinstall') {
		return 'handed-on';
	}

	return action === 'create' || changed ? 'accepted' : 'done';
};

/** Looks for the order's key first, makes the change, and writes the order's row: all in one transaction, so that an order is taken once or not at all. Throws `OrderKnown`. */
export const orderedOnce = (store: Store, head: OrderHead, {now, onTaken}: {readonly now: () => number; readonly onTaken: (order: IntakeOrder) => void}): Store => ({
	...store,
	async write(change) {
		let taken: IntakeOrder | undefined;
		const answer = await store.write(async tables => {
			const known = await tables.intake.findByKey(head.keyName, head.orderKey);
			if (known) {
				throw new OrderKnown(known);
			}

			const given = await change(tables);
			const told = given as Answer;
			const subject = told.subject?.id ?? null;
			taken = await tables.intake.add({
				...head, createdAt: now(), state: stateAfter(head, told), operationId: told.operation?.id ?? null,
				vmId: head.kind === 'vm' ? told.vm?.id ?? subject : null, installId: head.kind === 'site' ? told.install?.id ?? subject : null,
			});
			return given;
		});
		onTaken(taken!);
		return answer;
	},
});
