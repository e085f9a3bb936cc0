import {type App} from '../../app.js';
import {vmName} from '../../domain/vm.js';
import {type VmAnswer} from '../../intents/intents.js';
import {type Flags} from '../words/flags.js';
import {exitCodes, type Output} from '../io/io.js';
import {waitForVm} from '../io/wait-for-vm.js';
import {warnWithoutLeader} from './answer.js';
import {vmJson} from './json/vm-json.js';
import {statusText} from './vm-texts.js';

/** What `--json` says beside the VM; asked for after the waiting, so that it is true by then. */
type More = () => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

/** Says what a verb on a VM came to, waits for its operation where `--wait` says so, and answers with the exit code. */
export const answerForVm = async (app: App, answer: VmAnswer, flags: Flags, output: Output, more: More = () => ({})): Promise<number> => {
	const {changed, message, subject, operation} = answer;
	if (changed && operation) {
		await warnWithoutLeader(app, output, operation.task);
	}

	if (!output.isJson) {
		output.out(message);
	}

	const exitCode = await waitForVm(app, {vmId: subject.id, operationId: operation?.id}, flags, output);
	if (output.isJson || flags.wait !== undefined) {
		const {vms, operations, addresses, dnsRecords} = app.read;
		const [vm, own, [open], held, records] = await Promise.all([
			vms.get(subject.id), operation ? operations.find(operation.id) : undefined, operations.listOpen(subject.id), addresses.listFor(subject.id), dnsRecords.listFor(subject.id),
		]);
		if (output.isJson) {
			// The operation that was asked for, however many stand before it.
			output.json({
				...vmJson(vm, own ?? open ?? null, held, records), changed, message, ...await more(),
			});
		} else if (operation && exitCode === exitCodes.done) {
			output.out(`${vmName(vm)} ${vm.hostname} is ${statusText(vm)}`);
		}
	}

	return exitCode;
};
