import {type App} from '../app.js';
import {type Orderable} from '../app/order-desk.js';
import {type IntakeOrder, type OrderAction, type OrderKind} from '../domain/intake-order.js';
import {vmName} from '../domain/vm.js';
import {installName} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {type Caller} from './gate.js';
import {fingerprintOf, readSentOrder, type SentOrder} from './read-order.js';

/** How an order asks for what it wants; `ref`: the one thing that its reference means. */
type Ask = (orderable: Orderable, order: SentOrder, ref: string) => Promise<unknown>;

/** A billing system suspends who has not paid, unless it says otherwise. */
const usualReason = 'overdue';

const asks: Readonly<Record<OrderKind, Readonly<Record<OrderAction, Ask>>>> = {
	vm: {
		create: async ({intents}, {order}) => intents.createVm(order),
		// A signed order is its own confirmation, but nobody's data is lost by it.
		'change-package': async ({intents}, {change}, ref) => intents.changeVm(ref, change, {isPlan: false, allowDataLoss: false}),
		suspend: async ({intents}, {reason = usualReason}, ref) => intents.suspendVm(ref, reason),
		unsuspend: async ({intents}, {reason = usualReason}, ref) => intents.unsuspendVm(ref, reason),
		terminate: async ({intents}, _order, ref) => intents.terminateVm(ref),
		reinstall: async ({intents}, {template = ''}, ref) => intents.reinstallVm(ref, template),
	},
	site: {
		create: async ({intents}, {order}) => intents.addInstall(order),
		'change-package': async ({orderAccount}, {reference, plan = ''}) => orderAccount(reference, {verb: 'package', plan}),
		suspend: async ({orderAccount}, {reference}) => orderAccount(reference, {verb: 'suspend', plan: null}),
		unsuspend: async ({orderAccount}, {reference}) => orderAccount(reference, {verb: 'unsuspend', plan: null}),
		terminate: async ({orderAccount}, {reference}) => orderAccount(reference, {verb: 'terminate', plan: null}),
		reinstall: async ({intents}, _order, ref) => intents.reinstallSite(ref),
	},
};

/** Only what was ordered under that reference: a hostname or a number that happens to be the same means somebody else's. */
const findRef = async ({read}: App, {kind, action, reference}: SentOrder): Promise<string> => {
	if (action === 'create') {
		return '';
	}

	const vm = kind === 'vm' ? await read.vms.findByReference(reference) : undefined;
	const install = kind === 'site' ? await read.installs.findLatest(reference) : undefined;
	if (!vm && !install) {
		throw new Refused('unknown', `reference: there is no ${kind === 'vm' ? 'VM' : 'site'} ${safeText(reference, 100)}`, 'create it first, or give what is there that reference');
	}

	return vm ? vmName(vm) : installName(install!);
};

/** Takes an order; `isNew` false: its key was taken before, with the same body. */
export const placeOrder = async (app: App, body: unknown, {keyName, actor}: Caller): Promise<{readonly order: IntakeOrder; readonly isNew: boolean}> => {
	const order = readSentOrder(body);
	const {orderKey, action, kind, reference, service, plan = null} = order;
	return app.desk.take({
		keyName, orderKey, bodySha256: fingerprintOf(body), action, kind, reference, service, plan,
	}, actor, async orderable => asks[kind][action](orderable, order, await findRef(app, order)));
};
