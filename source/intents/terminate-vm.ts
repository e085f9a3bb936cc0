import {formatAge} from '../domain/duration.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
} from './ask-vm.js';
import {endOpen} from './end-open.js';
import {type IntentContext, type Intents} from './intents.js';
import {tryAgain} from './retry-vm.js';

/** Terminates a VM: what is open ends after its present step, whatever state the VM is in. One that failed goes on. */
export const terminateVm = (context: IntentContext): Intents['terminateVm'] => async ref => askVm(context, 'vm terminate', ref, async asked => {
	const {vm, open, when, later} = asked;
	const {hostname} = vm;
	const present = open.find(({kind}) => kind === 'terminate');
	if (when === 'already so') {
		return answerSo(asked, present ? `${hostname} is being terminated already, asked for by ${present.requestedBy}` : `${hostname} was removed already`, present ?? null);
	}

	if (present) {
		await tryAgain(asked, present);
		await logOf(asked, 'termination asked for again');
		return answerChanged(asked, `${hostname}: its termination is tried again`, present);
	}

	await endOpen(asked, `${context.actor.name} terminated the VM`);
	const {operation} = await addWish(asked, {kind: 'terminate', params: {}});
	const {graceMs} = context.settings().terminate;
	await logOf(asked, `termination asked for${later}`, 'warning');
	return answerChanged(asked, `${hostname}: termination asked for${later}${graceMs > 0 ? `; for ${formatAge(graceMs)} it can be taken back: cronsole vm unterminate v${vm.id}` : ''}`, operation);
});
