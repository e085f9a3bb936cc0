import {type App} from '../app.js';
import {vmName} from '../domain/vm.js';
import {type VmAnswer} from '../intents/intents.js';
import {warnWithoutLeader} from './answer.js';
import {type Flags} from './flags.js';
import {exitCodes, type Output} from './io.js';
import {vmJson} from './json/vm-json.js';
import {waitForVm} from './wait-for-vm.js';

/** Says what a verb on a VM came to, waits for its operation where `--wait` says so, and answers with the exit code. */
export const answerForVm = async (app: App, answer: VmAnswer, flags: Flags, output: Output, more: Readonly<Record<string, unknown>> = {}): Promise<number> => {
	const {changed, message, subject, operation} = answer;
	if (changed && operation) {
		await warnWithoutLeader(app, output);
	}

	if (!output.isJson) {
		output.out(message);
	}

	const exitCode = await waitForVm(app, {vmId: subject.id, operationId: operation?.id}, flags, output);
	if (output.isJson || flags.wait !== undefined) {
		const [vm, ended, open, addresses] = await Promise.all([
			app.read.vms.get(subject.id), operation ? app.read.operations.find(operation.id) : undefined, app.read.operations.listOpen(subject.id), app.read.addresses.listFor(subject.id),
		]);
		if (output.isJson) {
			// Of one that was waited for, how it ended; else what is open now.
			output.json({
				...vmJson(vm, open[0] ?? ended ?? null, addresses), changed, message, ...more,
			});
		} else if (operation && exitCode === exitCodes.done) {
			output.out(`${vmName(vm)} ${vm.hostname} is ${vm.status}, ${vm.remoteStatus}`);
		}
	}

	return exitCode;
};
