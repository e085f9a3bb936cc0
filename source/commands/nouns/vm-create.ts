import {vmName} from '../../domain/vm.js';
import {warnWithoutLeader} from '../print/answer.js';
import {type Command} from '../io/io.js';
import {vmJson} from '../print/json/vm-json.js';
import {readInput} from '../io/read-input.js';
import {readJson} from '../words/read-json.js';
import {waitForVm} from '../io/wait-for-vm.js';

/** Orders a VM. */
export const createVm: Command = async (app, _words, flags, output) => {
	const order = readJson(await readInput(flags.file, {what: 'order', name: 'ORDER.json'}, output), 'an order is one JSON object with reference, hostname, cluster, template, package and client');
	const {vm, created, operation} = await app.intents.createVm(order);
	if (operation) {
		await warnWithoutLeader(app, output, operation.task);
	}

	if (!output.isJson) {
		output.out(`${vmName(vm)} ${vm.hostname} ${created ? 'ordered' : `was ordered before; it is ${vm.status}`}`);
	}

	const exitCode = await waitForVm(app, {vmId: vm.id, operationId: operation?.id}, flags, output);
	const {vms, operations, addresses: {listFor}, dnsRecords} = app.read;
	const [now, open, addresses, records] = await Promise.all([vms.get(vm.id), operations.listOpen(vm.id), listFor(vm.id), dnsRecords.listFor(vm.id)]);
	if (output.isJson) {
		output.json({...vmJson(now, open[0] ?? null, addresses, records), created});
	} else if (flags.wait !== undefined) {
		output.out(`${vmName(vm)} ${vm.hostname} is ${now.status}${addresses.length === 0 ? '' : `: ${addresses.map(({address}) => address).join(', ')}`}`);
	}

	return exitCode;
};
