import {safeText} from '../domain/safe-text.js';
import {findNearest} from '../domain/suggest.js';
import {deployStatuses, type VmStatus} from '../domain/vm-status.js';
import {giveBack} from '../pipelines/give-back.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {endOpen} from './end-open.js';
import {wishFrom} from './go-on.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

/** Where a person may say that a VM stands. Each leads on from there; `ready` and `removed` to nothing. */
const resetStatuses: readonly VmStatus[] = [...deployStatuses, 'change_package', 'terminate', 'removed'];

const readStatus = (text: string): VmStatus => {
	const status = resetStatuses.find(known => known === text);
	if (status === undefined) {
		const nearest = findNearest(text, resetStatuses);
		const hint = nearest === undefined ? `write one of ${resetStatuses.join(', ')}` : `did you mean ${nearest}?`;
		throw new Refused('invalid', `status: ${safeText(text, 40)} is none that a VM can be reset to`, hint);
	}

	return status;
};

const readReason = (text: string): string => {
	const reason = safeText(text, 300);
	if (reason === '') {
		throw new Refused('invalid', 'a reset needs a reason', 'write --reason and why: it stands in the activity log');
	}

	return reason;
};

/** Sent again: it stands there, and what leads on has not begun. */
const isSo = ({vm, open}: Asked, status: VmStatus): boolean => {
	const kind = wishFrom(vm, status)?.kind;
	return vm.status === status && !vm.needsAttention && open.length === Number(kind !== undefined) && open.every(operation => operation.kind === kind && operation.state === 'waiting');
};

/** Sets a VM's status as a person says it: ends what is open and goes on from there. */
export const resetVm = (context: IntentContext): Intents['resetVm'] => async (ref, text, why) => {
	const status = readStatus(text);
	const reason = readReason(why);
	return askVm(context, 'vm reset', ref, async asked => {
		const {tables, vm, open, later, now} = asked;
		if (isSo(asked, status)) {
			return answerSo(asked, `${vm.hostname} stands at ${status} already`, open[0] ?? null);
		}

		await endOpen(asked, `${context.actor.name} reset the VM to ${status}: ${reason}`);
		await tables.vms.enter(vm, status, now);
		const wish = wishFrom(vm, status);
		const added = wish && await addWish(asked, wish);
		if (status === 'removed') {
			// Nobody has proven its absence: the quarantine is all that keeps its addresses apart.
			await giveBack(tables, vm, context.settings(), now);
		}

		const untouched = status === 'removed' && vm.vmid !== null ? `; nothing was touched in Proxmox: VMID ${vm.vmid} on ${vm.cluster} may still be there` : '';
		await logOf(asked, `reset from ${vm.status} to ${status}${later}: ${reason}${untouched}`, 'warning');
		return answerChanged(asked, `${vm.hostname} is reset from ${vm.status} to ${status}${later}${untouched}`, added?.operation ?? null);
	});
};
