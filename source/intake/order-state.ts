import {type Install} from '../domain/install.js';
import {type IntakeOrder} from '../domain/intake-order.js';
import {type Operation} from '../domain/operation.js';
import {type Vm} from '../domain/vm.js';

/** How an order stands, for a billing system. */
export type OrderState = 'accepted' | 'working' | 'waiting' | 'done' | 'needs-attention' | 'failed' | 'dropped';

export type Standing = {readonly state: OrderState; readonly cause: string | null};

/** What an order is about, as it is now. */
export type About = {readonly vm: Vm | null; readonly operation: Operation | null; readonly install: Install | null};

const standingOfOperation = (operation: Operation, vm: Vm | null): Standing => {
	const {state, message, waitingFor} = operation;
	if (state === 'done') {
		return {state, cause: null};
	}

	if (state === 'failed' || state === 'cancelled') {
		return {state: state === 'failed' ? state : 'dropped', cause: message};
	}

	if (vm?.needsAttention) {
		return {state: 'needs-attention', cause: vm.needsAttention.reason};
	}

	return state === 'waiting' ? {state: 'accepted', cause: waitingFor} : {state: waitingFor === null ? 'working' : 'waiting', cause: waitingFor};
};

const standingOfInstall = ({state, cause, accountState, droppedBy}: Install): Standing => {
	switch (state) {
		case 'pending': {
			return {state: accountState === 'none' && cause === null ? 'accepted' : 'waiting', cause};
		}

		case 'running': {
			return {state: 'working', cause};
		}

		case 'dropped': {
			return {state, cause: `dropped by ${droppedBy ?? 'somebody'}`};
		}

		case 'done':
		case 'failed': {
			return {state, cause};
		}
	}
};

/** How an order stands: its own row says so, or what it was handed on to. */
export const standingOf = ({state, kind, action, error}: IntakeOrder, {vm, operation, install}: About): Standing => {
	const isOfInstall = kind === 'site' && install !== null && (state === 'handed-on' || (state === 'accepted' && action === 'create'));
	if (isOfInstall) {
		return standingOfInstall(install);
	}

	switch (state) {
		case 'accepted': {
			return {state: error === null ? 'accepted' : 'waiting', cause: error};
		}

		case 'handed-on': {
			// Operations that are long over are forgotten.
			return operation === null ? {state: 'done', cause: null} : standingOfOperation(operation, vm);
		}

		case 'done':
		case 'failed':
		case 'dropped': {
			return {state, cause: error};
		}
	}
};
