import {decodeText, readText} from '../config/read-text.js';
import {safeText} from '../domain/safe-text.js';
import {vmName} from '../domain/vm.js';
import {Refused} from '../intents/refused.js';
import {warnWithoutLeader} from './answer.js';
import {type Command, type Output} from './io.js';
import {vmJson} from './json/vm-json.js';
import {readJson} from './read-json.js';
import {waitForVm} from './wait-for-vm.js';

const longest = 1024 * 1024;

const readInput = async (file: string | undefined, {io}: Output): Promise<string> => {
	if (file === undefined && io.isTerminal) {
		throw new Refused('invalid', 'there is no order', 'write --file ORDER.json, or --file - and the order on standard input');
	}

	const isFile = file !== undefined && file !== '-';
	const read = isFile ? readText(file, longest) : decodeText(await io.readStdin(longest), longest);
	if ('problem' in read) {
		throw new Refused('invalid', `the order${isFile ? ` ${safeText(file, 200)}` : ''}: ${read.problem}`, 'write --file ORDER.json, or --file - for standard input');
	}

	return read.text;
};

/** Orders a VM. */
export const createVm: Command = async (app, _words, flags, output) => {
	const order = readJson(await readInput(flags.file, output), 'an order is one JSON object with reference, hostname, cluster, template, package and client');
	const {vm, created, operation} = await app.intents.createVm(order);
	if (operation) {
		await warnWithoutLeader(app, output);
	}

	if (!output.isJson) {
		output.out(`${vmName(vm)} ${vm.hostname} ${created ? 'ordered' : `was ordered before; it is ${vm.status}`}`);
	}

	const exitCode = await waitForVm(app, {vmId: vm.id, operationId: operation?.id}, flags, output);
	const [now, open, addresses] = await Promise.all([app.read.vms.get(vm.id), app.read.operations.listOpen(vm.id), app.read.addresses.listFor(vm.id)]);
	if (output.isJson) {
		output.json({...vmJson(now, open[0] ?? null, addresses), created});
	} else if (flags.wait !== undefined) {
		output.out(`${vmName(vm)} ${vm.hostname} is ${now.status}${addresses.length === 0 ? '' : `: ${addresses.map(({address}) => address).join(', ')}`}`);
	}

	return exitCode;
};
