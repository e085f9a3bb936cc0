import {type OperationKind, kindOf} from '../domain/operation-kind.js';
import {type OperationParameters} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {changeStatuses, deployStatuses, type VmStatus} from '../domain/vm-status.js';
import {type Vm} from '../domain/vm.js';
import {addWish, type Asked} from './ask-vm.js';

type Wish = {readonly [K in OperationKind]: {readonly kind: K; readonly params: OperationParameters[K]}}[OperationKind];

/** What leads on from a status, as the VM's row wants it; undefined: nothing does. */
export const wishFrom = ({packageName, package: wanted, overrides, template}: Vm, status: VmStatus): Wish | undefined => {
	if (status === 'ready' || status === 'removed') {
		return undefined;
	}

	if (status === 'terminate' || status === 'error_terminate') {
		return {kind: 'terminate', params: {}};
	}

	if (status === 'reinstall') {
		return {kind: 'reinstall', params: {template}};
	}

	return (changeStatuses as readonly string[]).includes(status) && !(deployStatuses as readonly string[]).includes(status)
		? {
			kind: 'change', params: {
				packageName, package: wanted, overrides, allowDataLoss: false,
			},
		}
		: {kind: 'create', params: {}};
};

/** Whether an operation that has ended left the VM at this status on its way. */
const broughtTo = ({kind, state, startedAt}: Operation, status: VmStatus): boolean =>
	kindOf(kind).keptBy === 'vm' && startedAt !== null && state !== 'done' && kindOf(kind).positions.includes(status);

/** Adds what leads on from a status at which a VM stands with nothing open: the operation that brought it there again, with what its steps had to remember. */
export const goOn = async (asked: Asked, status: VmStatus): Promise<Operation | null> => {
	const {tables, vm} = asked;
	const wish = wishFrom(vm, status);
	if (!wish) {
		return null;
	}

	const past = await tables.operations.listFor(vm.id);
	const last = past.find(operation => broughtTo(operation, status));
	const {operation} = await addWish(asked, (last as Wish | undefined) ?? wish);
	if (last) {
		await tables.operations.note(operation.id, last.notes);
	}

	return operation;
};
