import {type Operation} from '../domain/operation.js';
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

const statusBefore = ({notes}: Operation): VmStatus => vmStatuses.find(status => status === notes.formerStatus) ?? 'ready';

/** Undoes what the termination did by now: the VM's status, then what was under way, then its access. */
const undo = async (asked: Asked, termination: Operation): Promise<Operation | null> => {
	const {tables, vm, now} = asked;
	if (termination.startedAt === null) {
		return goOn(asked, vm.status);
	}

	const status = statusBefore(termination);
	if (vm.status !== status) {
		await tables.vms.enter(vm, status, now);
	}

	if (termination.notes.wasRunning === true) {
		await tables.vms.set(vm.id, {resumes: true});
	}

	// What ends a suspension undoes a cut-off as well: it starts with its node again, and at once if it ran; not while it is suspended.
	const resumed = await goOn(asked, status);
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
