import {askForOperation, askVm} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';

/** Starts, stops, shuts down or reboots a VM. */
export const powerVm = (context: IntentContext): Intents['powerVm'] => async (ref, verb) =>
	askVm(context, `vm ${verb}`, ref, async asked => askForOperation(asked, {kind: verb, params: {}, what: verb}));
