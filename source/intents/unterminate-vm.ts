import {type OperationParameters} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {type Vm} from '../domain/vm.js';
import {vmStatuses, type VmStatus} from '../domain/vm-status.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {goOn} from './go-on.js';
import {type IntentContext, type Intents} from './intents.js';

type Repeatable = {readonly [K in 'restore' | 'rollback']: {readonly kind: K; readonly params: OperationParameters[K]}}['restore' | 'rollback'];

const statusBefore = ({startedAt, notes}: Operation, {status: present}: Vm): VmStatus => startedAt === null ? present : vmStatuses.find(status => status === notes.formerStatus) ?? 'ready';

/** What was under way when the termination was asked for, which ended it in the same transaction. */
const findEnded = async ({tables, vm}: Asked, {requestedAt}: Operation): Promise<Operation | undefined> => {
	const past = await tables.operations.listFor(vm.id);
	return past.find(({state, startedAt, finishedAt}) => state === 'cancelled' && startedAt !== null && finishedAt === requestedAt);
};

const bringsBack = (operation: Operation): operation is Operation & Repeatable => operation.kind === 'restore' || operation.kind === 'rollback';

/** A VM of which an old state was brought back halfway is none that anybody could use: that is done again from its beginning. */
const repeat = async (asked: Asked, ended: Operation & Repeatable): Promise<Operation> => {
	const {operation} = await addWish(asked, ended);
	await asked.tables.operations.note(operation.id, ended.notes);
	return operation;
};

const isLeftOff = ({kind, notes}: Operation): boolean => notes.wasRunning === true && kind !== 'stop' && kind !== 'shutdown';

/** Undoes what the termination did by now: the VM's status, then what was under way, then its access. */
const undo = async (asked: Asked, termination: Operation): Promise<Operation | null> => {
	const {tables, vm, now} = asked;
	const ended = await findEnded(asked, termination);
	const repeated = ended && bringsBack(ended) ? await repeat(asked, ended) : null;
	// What was to turn it on again later, as a suspension does, never came to write that down.
	if ([termination, ended].some(operation => operation !== undefined && isLeftOff(operation))) {
		await tables.vms.set(vm.id, {resumes: true});
	}

	const status = statusBefore(termination, vm);
	if (vm.status !== status) {
		await tables.vms.enter(vm, status, now);
	}

	if (!ended && termination.startedAt === null) {
		return goOn(asked, status);
	}

	// What ends a suspension undoes a cut-off as well: it starts with its node again, and at once if it ran; not while it is suspended.
	const resumed = repeated ?? await goOn(asked, status);
	const {operation} = await addWish(asked, {kind: 'unsuspend', params: {reason: 'manual'}});
	return resumed ?? operation;
};

/** Takes a termination back, within its grace. */
export const unterminateVm = (context: IntentContext): Intents['unterminateVm'] => async ref => askVm(context, 'vm unterminate', ref, async asked => {
	const {tables, vm, open, when, now} = asked;
	const termination = open.find(({kind}) => kind === 'terminate');
	if (when === 'already so' || !termination) {
		return answerSo(asked, `${vm.hostname} is not being terminated`);
	}

	await tables.operations.finish(termination.id, 'cancelled', now, `${context.actor.name} took it back`);
	const operation = await undo(asked, termination);
	await logOf(asked, 'the termination is taken back', 'warning');
	return answerChanged(asked, `${vm.hostname}: the termination is taken back`, operation);
});
