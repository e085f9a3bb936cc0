import {type Operation} from '../domain/operation.js';
import {debtsOf} from '../domain/explain-dns.js';
import {kindOf} from '../domain/operation-kind.js';
import {findPosition} from '../domain/pipeline-position.js';
import {type Vm} from '../domain/vm.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {goOn} from './go-on.js';
import {type IntentContext, type Intents, type VmAnswer} from './intents.js';

/** Lets what waits for a person, or for its next attempt, go on at once with its count reset. */
export const tryAgain = async ({tables, vm, now}: Asked, operation: Operation): Promise<void> => {
	await tables.operations.nextStep(operation.id, now);
	await tables.vms.setAttention(vm.id, null);
	if (vm.status === 'error_terminate') {
		await tables.vms.enter(vm, 'terminate', now);
	}
};

const placeOf = (operation: Operation, {status}: Vm): string =>
	kindOf(operation.kind).keptBy === 'vm' ? status : `${findPosition(operation, status).from} (${kindOf(operation.kind).title})`;

/** What is owed in DNS is tried at once; undefined: nothing is, or the VM is going. */
const retryDns = async (asked: Asked): Promise<VmAnswer | undefined> => {
	const {tables, vm, open} = asked;
	const {length} = debtsOf(await tables.dnsRecords.listFor(vm.id));
	if (length === 0 || open.some(({kind}) => kind === 'terminate')) {
		return undefined;
	}

	const {operation, isNew} = await addWish(asked, {kind: 'dns', params: {takesOver: false}});
	const records = `${length} DNS ${length === 1 ? 'record' : 'records'}`;
	if (!isNew) {
		return answerSo(asked, `${vm.hostname}: ${records} ${length === 1 ? 'is' : 'are'} being tried already`, operation);
	}

	await logOf(asked, `${records} tried again`);
	return answerChanged(asked, `${vm.hostname}: ${records} ${length === 1 ? 'is' : 'are'} tried again`, operation);
};

/** One that only waits for its next look (for a free address) is looked at at once; undefined: it waits for something that a look does not change. */
const lookAgain = async (asked: Asked, {id, state, attempt, nextAttemptAt, remoteTaskId, slot, waitingFor, kind, position}: Operation): Promise<VmAnswer | undefined> => {
	const {tables, vm, now} = asked;
	const isGrace = kind === 'terminate' && position === 'cut_off';
	if (isGrace || state !== 'running' || remoteTaskId !== null || slot !== null || nextAttemptAt === null || nextAttemptAt <= now) {
		return undefined;
	}

	await tables.operations.postpone(id, {attempt, nextAttemptAt: null, waitingFor});
	const waits = waitingFor === null ? '' : `; it waits for ${waitingFor}`;
	await logOf(asked, `looked at again at once${waits}`);
	return answerChanged(asked, `${vm.hostname} is looked at again at once${waits}`, (await tables.operations.find(id))!);
};

/** Resets the count of what needs attention, or waits for its next attempt, and lets it go on. */
export const retryVm = (context: IntentContext): Intents['retryVm'] => async ref => askVm(context, 'vm retry', ref, async asked => {
	const {tables, vm, open} = asked;
	const [operation] = open;
	const {hostname, status, needsAttention} = vm;
	const isLeft = !operation && status !== 'ready';
	if (!needsAttention && !isLeft && (operation?.attempt ?? 0) === 0) {
		return await retryDns(asked) ?? (operation && await lookAgain(asked, operation)) ?? answerSo(asked, `${hostname} needs no retry: ${operation ? 'it is under way' : 'nothing is under way'}`, operation);
	}

	if (operation) {
		await tryAgain(asked, operation);
	} else {
		await tables.vms.setAttention(vm.id, null);
	}

	const present = operation ?? await goOn(asked, status);
	const from = operation ? placeOf(operation, vm) : status;
	await logOf(asked, `try again from ${from}${needsAttention ? `; it needed attention: ${needsAttention.reason}` : ''}`);
	return answerChanged(asked, `${hostname} is tried again from ${from}`, present);
});
