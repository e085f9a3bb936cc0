import {wantedRecords} from '../domain/wanted-records.js';
import {answerSo, askForOperation, askVm} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';

/** Looks at all of a VM's records anew and writes what is missing; a person may say that what others made under its names is ours from now on. */
export const setDns = (context: IntentContext): Intents['setDns'] => async (ref, {takesOver}) => askVm(context, takesOver ? 'dns adopt' : 'dns set', ref, async asked => {
	const {tables, vm, open} = asked;
	const wanted = wantedRecords({...vm, addresses: await tables.addresses.listFor(vm.id)}, context.settings());
	const records = await tables.dnsRecords.listFor(vm.id);
	return wanted.length === 0 && records.length === 0 && open.length === 0
		? answerSo(asked, `${vm.hostname}: no zone of the config holds its name or one of its addresses: there is nothing to write`)
		: askForOperation(asked, {kind: 'dns', params: {takesOver}, what: takesOver ? 'taking over its DNS records' : 'setting its DNS records'});
});
