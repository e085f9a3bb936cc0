import {type App} from '../app.js';
import {debtsOf, summarizeRecords} from '../domain/explain-dns.js';
import {vmName} from '../domain/vm.js';
import {type Flags} from './flags.js';
import {exitCodes, type Output} from './io.js';
import {type Waited, waitUntil} from './wait.js';

/** What the VM's records come to; undefined: one of them was not tried yet, by whoever is at it. */
const lookAtRecords = async (app: App, vmId: number): Promise<Waited | undefined> => {
	const records = await app.read.dnsRecords.listFor(vmId);
	const debts = debtsOf(records);
	if (debts.some(({state, error}) => state === 'owed' && error === null)) {
		return undefined;
	}

	return debts.length === 0 ? {end: 'done'} : {end: 'debts', message: summarizeRecords(records)!};
};

const look = async (app: App, vmId: number, operationId: number): Promise<Waited | undefined> => {
	const [vm, operation] = await Promise.all([app.read.vms.get(vmId), app.read.operations.find(operationId)]);
	if (operation?.state === 'done') {
		return operation.kind === 'dns' ? lookAtRecords(app, vmId) : {end: 'done'};
	}

	if (!operation || operation.state === 'failed' || operation.state === 'cancelled') {
		return {end: 'failed', message: operation?.message ?? `it was ${operation?.state ?? 'forgotten'}`};
	}

	return vm.needsAttention ? {end: 'attention', message: vm.needsAttention.reason} : undefined;
};

/** Waits for a VM's operation if `--wait` says so; the exit code, after a line on standard error about what is not well. */
export const waitForVm = async (app: App, {vmId, operationId}: {readonly vmId: number; readonly operationId: number | undefined}, flags: Flags, output: Output): Promise<number> => {
	if (operationId === undefined || flags.wait === undefined) {
		return exitCodes.done;
	}

	const waited = await waitUntil(app, flags, output, async () => look(app, vmId, operationId));
	const name = vmName({id: vmId});
	switch (waited.end) {
		case 'done': {
			return exitCodes.done;
		}

		case 'signal': {
			output.err(`interrupted: ${name} goes on without this command`);
			return exitCodes[waited.signal];
		}

		case 'time': {
			output.err(`the time is over: ${name} goes on; see \`cronsole vm explain ${name}\``);
			return exitCodes.failed;
		}

		case 'failed': {
			output.err(`${name} failed: ${waited.message}; see \`cronsole vm log ${name}\``);
			return exitCodes.failed;
		}

		case 'debts': {
			output.err(`${name}: in DNS ${waited.message}; see \`cronsole vm dns ${name}\``);
			return exitCodes.failed;
		}

		case 'attention': {
			output.err(`${name} needs attention: ${waited.message}; see \`cronsole vm explain ${name}\``);
			return exitCodes.failed;
		}
	}
};
