import {askForOperation, askVm} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';

/** Gives a VM a new password. */
export const resetPassword = (context: IntentContext): Intents['resetPassword'] => async ref =>
	askVm(context, 'vm password', ref, async asked => askForOperation(asked, {kind: 'password', params: {}, what: 'new password'}));
