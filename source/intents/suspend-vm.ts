import {safeText} from '../domain/safe-text.js';
import {suggest} from '../domain/suggest.js';
import {type SuspendReason, suspendReasons} from '../domain/vm.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

const readReason = (text: string): SuspendReason => {
	const reason = suspendReasons.find(known => known === text);
	if (reason === undefined) {
		throw new Refused('invalid', `reason: ${safeText(text, 40)} is none, it must be one of ${suspendReasons.join(', ')}`, suggest(text, suspendReasons));
	}

	return reason;
};

/** Suspends a VM for a reason: the flag is set at once, and the first reason switches the VM off. */
export const suspendVm = (context: IntentContext): Intents['suspendVm'] => async (ref, text) => {
	const reason = readReason(text);
	return askVm(context, 'vm suspend', ref, async asked => {
		const {tables, vm, open, later} = asked;
		if (vm.suspended.includes(reason)) {
			return answerSo(asked, `${vm.hostname} is suspended (${reason}) already`, open.findLast(({kind}) => kind === 'suspend') ?? null);
		}

		await tables.vms.set(vm.id, {suspended: [...vm.suspended, reason]});
		// A guest that is being asked to shut down may not go on for its own time where it does harm.
		const isOff = vm.suspended.length > 0 && reason !== 'abuse';
		const added = isOff ? null : await addWish(asked, {kind: 'suspend', params: {reason}});
		await logOf(asked, `suspended: ${reason}${isOff ? '' : later}`);
		return answerChanged(asked, `${vm.hostname} is suspended (${reason})${isOff ? `, as it was (${vm.suspended.join(', ')})` : `: it is switched off${later}`}`, added?.operation ?? null);
	});
};

/** Lifts one reason; with the last one the VM is switched on again, if it ran. */
export const unsuspendVm = (context: IntentContext): Intents['unsuspendVm'] => async (ref, text) => {
	const reason = readReason(text);
	return askVm(context, 'vm unsuspend', ref, async asked => {
		const {tables, vm, open, later} = asked;
		if (!vm.suspended.includes(reason)) {
			const rest = vm.suspended.length === 0 ? '' : `, only ${vm.suspended.join(', ')}`;
			return answerSo(asked, `${vm.hostname} is not suspended (${reason})${rest}`, open.findLast(({kind}) => kind === 'unsuspend') ?? null);
		}

		const rest = vm.suspended.filter(other => other !== reason);
		await tables.vms.set(vm.id, {suspended: rest});
		const added = rest.length > 0 ? null : await addWish(asked, {kind: 'unsuspend', params: {reason}});
		await logOf(asked, `no longer suspended: ${reason}${added ? later : `; still ${rest.join(', ')}`}`);
		const outcome = added ? `is no longer suspended: it starts again${later}, if it ran` : `is still suspended (${rest.join(', ')})`;
		return answerChanged(asked, `${vm.hostname} ${outcome}`, added?.operation ?? null);
	});
};
