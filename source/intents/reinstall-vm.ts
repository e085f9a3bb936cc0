import {askForOperation, askVm} from './ask-vm.js';
import {findTemplate, refuseFor} from './check-order.js';
import {type IntentContext, type Intents} from './intents.js';

/** Makes a VM anew from a template; its VMID, addresses and MAC stay. */
export const reinstallVm = (context: IntentContext): Intents['reinstallVm'] => async (ref, name) => askVm(context, 'vm reinstall', ref, async asked => {
	const {place: template, objections} = findTemplate(name, asked.vm.cluster, context.settings());
	return template ? askForOperation(asked, {kind: 'reinstall', params: {template}, what: `reinstall from ${template.name}`}) : refuseFor(objections);
});
