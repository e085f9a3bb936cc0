import {vmName} from '../domain/vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {resolveVm} from './resolve-vm.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Resets the count of what needs attention, or waits for its next attempt, and lets it go on. */
export const retryVm = (context: IntentContext): Intents['retryVm'] => async ref => {
	const {id} = await resolveVm(context)(ref);
	return writeIntent(context, async tables => {
		const vm = await tables.vms.get(id);
		if (vm.status === 'removed') {
			throw new Refused('not-allowed', `${vmName(vm)} ${vm.hostname} was removed`, 'order it anew under the same reference');
		}

		const [operation] = await tables.operations.listOpen(id);
		if (!vm.needsAttention && (operation?.attempt ?? 0) === 0) {
			return alreadySo(operation ? `${vm.hostname} needs no retry: it is under way` : `${vm.hostname} needs no retry: nothing is under way`, vm);
		}

		if (operation?.state === 'running') {
			await tables.operations.nextStep(operation.id, context.clock.now());
		} else if (!operation && vm.status !== 'ready') {
			await tables.operations.add(id, {
				kind: 'create', params: {}, requestedBy: context.actor.name, now: context.clock.now(),
			});
		}

		await tables.vms.setAttention(id, null);
		await log(tables, context, {subject: vm.hostname, vmId: id, message: `try again from ${vm.status}${vm.needsAttention ? `; it needed attention: ${vm.needsAttention.reason}` : ''}`});
		return changed(`${vm.hostname} is tried again from ${vm.status}`, await tables.vms.get(id));
	});
};
