import {generatePassword} from '../domain/generate-password.js';
import {isWritten} from '../domain/is-written.js';
import {type MessageVariables} from '../domain/message.js';
import {safeText} from '../domain/safe-text.js';
import {type Operation} from '../domain/operation.js';
import {type Vm, vmName} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {checkOrder} from './check-order.js';
import {type IntentContext, type Intents} from './intents.js';
import {type Order} from './order-schema.js';
import {compareOrders, orderToKeep, readOrder} from './read-order.js';
import {Refused} from './refused.js';
import {log} from './write-intent.js';

type Created = {readonly vm: Vm; readonly created: boolean; readonly operation: Operation | null};

/** The same order again: the VM that it made. */
const findAgain = async (tables: Tables, order: Order, body: unknown): Promise<Created | undefined> => {
	const vm = await tables.vms.findByReference(order.reference);
	if (!vm || vm.status === 'removed') {
		return undefined;
	}

	const differences = compareOrders(vm.order, body);
	if (differences.length > 0) {
		const message = `the reference ${order.reference} belongs to ${vmName(vm)} ${vm.hostname}, which was ordered differently: ${differences.join('; ')}`;
		throw new Refused('conflict', safeText(message, 2000), 'send the order as it was, or use another reference');
	}

	const [operation] = await tables.operations.listOpen(vm.id);
	return {vm, created: false, operation: operation ?? null};
};

/** Tells the client that the order was taken, where mail is wanted. */
const welcome = async ({outbox}: Tables, {id, reference, hostname, client, packageName, mail, createdAt}: Vm, {settings}: IntentContext): Promise<void> => {
	if (!mail || !isWritten(settings(), 'welcome')) {
		return;
	}

	const variables: MessageVariables['welcome'] = {
		reference, hostname, client: client.name, package: packageName,
	};
	await outbox.add({
		key: `welcome:${id}`, template: 'welcome', to: client.email, variables, vmId: id, installId: null, createdAt,
	});
};

const insert = async (tables: Tables, order: Order, body: unknown, context: IntentContext): Promise<Created> => {
	const {clock, actor, randomBytes} = context;
	const resolved = checkOrder(order, context.settings());
	const namesake = await tables.vms.findLivingByHostname(order.hostname);
	if (namesake) {
		throw new Refused('conflict', `hostname: ${order.hostname} belongs to ${vmName(namesake)} (reference ${namesake.reference})`, 'choose another hostname, or remove that VM first');
	}

	const needsPassword = order.password === null && order.sshKeys.length === 0;
	const vm = await tables.vms.insert({
		reference: order.reference, hostname: order.hostname, cluster: order.cluster, wantedNode: order.node, packageName: order.package, ...resolved,
		client: order.client, user: order.user, password: needsPassword ? generatePassword(randomBytes) : order.password, sshKeys: order.sshKeys,
		backup: order.backup, timezone: order.timezone, mail: order.mail, order: orderToKeep(body), createdAt: clock.now(), overrides: order.overrides ?? {},
	});
	const {operation} = await tables.operations.add(vm.id, {
		kind: 'create', params: {}, requestedBy: actor.name, now: clock.now(),
	});
	await log(tables, context, {subject: vm.hostname, vmId: vm.id, message: `ordered: ${order.package} from ${order.template} on ${order.cluster}, reference ${order.reference}`});
	await welcome(tables, vm, context);
	return {vm, created: true, operation};
};

/** Orders a VM; the same reference and body again answers with what is there. */
export const createVm = (context: IntentContext): Intents['createVm'] => async body => {
	const order = readOrder(body);
	const answer = await context.store.write(async tables => await findAgain(tables, order, body) ?? insert(tables, order, body, context));
	if (answer.created) {
		await context.store.ring();
	}

	return answer;
};
