import {type App} from '../../app.js';
import {debtsOf, summarizeRecords} from '../../domain/explain-dns.js';
import {vmName} from '../../domain/vm.js';
import {type Flags} from '../words/flags.js';
import {exitCodes, type Output} from './io.js';
import {waitFor, type Waited} from './wait.js';

type Wanted = {readonly vmId: number; readonly operationId: number};

/** What the VM's records come to; undefined: one of them was not tried yet, by whoever is at it. */
const lookAtRecords = async (app: App, vmId: number): Promise<Waited | undefined> => {
	const records = await app.read.dnsRecords.listFor(vmId);
	const debts = debtsOf(records);
	if (debts.some(({state, error}) => state === 'owed' && error === null)) {
		return undefined;
	}

	const name = vmName({id: vmId});
	return debts.length === 0 ? {end: 'done'} : {end: 'failed', message: `${name}: in DNS ${summarizeRecords(records)!}; see \`cronsole vm dns ${name}\``};
};

const look = async (app: App, {vmId, operationId}: Wanted): Promise<Waited | undefined> => {
	const [vm, operation] = await Promise.all([app.read.vms.get(vmId), app.read.operations.find(operationId)]);
	if (operation?.state === 'done') {
		return operation.kind === 'dns' ? lookAtRecords(app, vmId) : {end: 'done'};
	}

	const name = vmName(vm);
	if (!operation || operation.state === 'failed' || operation.state === 'cancelled') {
		return {end: 'failed', message: `${name} failed: ${operation?.message ?? `it was ${operation?.state ?? 'forgotten'}`}; see \`cronsole vm log ${name}\``};
	}

	return vm.needsAttention ? {end: 'failed', message: `${name} needs attention: ${vm.needsAttention.reason}; see \`cronsole vm explain ${name}\``} : undefined;
};

/** Waits for a VM's operation if there is one and `--wait` says so; the exit code, after a line on standard error about what is not well. */
export const waitForVm = async (app: App, {vmId, operationId}: {readonly vmId: number; readonly operationId: number | undefined}, flags: Flags, output: Output): Promise<number> => {
	if (operationId === undefined || flags.wait === undefined) {
		return exitCodes.done;
	}

	const name = vmName({id: vmId});
	return waitFor(app, {name, shownBy: `cronsole vm explain ${name}`, look: async () => look(app, {vmId, operationId})}, flags, output);
};
